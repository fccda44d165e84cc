"""Faults are told in the words of those who type, whatever library finds them."""

import re
from datetime import date

import pytest
from django import forms

STIFF = re.compile(
    "该字段|这个字段|确保|确认总共|变量|有效的"
)  # how the framework's own words sound


class Everything(forms.Form):
    text = forms.CharField(max_length=3)
    whole = forms.IntegerField(min_value=0, max_value=9)
    amount = forms.DecimalField(max_digits=4, decimal_places=2, min_value=0)
    day = forms.DateField()
    choice = forms.ChoiceField(choices=[("a", "甲")])


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("text", "", "请填写这一项。"),
        ("text", "太长的字", "最多 3 个字，现在有 4 个。"),
        ("text", "\x00", "含有不能保存的字符，请删除后重填。"),
        ("whole", "x", "请填写整数。"),
        ("whole", "-1", "不能小于 0。"),
        ("whole", "10", "不能大于 9。"),
        ("amount", "x", "请填写数字。"),
        ("amount", "1.234", "小数点后最多 2 位。"),
        ("amount", "123", "小数点前最多 2 位。"),
        ("day", "明天", "没有这一天，或者写法不对，请写成 2026-10-09。"),
        ("choice", "", "请选择。"),
        ("choice", "b", "请从列出的选项里选。"),
    ],
)
def test_a_fault_says_how_to_mend_it(field, typed, said):
    sound = {"text": "好", "whole": 1, "amount": "1.00", "day": date(2026, 1, 1), "choice": "a"}
    form = Everything(sound | {field: typed})
    assert form.errors == {field: [said]}
    assert STIFF.search(said) is None
