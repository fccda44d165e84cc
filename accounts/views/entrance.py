"""Coming in: as which side, by a code to the phone; and what one's own account is."""

from allauth.account.utils import get_next_redirect_url, passthrough_next_redirect_url
from allauth.account.views import ChangePhoneView, RequestLoginCodeView, confirm_login_code
from allauth.core.exceptions import RateLimited
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import phones
from accounts.adapters import SIDE, TOO_OFTEN, AccountAdapter
from accounts.forms import SideForm
from accounts.models import User
from jianxi.web import access, everyone


def signed_in(request, **address):
    """A rule: one's own account, whoever one is."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return None


class NotTooOften:
    """Too many codes asked for is a fault of the form."""

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except RateLimited:
            form.add_error("phone", TOO_OFTEN)
            return self.form_invalid(form)


class RequestCode(NotTooOften, RequestLoginCodeView):
    """allauth's, with the side one comes as: kept until the code is confirmed."""

    def get_initial(self):
        side = self.request.GET.get("as", "")
        return super().get_initial() | {"side": side if side in User.Side.values else ""}

    def form_valid(self, form):
        self.request.session[SIDE] = form.cleaned_data["side"]
        return super().form_valid(form)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        side = context["form"]["side"].value()
        return context | {"side": User.Side(side) if side in User.Side.values else None}


class ChangePhone(NotTooOften, ChangePhoneView):
    pass


request_code = access(everyone)(RequestCode.as_view())
change_phone = access(signed_in)(ChangePhone.as_view())


@access(everyone)
@require_safe
def register(request):
    """Whose account it will be; signing up and signing in are the same from there on."""
    wanted = get_next_redirect_url(request)
    if request.user.is_authenticated:
        return redirect(wanted or AccountAdapter(request).get_login_redirect_url(request))
    return render(request, "accounts/register.html", {"redirect_field_value": wanted or ""})


@access(everyone)
def confirm_code(request):
    """allauth's; who has to ask for another code still knows where to go afterwards."""
    answer = confirm_login_code(request)
    again = reverse("account_request_login_code")
    if answer.status_code == 302 and answer["Location"] == again:
        answer["Location"] = passthrough_next_redirect_url(request, again, REDIRECT_FIELD_NAME)
    return answer


@access(signed_in)
def side(request):
    """For who came in without saying as what."""
    if not request.user.phone_hash:
        raise Http404
    form = SideForm(request.POST or None)
    if form.is_valid():
        phones.comes_as(request.user, form.cleaned_data["side"])
        return redirect(AccountAdapter(request).get_login_redirect_url(request))
    return render(request, "accounts/side.html", status=422 if form.is_bound else 200)
