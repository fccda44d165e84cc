"""Youths and their agreements, as staff see them."""

from functools import partial

from django.urls import reverse
from django.utils import timezone

from accounts.access import office
from accounts.reveal import reveal_urls
from jianxi import cases, corrections, lists
from jianxi.cases import Fact, Related, Section, facts
from trainees import consents, contract_presenting
from trainees.course import contract_of
from trainees.exports import AgreementList, TraineeList, agreement_state, document_label
from trainees.forms import AgreementForm, TraineeForm
from trainees.groups import group_words
from trainees.models import Agreement, Trainee
from trainees.queries import AgreementState, TraineeState
from trainees.signing import FILING
from trainees.views.agreements import moves


@office("view_records")
def trainees(request, region):
    return lists.show(request, TraineeList)


@office("view_records")
def trainee(request, region, pk):
    today = timezone.localdate()
    rows = Trainee.objects.with_state(today).select_related("home_district")
    row = cases.find(request, rows, pk)
    reveal = reveal_urls(request, "trainee", row)
    identity = [
        *facts(row, "name", reveal=reveal),
        Fact("证件类型", document_label(row)),
        *facts(row, "document_number", "birth_date", reveal=reveal),
        Fact("年龄", f"{row.age_on(today)} 岁"),
        *facts(row, "sex"),
    ]
    group = [Fact("人员类别", group_words(today)[row.group])]
    group += facts(row, "schooling", "education", "school", "major", "graduated_on", "studying")
    group += facts(row, "employed", "unemployed_since", "hardship", "skills", "wish")
    contact = facts(row, "phone", "home_district", "bank_card", "bank", reveal=reveal)
    agreements = AgreementList(request.region)
    seen = row.agreements.standing().in_districts(request.access.districts("view_records"))
    return cases.show(
        request,
        row,
        crumb="office:trainees",
        edit="office:trainee_edit",
        state=TraineeState(row.state),
        sections=[
            Section("身份", identity),
            Section("类别与学历", group),
            Section("联系与收款", contact),
            *_guardian(row, today),
        ],
        related=[
            Related.first(
                "见习协议",
                agreements.some("协议编号", "单位名称", "状态", "签订日期", "到岗日期", "结束日期"),
                agreements.rows().filter(pk__in=seen.values("pk")).order_by("-signed_on", "-pk"),
                row_url=agreements.url_of,
                nothing="您能查看的区县里没有此人的见习协议。",
            ),
        ],
    )


def _guardian(row, today) -> list[Section]:
    """The consent in force; of who is under 18 also that there is none."""
    given = consents.in_force(row)
    if given:
        told = facts(given, "guardian", "relation", "phone", "given_at")
        return [Section("监护人同意", told)]
    if consents.is_needed(row, today):
        return [Section("监护人同意", [Fact("未满 18 周岁", "监护人还没有同意")])]
    return []


@office("edit_records")
def trainee_edit(request, region, pk):
    row = cases.find(request, Trainee.objects.standing(), pk, "edit_records")
    form = partial(TraineeForm, districts=request.access.districts("edit_records"))
    return corrections.correct(
        request,
        [(form, row)],
        title=f"更正：{row.title}",
        back=reverse("office:trainee", args=[region, pk]),
    )


@office("view_records")
def agreements(request, region):
    return lists.show(request, AgreementList)


@office("view_records")
def agreement(request, region, pk):
    today = timezone.localdate()
    rows = Agreement.objects.with_state(today).select_related(
        "trainee", "position__base__profile__employer", "position__base__district"
    )
    row = cases.find(request, rows, pk)
    position, base = row.position, row.position.base
    state = agreement_state(row)
    parties = [
        Fact("见习人员", row.trainee.title, url=_url("trainee", region, row.trainee)),
        Fact("签订时的人员类别", group_words(today)[row.group]),
        Fact("单位名称", base.profile.name, url=_url("base", region, base)),
        Fact("岗位名称", position.title, url=_url("position", region, position)),
        Fact("所属区县", base.district),
        *facts(row, "mentor", reveal=reveal_urls(request, "agreement", row)),
    ]
    term = [
        *facts(row, "number", "signed_on", "planned_start"),
        Fact("约定结束", row.planned_end, note=_left(row, state, today)),
        *facts(row, "arrived_on", "allowance", "insurer", "insurance_number"),
    ]
    end = facts(row, "ended_on", "end_kind", "end_reason", "outcome", "outcome_on")
    contract = contract_of(row)
    links = moves.links(request, row, contract, "office")
    if contract:
        links.append({"label": "协议和材料", "url": _url("contract", region, contract)})
    return cases.show(
        request,
        row,
        title=f"{row.trainee.title}的见习协议",
        crumb="office:agreements",
        edit="office:agreement_edit",
        number=row.number,
        state=state,
        sections=[Section("双方", parties), Section("约定", term), Section("结束与去向", end)],
        links=links,
        entries=contract_presenting.happened(contract, row),
    )


def _left(agreement, state, today) -> str:
    days = (agreement.planned_end - today).days
    if state == AgreementState.OVERDUE:
        return f"已过约定结束 {-days} 天，请补记结束"
    return f"还剩 {days} 天" if state == AgreementState.ON_POST else ""


def _url(name, region, row) -> str:
    return reverse(f"office:{name}", args=[region, row.pk])


@office("view_records")
def agreement_move(request, region, pk, name):
    rows = Agreement.objects.standing().select_related(
        "trainee__user", "position__base__profile", "position__base__district"
    )
    row = cases.find(request, rows, pk, FILING)
    return moves.enter(request, row, name, frame="frames/office.html", side="office")


@office("edit_records")
def agreement_edit(request, region, pk):
    rows = Agreement.objects.standing().select_related("trainee", "position__base__district")
    row = cases.find(request, rows, pk, "edit_records")
    form = partial(AgreementForm, districts=request.access.districts("edit_records"))
    return corrections.correct(
        request,
        [(form, row)],
        title=f"更正：协议 {row.number}",
        back=reverse("office:agreement", args=[region, pk]),
    )


def _agreements(request, found, words) -> Related:
    listed = AgreementList(request.region)
    return Related.first(
        "见习协议",
        listed.some("协议编号", "姓名", "岗位名称", "状态", "签订日期", "约定结束"),
        listed.rows().filter(**found).order_by("-signed_on", "-pk"),
        row_url=listed.url_of,
        url=listed.sought(words),
    )


@cases.hangs_on("base")
def agreements_of_base(request, base) -> Related:
    return _agreements(request, {"position__base": base}, base.profile.employer.uscc)


@cases.hangs_on("position")
def agreements_of_position(request, position) -> Related:
    return _agreements(request, {"position": position}, position.number)
