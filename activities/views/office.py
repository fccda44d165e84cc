"""Activities, as staff see and enter them."""

from functools import partial

from django.urls import reverse

from accounts.access import office
from activities.exports import ActivityList
from activities.forms import ActivityForm
from activities.models import Activity
from jianxi import cases, corrections, lists
from jianxi.cases import Section, facts


@office("view_records")
def activities(request, region):
    links = []
    if request.access.holds("edit_records"):
        links = [{"label": "登记一场", "url": reverse("office:activity_new", args=[region])}]
    return lists.show(request, ActivityList, links=links)


@office("view_records")
def activity(request, region, pk):
    row = cases.find(request, Activity.objects.select_related("district"), pk)
    event = facts(row, "number", "title", "kind", "held_on", "district")
    matching = facts(row, "bases", "positions", "unemployed_youths", "graduates", "placed")
    served = facts(row, "employers_served", "youths_served")
    return cases.show(
        request,
        row,
        crumb="office:activities",
        edit="office:activity_edit",
        number=row.number,
        sections=[Section("活动", event), Section("数字", matching + served)],
    )


@office("edit_records")
def activity_edit(request, region, pk):
    rows = Activity.objects.standing().select_related("district")
    row = cases.find(request, rows, pk, "edit_records")
    return corrections.correct(
        request,
        [(_form(request), row)],
        title=f"更正：{row.title or row.number}",
        back=reverse("office:activity", args=[region, pk]),
    )


@office("edit_records")
def activity_new(request, region):
    return corrections.enter(
        request,
        _form(request),
        Activity(region=request.region),
        title="登记活动",
        back=reverse("office:activities", args=[region]),
        opens=lambda row: reverse("office:activity", args=[region, row.pk]),
    )


def _form(request):
    return partial(ActivityForm, districts=request.access.districts("edit_records"))
