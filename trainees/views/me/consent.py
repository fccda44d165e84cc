"""A guardian agrees: who it is, the text in full, and a code to the guardian's own phone."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts import codes
from accounts.fields import NameField, PhoneField
from jianxi.identifiers import InvalidIdentifier, parse_id_number
from jianxi.workflow import TransitionRefused
from trainees import consents
from trainees.access import youth
from trainees.rules import ADULT, age_on


class GuardianForm(forms.Form):
    """`trainee`: whose guardian it is. The number may be a residence permit's too: they share one
    form."""

    guardian = NameField(label="监护人姓名")
    relation = forms.ChoiceField(label="是您的", choices=[(one, one) for one in consents.RELATIONS])
    document_number = forms.CharField(
        label="监护人身份证号码",
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    phone = PhoneField(label="监护人手机号", help_text="验证码发到这个手机，由监护人看过再告诉您。")

    def __init__(self, *args, trainee, **kwargs):
        super().__init__(*args, **kwargs)
        self.trainee = trainee
        self.fields["phone"].widget.attrs["autocomplete"] = "off"

    def clean_guardian(self):
        name = self.cleaned_data["guardian"]
        if name == self.trainee.name:
            raise forms.ValidationError("这是您自己的姓名，请填监护人的。")
        return name

    def clean_document_number(self):
        try:
            read = parse_id_number(self.cleaned_data["document_number"])
        except InvalidIdentifier as fault:
            raise forms.ValidationError(f"{fault}。") from None
        if read.number == self.trainee.document_number:
            raise forms.ValidationError("这是您自己的号码，请填监护人的。")
        if age_on(read.birth_date, timezone.localdate()) < ADULT:
            raise forms.ValidationError(f"监护人要年满 {ADULT} 周岁，请核对号码。")
        return read.number

    def clean_phone(self):
        phone = self.cleaned_data["phone"]
        if phone in (self.trainee.phone, self.trainee.user.phone):
            raise forms.ValidationError("这是您自己的手机号，请填监护人的。")
        return phone


class CodeForm(forms.Form):
    code = forms.CharField(
        label="监护人收到的验证码",
        max_length=10,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "maxlength": "6",
                "data-focus": "",
            }
        ),
    )


@youth(registered=True)
def consent(request, region):
    """Three things may stand here: the consent that was given, the code that is waited for, or who
    the guardian is."""
    trainee = request.trainee
    act = f"consent:{trainee.pk}"
    action = request.POST.get("action", "") if request.method == "POST" else None
    given = consents.in_force(trainee)
    if action == "withdraw":
        consents.withdraw(trainee, request.user)
        messages.success(request, "监护人的同意已撤回。")
        return redirect("me:consent", region)
    if given or not consents.is_needed(trainee):
        return _page(request, given=given)
    if action == "again":
        codes.forget(request, act)
        return redirect("me:consent", region)
    asked = codes.pending(request, act)
    if action == "confirm":
        return _confirm(request, act, asked)
    if action is not None:
        return _ask(request, act)
    return _page(request, asked, CodeForm() if asked else GuardianForm(trainee=trainee))


def _ask(request, act):
    form = GuardianForm(request.POST, trainee=request.trainee)
    if form.is_valid():
        facts = form.cleaned_data
        text = consents.text_of(request.trainee, facts["guardian"], facts["relation"])
        words = _words(request)
        if codes.ask(request, act, facts["phone"], words=words, facts=facts | {"text": text}):
            address = reverse("me:consent", args=[request.region.slug], fragment="confirm-consent")
            return redirect(address)
        form.add_error("phone", codes.TOO_OFTEN)
    return _page(request, None, form)


def _words(request) -> str:
    """What the guardian reads with the code: who asks, for whom, who answers for it, where the text
    stands and whom to ask. A message may be read by others: the ward is not named in full."""
    region, ward = request.region, request.trainee.masked("name")
    offices = request.build_absolute_uri(reverse("public:offices", args=[region.slug]))
    return (
        f"{region.name}就业见习平台：{ward}未满 18 周岁，要参加{region.authority}主管的就业见习，"
        f"填了您是监护人。同意书全文在{ward}登录后的“监护人同意”页面，请您看过再决定。"
        f"同意的，把验证码告诉{ward}；不同意的不用理会。核实请打服务机构电话：{offices} 。"
    )


def _confirm(request, act, asked):
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            known = codes.confirm(request, act, form.cleaned_data["code"])
            consents.give(request.trainee, actor=request.user, **known.facts)
        except (codes.NotConfirmed, TransitionRefused) as refused:
            form.add_error("code", str(refused))
        else:
            messages.success(request, "监护人已同意。")
            return redirect("me:consent", request.region.slug)
    if asked is None or codes.pending(request, act) is None:  # it has run out, or is spent
        messages.warning(request, form.errors["code"][0] if "code" in form.errors else codes.GONE)
        return redirect("me:consent", request.region.slug)
    return _page(request, asked, form)


def _page(request, asked=None, form=None, given=None):
    text = given.text if given else asked.facts["text"] if asked else ""
    context = {
        "given": given,
        "asked": asked,
        "form": form,
        "text": text,
        "is_needed": consents.is_needed(request.trainee),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "trainees/me_consent.html", context, status=status)
