"""A cell opened: its records with what each adds, as they are now or as they were submitted."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db import models
from django.db.models import Max

from jianxi.history import Change
from jianxi.lists import Column
from jianxi.masking import mask_name
from reporting.cells import Member, Totals, model_of, one_cell, page, totals
from reporting.compiling import plan_of
from reporting.definitions import Indicator
from reporting.models import Form, FrozenCell, Version
from reporting.past import Past
from reporting.periods import Period

CHUNK = 1000  # records read at a time for an export

# By source: what is read along; the columns, the first of them enough to tell records by; and the
# address of a record's page.
RELATED = {
    "bases": ["profile__employer", "district"],
    "positions": ["base__profile", "base__district"],
    "agreements": ["trainee", "position__base__profile", "position__base__district"],
    "payments": ["base__profile", "base__district", "district"],
    "activities": ["district"],
}
BRIEF = 5
COLUMNS = {
    "bases": [
        Column("单位名称", "profile.name"),
        Column("统一社会信用代码", "profile.employer.uscc"),
        Column("认定日期", "recognised_on"),
        Column("有效期至", "valid_until"),
        Column("退出日期", "exited_on"),
        Column("所属区县", "district.name"),
    ],
    "positions": [
        Column("岗位名称", "title"),
        Column("岗位编号", "number"),
        Column("单位名称", "base.profile.name"),
        Column("发布日期", "published_on"),
        Column("关闭日期", "closed_on"),
        Column("所属区县", "base.district.name"),
    ],
    "agreements": [
        Column("协议编号", "number"),
        Column("姓名", lambda row: mask_name(row.trainee.name)),
        Column("单位名称", "position.base.profile.name"),
        Column("到岗日期", "arrived_on"),
        Column("结束日期", "ended_on"),
        Column("结束方式", "get_end_kind_display"),
        Column("就业去向", "get_outcome_display"),
        Column("约定开始", "planned_start"),
        Column("所属区县", "position.base.district.name"),
        Column("签订日期", "signed_on", on_page=False),
    ],
    "payments": [
        Column("拨付编号", "number"),
        Column("单位名称", lambda row: row.base.profile.name if row.base else "期初"),
        Column("类型", "get_kind_display"),
        Column("拨付日期", "paid_on"),
        Column("资金层级", "get_level_display"),
        Column("所属区县", lambda row: (row.base or row).district.name),
    ],
    "activities": [
        Column("活动名称", lambda row: row.title or row.number),
        Column("活动编号", "number"),
        Column("活动日期", "held_on"),
        Column("活动类型", "get_kind_display"),
        Column("所属区县", "district.name"),
    ],
}
OPENS = {
    "bases": "office:base",
    "positions": "office:position",
    "agreements": "office:agreement",
    "payments": "office:payment",
    "activities": "office:activity",
}


@dataclass(frozen=True)
class Row:
    """A member with its record. `since`: what became of the record after it was submitted;
    `changes`: how, old → new; `act`: the last one, as `acts_since` tells it; `balance`: told in
    place of what it adds."""

    member: Member
    record: models.Model
    since: str = ""
    changes: Sequence[Change] = ()
    act: dict | None = None
    balance: str = ""

    @property
    def pk(self) -> int:
        return self.member.record


class Cell:
    """One figure of a unit's month."""

    indicator: Indicator
    figure: int | Decimal  # as the form shows it
    totals: Totals  # of its records; they add up to the figure unless that was entered

    def members(self, *, limit: int, after: int = 0, before: int | None = None) -> list[Member]:
        raise NotImplementedError

    def rows(self, members: list[Member]) -> list[Row]:
        raise NotImplementedError

    def all_rows(self) -> Iterator[Row]:
        after = 0
        while members := self.members(limit=CHUNK, after=after):
            yield from self.rows(members)
            after = members[-1].record

    @property
    def columns(self) -> list[Column]:
        return COLUMNS[self.indicator.of]

    @property
    def is_entered(self) -> bool:
        return self.figure != self.totals.figure


class CellNow(Cell):
    """From the records as they are."""

    def __init__(self, form: Form, period: Period, unit, code: str):
        self.form, self.unit = form, unit
        self.window = one_cell(form, period, code)
        self.indicator = form.parsed.by_code[code]
        self.totals = totals(self.window, form.region_id, unit)
        self.figure = self._figure()

    def _figure(self):
        if self.indicator.kind != "plan":
            return self.totals.figure
        return plan_of(self.form, self.window, self.unit)

    def members(self, **where):
        return page(self.window, self.form.region_id, self.unit, **where)

    def rows(self, members):
        return rows_now(self.indicator.of, members)


class CellThen(Cell):
    """As it was submitted with a version: the members and their records at that moment."""

    def __init__(self, version: Version, code: str):
        self.indicator = version.form.parsed.by_code[code]
        self.kept = FrozenCell.objects.get(version=version, code=code)
        self.number = Decimal if self.indicator.is_money else int
        self.figure = self.number(self.kept.figure)
        self.totals = Totals(len(self.kept.records), self.number(sum(self.kept.contributions)))

    def members(self, *, limit, after=0, before=None):
        records = self.kept.records
        if before is None:
            start = bisect_right(records, after)
            end = start + limit
        else:
            end = bisect_left(records, before)
            start = max(0, end - limit)
        kept = zip(records[start:end], self.kept.contributions[start:end], strict=True)
        return [Member(record, self.number(contribution)) for record, contribution in kept]

    def rows(self, members):
        events = self._events
        wanted = [events[member.record] for member in members]
        model = model_of(self.indicator.of).pgh_event_model
        then = model.objects.select_related(*RELATED[self.indicator.of]).in_bulk(wanted)
        newest = self._newest([member.record for member in members])
        return [
            Row(
                member,
                then[events[member.record]],
                _since(events[member.record], newest[member.record]),
            )
            for member in members
        ]

    @cached_property
    def _events(self) -> dict[int, int]:
        return dict(zip(self.kept.records, self.kept.events, strict=True))

    def _newest(self, records: list[int]) -> dict[int, tuple[int, object]]:
        """By record, the number of its newest event and whether it was voided by then."""
        model = model_of(self.indicator.of).pgh_event_model
        last = model.objects.filter(pgh_obj__in=records).order_by().values("pgh_obj")
        newest = last.annotate(last=Max("pgh_id")).values("last")
        found = model.objects.filter(pgh_id__in=newest)
        return {
            row: (event, voided)
            for row, event, voided in found.values_list("pgh_obj", "pgh_id", "voided_at")
        }


def _since(event: int, newest: tuple[int, object]) -> str:
    if newest[1] is not None:
        return "已作废"
    return "之后有变动" if newest[0] != event else ""


def rows_now(source: str, members: list[Member]) -> list[Row]:
    """The members with their records as they are."""
    found = (
        model_of(source)
        .objects.select_related(*RELATED[source])
        .in_bulk([m.record for m in members])
    )
    return [Row(member, found[member.record]) for member in members]


def rows_then(source: str, members: list[Member], past: Past) -> list[Row]:
    """The members with their records as they were at a moment."""
    events = past.events(model_of(source), [m.record for m in members])
    then = {event.pgh_obj_id: event for event in events.select_related(*RELATED[source])}
    return [Row(member, then[member.record]) for member in members if member.record in then]
