"""A youth's own pages: what stands where, the way in, and taking up a record by ledger."""

import logging

from allauth.core.internal import ratelimit
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.messages import unread
from accounts.views import inbox
from jianxi.clocks import Clock
from jianxi.identifiers import (
    DOCUMENT_KINDS,
    RESIDENT_ID,
    InvalidIdentifier,
    parse_document,
)
from jianxi.tenancy import scope
from jianxi.worklist import YOUTH, waiting_for
from regions.calendar import working_days
from regions.models import Region
from trainees.access import trainees_of, way_back, youth
from trainees.claiming import claim

CLAIMS = {"claim": "5/15m/user,10/d/user,30/h/ip"}  # wrong ones
log = logging.getLogger(__name__)


class ClaimForm(forms.Form):
    document_type = forms.ChoiceField(
        label="证件类型",
        choices=[(kind.code, kind.label) for kind in DOCUMENT_KINDS.values()],
        initial=RESIDENT_ID.code,
    )
    number = forms.CharField(
        label="证件号码", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def clean(self):
        cleaned = super().clean()
        if "document_type" in cleaned and "number" in cleaned:
            kind = DOCUMENT_KINDS[cleaned["document_type"]]
            try:
                cleaned["document"] = parse_document(kind, cleaned["number"])
            except InvalidIdentifier as fault:
                self.add_error("number", ValidationError(f"{fault}。"))
        return cleaned


@youth()
@require_safe
def home(request):
    """What waits for the youth and what is under way, region by region."""
    own = trainees_of(request.user)
    today = timezone.localdate()
    places = []
    for trainee in own:
        with scope(region=trainee.region):
            request.region, request.trainee = trainee.region, trainee
            calendar = working_days()
            items = {
                name: [
                    {
                        "item": item,
                        "clock": item.due_on
                        and Clock.at(today, item.due_on, calendar, provisional=item.provisional),
                    }
                    for item in waiting_for(request, YOUTH, under_way=under_way)
                ]
                for name, under_way in [("rows", False), ("under_way", True)]
            }
            places.append({"trainee": trainee, **items})
    request.region = request.trainee = None
    known = {trainee.region_id for trainee in own}
    others = [region for region in Region.objects.all() if region.pk not in known]
    context = {"places": places, "others": others, "unread": unread(request.user)}
    return render(request, "trainees/home.html", context)


@youth()
def messages_page(request):
    return inbox.show(request, "frames/youth.html")


@youth()
def claim_page(request, region):
    """By document number, for who is on record with the phone of the account."""
    if request.trainee:
        return redirect("me:region", region)
    form = ClaimForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        usage = ratelimit.consume(
            request, app="trainees", action="claim", config=CLAIMS, user=request.user
        )
        if not usage:
            form.add_error(None, "核对失败次数过多，请稍后再试，或联系所在区县人社部门。")
        elif claim(request.user, form.cleaned_data["document"]):
            usage.rollback()
            messages.success(request, "已找到您的记录，以后都在这里办理。")
            return redirect(way_back(request) or reverse("me:region", args=[region]))
        else:
            log.warning("claim_failed", extra={"user": request.user.pk, "kind": "youth"})
            form.add_error(
                None,
                "没有找到与您的证件号码和手机号都一致的记录。请核对号码；换过手机号的，"
                "请联系所在区县人社部门更正后再来。",
            )
    status = 422 if form.errors else 200
    return render(request, "trainees/claim.html", {"form": form}, status=status)
