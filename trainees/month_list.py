"""The list of bases with people in a month, and whether they confirmed it; on the page and as
xlsx."""

from contextlib import suppress

import django_filters
from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, Subquery
from django.urls import reverse

from bases.models import Authority
from jianxi.lists import WHERE, Column, ListFilter, RecordList, listed
from jianxi.masking import mask_name
from jianxi.periods import InvalidPeriod, Period
from trainees.month_checks import LABEL, changed_checks, present_at, state_of, with_people
from trainees.months import to_check
from trainees.queries import MonthCheckState

MONTHS = 24  # to choose from, the running one first


class MonthCheckFilter(ListFilter):
    words = "单位名称、信用代码"

    month = django_filters.ChoiceFilter(label="月份", method="shown", empty_label=None)
    state = django_filters.ChoiceFilter(
        label="状态",
        choices=MonthCheckState.choices,
        method="by_state",
        empty_label="全部",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offered = Period.month_of(self.today).and_before(MONTHS)
        with suppress(InvalidPeriod):  # an earlier one, that an old month's page leads to
            if (asked := Period.parse(self.data["month"])) < offered[-1]:
                offered.append(asked)
        self.filters["month"].extra["choices"] = [(str(month), month.words) for month in offered]

    def shown(self, queryset, name, month):
        """The rows are those of the month already."""
        return queryset

    def by_state(self, queryset, name, state):
        if state == MonthCheckState.WAITING:
            return queryset.filter(check_id=None)
        return queryset.filter(check_id__isnull=False, changed=state == MonthCheckState.CHANGED)


@listed
class MonthCheckList(RecordList):
    name = "month_checks"
    label = LABEL
    filters = MonthCheckFilter
    order = "recognised_on"
    empty = "本月有人到岗、在岗或结束的基地在这里；单位核对以后，看得到是谁、什么时候核对的。"

    def __init__(self, region, today=None):
        super().__init__(region, today)
        self.month = to_check(self.today)

    @property
    def title(self):
        return f"{self.label} {self.month}"

    def filtered(self, data, districts):
        """Of the month asked for; without one, of that which is to be confirmed."""
        data = data.copy()
        data.setdefault("month", str(self.month))
        with suppress(InvalidPeriod):  # told by the filter
            self.month = Period.parse(data["month"])
        return super().filtered(data, districts)

    def rows(self):
        there = present_at(self.month).order_by()
        number = there.values("position__base").values(number=Count("pk"))
        acting = Authority.objects.filter(
            profile=OuterRef("profile"), state=Authority.State.CONFIRMED
        )
        accounts = acting.order_by().values("profile").values(number=Count("pk"))
        own = FilteredRelation("month_checks", condition=Q(month_checks__month=self.month.start))
        rows = with_people(self.month).annotate(
            people=Subquery(number),
            accounts=Subquery(accounts),
            own=own,
            check_id=F("own__id"),
            checked_by=F("own__confirmed_by__name"),
            checked_at=F("own__confirmed_at"),
            note=F("own__note"),
            changed=Exists(changed_checks(self.month).filter(base=OuterRef("pk"))),
        )
        return rows.select_related("profile__employer", "district")

    def columns(self):
        return [
            Column("单位名称", "profile.name"),
            Column("统一社会信用代码", "profile.employer.uscc", on_page=False),
            Column(WHERE, "district.name"),
            Column("月份", lambda base: str(self.month), on_page=False),
            Column("人数", "people", numeric=True),
            Column("状态", lambda base: state_of(base.check_id, base.changed), badge=True),
            Column("核对人", lambda base: base.checked_by and mask_name(base.checked_by)),
            Column("核对时间", "checked_at"),
            Column("说明", "note", minor=True, broad=True),
            Column("经办人", lambda base: base.accounts or 0, numeric=True, minor=True),
        ]

    def url_of(self, base):
        if base.check_id:
            return reverse("office:month_check", args=[self.region.slug, base.check_id])
        return reverse("office:base", args=[self.region.slug, base.pk])
