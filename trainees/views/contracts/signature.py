"""Signing by a code to one's own phone: the same for both sides. What was read is named by its
digest; a text that changed since is not signed."""

from django import forms

from accounts import codes, messages
from jianxi.masking import mask_phone
from jianxi.workflow import TransitionRefused
from trainees.contract_forms import CodeForm
from trainees.contract_text import digest
from trainees.signing import CHANGED, move

NOT_READ = "请读完全文，勾选“我已阅读全文”。"
NO_PHONE = "账号没有验证过的手机号，不能签署。请先到“我的账号”验证手机号。"
AT_CODE = "sign"  # the part of the page where the code is typed in
NO_SMS = "现在不能发短信，暂时不能签署，请稍后再试。"


class ReadForm(forms.Form):
    read = forms.BooleanField(
        label="我已阅读全文，同意协议内容", error_messages={"required": NOT_READ}
    )


class Signature:
    """One attempt: `text` is what the page shows now, `name` the transition it leads to."""

    def __init__(self, request, contract, name: str, text: str):
        self.request, self.contract, self.name = request, contract, name
        self.digest = digest(text)
        self.act = f"contract:{contract.pk}:{name}"
        asked = codes.pending(request, self.act)
        self.waits = asked is not None and asked.facts["hash"] == self.digest
        self.phone = mask_phone(asked.phone) if self.waits else ""
        self.form = CodeForm() if self.waits else ReadForm()
        self.fault = ""

    @property
    def status(self) -> int:
        return 422 if self.fault or self.form.errors else 200

    def post(self) -> str:
        """Carry out what was sent: "asked" (a code is on its way), "signed", or "" with the fault
        at its field."""
        if self.request.POST.get("hash") != self.digest:
            self.fault = CHANGED
        elif "code" in self.request.POST and self.request.POST.get("action") != "again":
            return self._sign()
        else:
            return self._ask()
        return ""

    def _ask(self) -> str:
        user = self.request.user
        again = self.waits and self.request.POST.get("action") == "again"
        if not again:
            self.form = ReadForm(self.request.POST)
        if not user.phone or not user.phone_verified_at:
            self.fault = NO_PHONE
        elif not messages.is_available(messages.SMS):
            self.fault = NO_SMS
        elif again or self.form.is_valid():
            words = f"您正在签署“{self.contract}”就业见习协议，"
            facts = {"hash": self.digest}
            if codes.ask(self.request, self.act, user.phone, words=words, facts=facts):
                return "asked"
            self.fault = codes.TOO_OFTEN
        return ""

    def _sign(self) -> str:
        if not self.waits:
            self.fault = codes.GONE
            return ""
        self.form = CodeForm(self.request.POST)
        if self.form.is_valid():
            try:
                asked = codes.confirm(self.request, self.act, self.form.cleaned_data["code"])
                text_hash = asked.facts["hash"]
                move(self.contract, self.name, actor=self.request.user, text_hash=text_hash)
                return "signed"
            except codes.NotConfirmed as refused:
                self._refuse(refused)
            except TransitionRefused as refused:
                self.fault, self.waits, self.form = str(refused), False, ReadForm()
        return ""

    def _refuse(self, refused):
        """At the field; where the code is good no more, above the way to a new one."""
        if codes.pending(self.request, self.act):
            self.form.add_error("code", str(refused))
        else:
            self.fault, self.waits, self.form = str(refused), False, ReadForm()
