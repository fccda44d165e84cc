import pytest

from jianxi.masking import mask_card, mask_document_number, mask_name, mask_phone


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (mask_name, "刘洋", "刘*"),
        (mask_name, "何小雨", "何**"),
        (mask_name, "欧阳小雨", "欧**"),
        (mask_name, "阿卜杜拉·买买提", "阿**"),
        (mask_name, "𠮷田", "𠮷*"),
        (mask_name, "王", "*"),
        (mask_name, "", ""),
        (mask_document_number, "11010519491231002X", "1101**********002X"),
        (mask_document_number, "E12345678", "E1*****78"),
        (mask_document_number, "01234567", "01****67"),
        (mask_document_number, "12345", "1***5"),
        (mask_phone, "13812341234", "138****1234"),
        (mask_phone, "023-67890123", "023****0123"),
        (mask_phone, "67890123", "******23"),
        (mask_phone, "", ""),
        (mask_card, "6222021234567890128", "***************0128"),
        (mask_card, "123456789012", "********9012"),
        (mask_card, "", ""),
    ],
)
def test_what_is_shown(mask, value, shown):
    assert mask(value) == shown
