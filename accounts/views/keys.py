"""A user's own keys for the API."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import tokens
from accounts.forms import KeyForm
from accounts.models import PersonalKey
from accounts.views.entrance import signed_in
from jianxi.web import access

NEW = "new_key"  # in the session: shown once


@access(signed_in)
@reauthentication_required
def keys(request):
    """One's keys; a POST makes one more."""
    form = KeyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        key, secret = tokens.issue_key(request.user, **form.cleaned_data)
        request.session[NEW] = {"name": key.name, "secret": secret}
        return redirect("account_keys")
    rows = list(PersonalKey.objects.filter(user=request.user).order_by("revoked_at", "-created_at"))
    today = timezone.localdate()
    for row in rows:
        row.last_used = tokens.last_used(row)
        row.has_run_out = row.expires_on < today
    context = {"keys": rows, "form": form, "new": request.session.pop(NEW, None)}
    return render(request, "accounts/keys.html", context, status=422 if form.errors else 200)


@access(signed_in)
@require_POST
def key_revoke(request, pk):
    key = get_object_or_404(PersonalKey, user=request.user, revoked_at=None, pk=pk)
    tokens.revoke_key(key)
    messages.success(request, f"密钥“{key}”已吊销，立即失效。")
    return redirect("account_keys")
