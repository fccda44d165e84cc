"""What the framework says of wrong input, in the words of those who type it."""

from django import forms
from django.core import validators
from django.db import models

REQUIRED = "请填写这一项。"
CHOOSE = "请从列出的选项里选。"

OF_FIELDS = {
    forms.Field: {"required": REQUIRED},
    forms.ChoiceField: {"required": "请选择。", "invalid_choice": CHOOSE},
    forms.MultipleChoiceField: {"invalid_choice": CHOOSE},
    forms.ModelChoiceField: {"required": "请选择。", "invalid_choice": CHOOSE},
    forms.ModelMultipleChoiceField: {"invalid_choice": CHOOSE, "invalid_pk_value": CHOOSE},
    forms.IntegerField: {"invalid": "请填写整数。"},
    forms.FloatField: {"invalid": "请填写数字。"},
    forms.DecimalField: {"invalid": "请填写数字。"},
    forms.DateField: {"invalid": "没有这一天，或者写法不对，请写成 2026-10-09。"},
    forms.FileField: {"required": "请选择文件。", "empty": "文件是空的。"},
    models.Field: {"null": REQUIRED, "blank": REQUIRED, "invalid_choice": CHOOSE},
}
OF_VALIDATORS = {
    validators.MinValueValidator: "不能小于 %(limit_value)s。",
    validators.MaxValueValidator: "不能大于 %(limit_value)s。",
    validators.MinLengthValidator: "至少 %(limit_value)d 个字，现在有 %(show_value)d 个。",
    validators.MaxLengthValidator: "最多 %(limit_value)d 个字，现在有 %(show_value)d 个。",
    validators.ProhibitNullCharactersValidator: "含有不能保存的字符，请删除后重填。",
}
OF_DECIMALS = {
    "invalid": "请填写数字。",
    "max_digits": "最多 %(max)s 位数字。",
    "max_decimal_places": "小数点后最多 %(max)s 位。",
    "max_whole_digits": "小数点前最多 %(max)s 位。",
}


def speak_plainly():
    """Put these in place of what Django says by default; once, before any form is made."""
    for kind, words in OF_FIELDS.items():
        kind.default_error_messages = kind.default_error_messages | words
    for kind, words in OF_VALIDATORS.items():
        kind.message = words
    validators.DecimalValidator.messages = validators.DecimalValidator.messages | OF_DECIMALS
