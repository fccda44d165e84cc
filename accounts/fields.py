"""Form fields about accounts."""

from django import forms
from django.core.exceptions import ValidationError

from jianxi.identifiers import InvalidIdentifier, clean_name, parse_phone


class PhoneField(forms.CharField):
    """A mobile number, whichever way it is written; gives its eleven digits."""

    def __init__(self, **kwargs):
        defaults = {
            "label": "手机号",
            "max_length": 30,
            "widget": forms.TextInput(
                attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel-national"}
            ),
        }
        super().__init__(**defaults | kwargs)

    def clean(self, value):
        value = super().clean(value)
        if not value:
            return value
        try:
            return parse_phone(value, mobile_only=True)
        except InvalidIdentifier as fault:
            raise ValidationError(f"{fault}。") from None


class NameField(forms.CharField):
    """A person's real name."""

    def __init__(self, **kwargs):
        super().__init__(**{"label": "姓名", "max_length": 50} | kwargs)

    def clean(self, value):
        value = super().clean(value)
        if not value:
            return value
        try:
            return clean_name(value)
        except InvalidIdentifier as fault:
            raise ValidationError(f"{fault}。") from None
