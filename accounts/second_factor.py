"""The forms that ask for the second factor's code, in the portal's words."""

from allauth.mfa.base import forms as base_forms
from allauth.mfa.totp import forms as totp_forms


class CodeMixin:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = "验证码"
        code.widget.attrs |= {"placeholder": "6 位数字", "inputmode": "numeric"}


class ActivateForm(CodeMixin, totp_forms.ActivateTOTPForm):
    pass


class AuthenticateForm(CodeMixin, base_forms.AuthenticateForm):
    pass


class ReauthenticateForm(CodeMixin, base_forms.ReauthenticateForm):
    pass
