"""Payments, as staff see and enter them."""

from functools import partial

from django.urls import reverse

from accounts.access import office
from jianxi import cases, corrections, lists
from jianxi.cases import Fact, Related, Section, facts
from subsidies.exports import PaymentList
from subsidies.forms import PaymentForm
from subsidies.models import Payment


@office("view_records")
def payments(request, region):
    links = []
    if request.access.holds("edit_records"):
        links = [{"label": "登记一笔", "url": reverse("office:payment_new", args=[region])}]
    return lists.show(request, PaymentList, links=links)


@office("view_records")
def payment(request, region, pk):
    rows = Payment.objects.select_related("base__profile__employer", "base__district", "district")
    row = cases.find(request, rows, pk)
    paid_to = [Fact("所属区县", row.lies_in)]
    if base := row.base:
        paid_to += [
            Fact("单位名称", base.profile.name, url=reverse("office:base", args=[region, base.pk])),
            Fact("统一社会信用代码", base.profile.employer.uscc),
        ]
    paid = facts(row, "number", "kind", "purpose", "paid_on", "amount", "level", "note")
    return cases.show(
        request,
        row,
        title=f"{row.get_kind_display()} {row.number}",
        crumb="office:payments",
        edit="office:payment_edit" if row.base else "",
        sections=[Section("拨付", paid), Section("收款单位", paid_to)],
    )


@office("edit_records")
def payment_edit(request, region, pk):
    rows = Payment.objects.standing().paid().select_related("base__profile__employer")
    row = cases.find(request, rows, pk, "edit_records")
    return corrections.correct(
        request,
        [(_form(request), row)],
        title=f"更正：拨付 {row.number}",
        back=reverse("office:payment", args=[region, pk]),
    )


@office("edit_records")
def payment_new(request, region):
    return corrections.enter(
        request,
        _form(request),
        Payment(region=request.region),
        title="登记补贴拨付",
        back=reverse("office:payments", args=[region]),
        opens=lambda row: reverse("office:payment", args=[region, row.pk]),
    )


def _form(request):
    return partial(PaymentForm, districts=request.access.districts("edit_records"))


@cases.hangs_on("base")
def payments_to(request, base) -> Related:
    listed = PaymentList(request.region)
    return Related.first(
        "补贴拨付",
        listed.some("拨付编号", "类型", "用途", "拨付日期", "金额（元）"),
        listed.rows().filter(base=base).order_by("-paid_on", "-pk"),
        row_url=listed.url_of,
        url=listed.sought(base.profile.employer.uscc),
    )
