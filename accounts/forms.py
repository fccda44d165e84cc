"""Forms about signing in, members, offices and tokens."""

from datetime import timedelta

from allauth.account import forms as account_forms
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context, ratelimit
from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils import timezone
from django_scopes.forms import SafeModelChoiceField

from accounts import adapters, members, messages, phones
from accounts.fields import NameField, PhoneField
from accounts.models import Cover, Office, Role, User

TOKEN_DAYS = 365
TOKEN_DAYS_AT_MOST = 730


STRENGTH = "至少 10 个字符，不能全是数字，不能太常见，也不能和用户名、姓名相近。"


# --- Signing in


class LoginForm(account_forms.LoginForm):
    """Staff by user name, all others by phone."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label="用户名或手机号",
            max_length=150,
            widget=forms.TextInput(attrs={"autocomplete": "username"}),
        )
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.order_fields(["login", "password"])

    def clean_login(self):
        """One way of writing a phone: failures are counted by it."""
        try:
            return PhoneField().clean(self.cleaned_data["login"])
        except ValidationError:
            return super().clean_login()


class PhoneForm(account_forms.RequestLoginCodeForm):
    """Where a code goes; who is new has an account with it."""

    side = forms.ChoiceField(
        choices=[("", ""), *User.Side.choices], required=False, widget=forms.HiddenInput
    )

    def clean_phone(self):
        phone = self.cleaned_data["phone"]
        if not messages.is_available(messages.SMS):
            raise ValidationError("现在不能发短信，请用密码登录，或稍后再试。")
        key = User.hash_of(phone).hex()
        if not ratelimit.consume(context.request, action="request_login_code", key=key):
            raise ValidationError(adapters.TOO_OFTEN)
        self._user = phones.account_for(phone)
        return phone


class CodeForm(account_forms.ConfirmLoginCodeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        as_code(self.fields["code"])


class NewPhoneForm(account_forms.ChangePhoneForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["phone"].label = "新手机号"


class NewPhoneCodeForm(account_forms.VerifyPhoneForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        as_code(self.fields["code"])

    def clean_code(self):
        """Staff are not found by their phone: it may be that of another account of theirs."""
        if self.user.phone_hash:
            return super().clean_code()
        return account_forms.BaseConfirmCodeForm.clean_code(self)


def as_code(field):
    field.label = "短信验证码"
    field.widget.attrs |= {"inputmode": "numeric", "maxlength": "6", "placeholder": ""}


class EmailForm(forms.Form):
    email = forms.EmailField(
        label="邮箱", max_length=200, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class EmailCodeForm(forms.Form):
    code = forms.CharField(
        label="邮件里的验证码",
        max_length=10,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "6"}
        ),
    )


class SideForm(forms.Form):
    side = forms.ChoiceField(choices=User.Side.choices)


class SetPasswordForm(account_forms.SetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = STRENGTH


class ChangePasswordForm(account_forms.ChangePasswordForm):
    """A password handed over must not be kept. Who has just come in by a code need not know the
    one of before."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].help_text = STRENGTH
        records = get_authentication_records(context.request, self.user)
        if any(record["method"] == "code" for record in records):
            del self.fields["oldpassword"]

    def clean_password1(self):
        password = self.cleaned_data["password1"]
        if self.user.check_password(password):
            raise ValidationError("新密码不能和现在的一样。")
        return password


# --- Members, offices, tokens


class MemberForm(forms.Form):
    """A colleague for the office: a new account, or one that is known within reach."""

    name = NameField()
    username = forms.CharField(
        label="用户名",
        max_length=150,
        validators=[UnicodeUsernameValidator(message="用户名里有不能用的字符。")],
        help_text="登录时用。可以是中文、字母、数字和 @ . + - _，不能有空格。",
    )
    role = forms.ChoiceField(label="角色", choices=Role.choices)

    def __init__(self, *args, access, **kwargs):
        super().__init__(*args, **kwargs)
        self.access = access
        self.known = None

    def clean(self):
        cleaned = super().clean()
        username = cleaned.get("username")
        if username and User.objects.filter(username=username).exists():
            self.known = members.colleagues_in_reach(self.access).filter(username=username).first()
            if self.known is None or self.known.name != cleaned.get("name"):
                self.add_error("username", "这个用户名已有人用，请换一个。")
        return cleaned


class RoleForm(forms.Form):
    role = forms.ChoiceField(label="角色", choices=Role.choices)


class ResetForm(forms.Form):
    second_factor = forms.BooleanField(
        label="手机也丢了或换了，一并解除两步验证",
        required=False,
        help_text="解除后，下次登录要重新绑定。",
    )


class CoverForm(forms.ModelForm):
    """`membership`: the absent colleague's role."""

    class Meta:
        model = Cover
        fields = ["deputy", "starts_on", "ends_on"]

    def __init__(self, *args, membership, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = members.colleagues(membership.office_role.office).exclude(
            pk=membership.user_id
        )
        self.fields["starts_on"].initial = timezone.localdate()


class OfficeFactsForm(forms.ModelForm):
    """What may be changed of an office later; the telephone stands on its reports."""

    class Meta:
        model = Office
        fields = ["name", "phone"]

    def clean_name(self):
        name = self.cleaned_data["name"]
        if Office.objects.filter(name=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError("已有同名的单位。")
        return name


class OfficeForm(OfficeFactsForm):
    """A new office, in a unit the user reaches."""

    class Meta:
        model = Office
        fields = ["kind", "district", "name", "phone"]
        field_classes = {"district": SafeModelChoiceField}

    def __init__(self, *args, access, **kwargs):
        super().__init__(*args, **kwargs)
        self.access = access
        self.fields["kind"].help_text = "其他部门只能看报表数字，看不到人员记录。"
        self.fields["district"].queryset = members.districts_to_found_in(
            access, Office.Kind.DEPARTMENT
        )
        self.fields["district"].label_from_instance = lambda unit: unit.official_name

    def clean(self):
        cleaned = super().clean()
        kind, district = cleaned.get("kind"), cleaned.get("district")
        if kind and district:
            possible = members.districts_to_found_in(self.access, kind)
            if not possible.filter(pk=district.pk).exists():
                self.add_error("district", "人社部门只能设在下级区县。")
        return cleaned


class TokenForm(forms.Form):
    name = forms.CharField(label="用途", max_length=50, help_text="如：省平台每日取数。")
    expires_on = forms.DateField(label="有效期至", help_text="最长两年，到期自动失效。")
    days_at_most = TOKEN_DAYS_AT_MOST

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].initial = timezone.localdate() + timedelta(days=TOKEN_DAYS)

    def clean_expires_on(self):
        day, today = self.cleaned_data["expires_on"], timezone.localdate()
        if not today <= day <= today + timedelta(days=self.days_at_most):
            raise ValidationError(f"须在今天之后、{self.days_at_most // 365} 年之内。")
        return day


class KeyForm(TokenForm):
    """Of a user's own; good for a year at most."""

    days_at_most = TOKEN_DAYS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = "如：本单位人事系统。"
        self.fields["expires_on"].help_text = "最长一年，到期自动失效。"


class RevealForm(forms.Form):
    reason = forms.CharField(label="事由", min_length=2, max_length=200)
