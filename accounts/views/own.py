"""One's own account: how one signs in, where messages go; and the demonstration's outbox."""

from django.conf import settings
from django.contrib import messages as notices
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts import mailing, messages
from accounts.adapters import TOO_OFTEN, AccountAdapter
from accounts.forms import EmailCodeForm, EmailForm
from accounts.models import MessageSwitch, Outgoing, User
from accounts.views import inbox
from accounts.views.entrance import signed_in
from jianxi.web import access, everyone, office

SHOWN = 50


@access(signed_in)
@require_safe
def account(request):
    return render(
        request,
        "accounts/account.html",
        {
            "home_url": AccountAdapter(request).get_login_redirect_url(request),
            "sides": User.Side if request.user.phone_hash else [],
            "switches": _switches(request.user),
            "channels": _channels(),
        },
    )


def _channels() -> list[Outgoing.Channel]:
    return [channel for channel in Outgoing.Channel if messages.is_available(channel)]


def _switches(user) -> list[dict]:
    """A row for each kind of message: whether it comes by each channel."""
    switched = {(row.kind, row.channel): row.is_on for row in user.message_switches.all()}
    return [
        {
            "kind": kind,
            "channels": [
                {
                    "name": f"{kind.name}.{channel}",
                    "label": channel.label,
                    "is_on": switched.get((kind.name, channel), channel in kind.channels),
                }
                for channel in _channels()
            ],
        }
        for kind in messages.kinds_for(user)
    ]


@access(signed_in)
def switches(request):
    """What is ticked comes; what differs from the kind's own is kept."""
    if request.method != "POST":
        return redirect("account_home")
    for kind in messages.kinds_for(request.user):
        for channel in _channels():
            MessageSwitch.objects.update_or_create(
                user=request.user,
                kind=kind.name,
                channel=channel,
                defaults={"is_on": f"{kind.name}.{channel}" in request.POST},
            )
    notices.success(request, "已保存消息设置。")
    return redirect("account_home")


@access(signed_in)
def email(request):
    """An address for messages: typed, then confirmed by the code that went there."""
    if not messages.is_available(messages.EMAIL):
        raise Http404
    action = request.POST.get("action", "")
    if action == "remove":
        request.user.email = None
        request.user.save(update_fields=["email"])
        notices.success(request, "已不再向您发邮件。")
        return redirect("account_home")
    if action == "again":
        mailing.forget(request)
        return redirect("account_email_address")
    waiting = mailing.pending(request)
    form = (EmailCodeForm if waiting else EmailForm)(request.POST or None)
    if form.is_bound and form.is_valid():
        if waiting and mailing.confirm(request, form.cleaned_data["code"]):
            notices.success(request, "邮箱已确认。")
            return redirect("account_home")
        if waiting:
            form.add_error("code", "验证码不对，请核对邮件里的 6 位数字。")
        elif mailing.ask(request, form.cleaned_data["email"]):
            return redirect("account_email_address")
        else:
            form.add_error("email", TOO_OFTEN)
    context = {"form": form, "waiting": waiting}
    return render(request, "accounts/email.html", context, status=422 if form.errors else 200)


@office("view_counts")
def office_messages(request, region):
    return inbox.show(request, "frames/office.html", request.region)


@access(everyone)
@require_safe
def outbox(request):
    """What went out, readable by anybody: of a demonstration only."""
    if not settings.DEMO:
        raise Http404
    return render(request, "accounts/outbox.html", {"rows": Outgoing.objects.all()[:SHOWN]})
