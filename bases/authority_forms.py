"""Forms about who acts for an employer."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django_scopes.forms import SafeModelChoiceField

from accounts.fields import NameField, PhoneField
from bases.models import Authority
from jianxi import files
from jianxi.identifiers import InvalidIdentifier, parse_uscc
from regions.models import District

PAPERS = {files.PDF, *files.IMAGES}
MEGABYTES = 10


class FilingForm(forms.ModelForm):
    """Which unit the person acts for, and where."""

    person = NameField(label="您的姓名", help_text="经办人本人的真实姓名，与授权书一致。")

    class Meta:
        model = Authority
        fields = ["name", "uscc", "district"]
        field_classes = {"district": SafeModelChoiceField}

    field_order = ["uscc", "name", "district", "person"]

    def __init__(self, *args, user, **kwargs):
        initial = {"person": user.name} | kwargs.pop("initial", {})
        super().__init__(*args, initial=initial, **kwargs)
        self.user = user
        self.fields["uscc"].help_text = "营业执照或登记证书上的 18 位代码。"
        self.fields["uscc"].max_length = None  # blanks and full-width signs are forgiven
        self.fields["name"].help_text = "与营业执照或登记证书一致。"
        units = District.objects.lowest().valid_on(timezone.localdate())
        self.fields["district"].queryset = units
        self.fields["district"].empty_label = "请选择"
        self.fields["district"].help_text = "单位所在的区县，由它确认。"

    def clean_uscc(self):
        try:
            uscc = parse_uscc(self.cleaned_data["uscc"])
        except InvalidIdentifier as fault:
            raise ValidationError(f"{fault}。") from None
        others = Authority.objects.standing().filter(user=self.user, uscc=uscc)
        if others.exclude(pk=self.instance.pk).exists():
            raise ValidationError("您已经申请过这家单位，或已是它的经办人。")
        return uscc

    def save(self, commit=True):
        name = self.cleaned_data["person"]
        if self.user.name != name:
            self.user.name = name
            self.user.save(update_fields=["name"])
        return super().save()


class PaperForm(forms.Form):
    file = forms.FileField(
        label="文件",
        help_text=f"PDF、JPG 或 PNG，最大 {MEGABYTES} MB。",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={"required": "请选择文件。", "empty": "文件是空的。"},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        self.content_type = files.check(file, types=PAPERS, megabytes=MEGABYTES)
        return file


class AcceptForm(forms.Form):
    person = NameField(label="您的姓名")


class ClaimForm(forms.Form):
    code = forms.CharField(
        label="认领码",
        max_length=40,
        help_text="区县人社部门发给单位的 16 位代码，不分大小写。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    person = NameField(label="您的姓名")


class InviteForm(forms.Form):
    phone = PhoneField(
        label="同事的手机号", help_text="对方用这个手机号登录、接受后，才能办理本单位的业务。"
    )


class EndForm(forms.Form):
    comment = forms.CharField(label="原因", min_length=2, max_length=200)
