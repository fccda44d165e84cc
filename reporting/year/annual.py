"""年度报告: words that the unit writes, around tables and pictures from the months as submitted."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.utils import timezone

from accounts.access import Access
from bases.models import Base, BaseApplication
from jianxi import files
from jianxi.history import acting, version
from jianxi.workflow import Transition, Workflow
from regions.models import District, Region
from reporting.models import AnnualReport, Form
from reporting.units import Units
from reporting.year.measures import percent, submitted
from reporting.year.served import Served, served
from reporting.year.targets import Year, last_day

State = AnnualReport.State
SECTIONS = {
    "overview": "总体情况",
    "work": "主要做法",
    "bases": "基地申报和认定",
    "problems": "存在的问题",
    "plans": "下一步打算",
}
LISTED = 500  # bases by name; more are told as a number
MONTHS = range(1, 13)
FIGURES = {
    "bases": "期末基地",
    "positions": "期末岗位",
    "arrived": "到岗",
    "on_post": "期末在岗",
    "completed": "完成见习",
    "retained": "留用",
}


@dataclass(frozen=True)
class Declared:
    """Applications of employers in the year, and what became of them by now."""

    declared: int
    recognised: int
    rejected: int

    @property
    def under_way(self) -> int:
        return self.declared - self.recognised - self.rejected


@dataclass(frozen=True)
class Facts:
    """What the report of a unit is made from. `months`: by month, the submitted figures of the
    units that report for it, added up; `reporting`: how many those are."""

    unit: District
    year: Year
    months: dict[int, dict[str, int]]
    submitted: dict[int, int]
    reporting: int
    served: Served
    declared: Declared
    recognised: list[Base]
    more_recognised: int

    def total(self, key: str) -> int:
        return sum(figures.get(key, 0) for figures in self.months.values())


def facts(region: Region, unit: District, year: int) -> Facts:
    """In a number of statements that does not grow with units and months."""
    shown = Year(region, year, timezone.localdate())
    units = shown.units
    reporting = units.children(unit) if unit.is_root else []
    reporting = reporting or [unit]
    form = Form.objects.in_force(shown.until).first()
    first, last = date(year, 1, 1), date(year, 12, 31)
    by_month = submitted([form], first, last, reporting) if form else {}
    months = {
        month.month: {key: sum(own.get(key, 0) for own in of.values()) for key in FIGURES}
        for month, of in by_month.items()
    }
    districts = units.districts_of(unit)
    bases = Base.objects.standing().filter(
        recognised_on__range=(first, shown.until), district__in=districts
    )
    found = list(
        bases.select_related("profile", "district").order_by("recognised_on", "pk")[: LISTED + 1]
    )
    more = bases.count() - LISTED if len(found) > LISTED else 0
    reached = served(units, region.pk, year, shown.until)
    return Facts(
        unit=unit,
        year=shown,
        months=months,
        submitted={month.month: len(of) for month, of in by_month.items()},
        reporting=len(reporting),
        served=reached[unit.pk],
        declared=_declared(districts, year),
        recognised=found[:LISTED],
        more_recognised=more,
    )


def _declared(districts: list[int], year: int) -> Declared:
    rows = BaseApplication.objects.standing().filter(
        submitted_at__year=year, district__in=districts
    )
    return Declared(
        **rows.exclude(state="draft").aggregate(
            declared=Count("pk"),
            recognised=Count("pk", filter=Q(state="recognised")),
            rejected=Count("pk", filter=Q(state="rejected")),
        )
    )


def drafted(found: Facts) -> dict[str, str]:
    """The words to begin with; what only the unit knows is left to it."""
    year, arrived, completed = found.year.year, found.total("arrived"), found.total("completed")
    kept = percent(found.total("retained"), completed)
    last = found.months[max(found.months)] if found.months else {}
    overview = [
        f"{year}年，{found.unit.name}各月报送到岗 {arrived:,} 人，完成见习 {completed:,} 人"
        + (f"，留用率 {kept}%。" if kept is not None else "。")
    ]
    if last:
        overview.append(
            f"最近一次报送的期末基地 {last['bases']:,} 家、岗位 {last['positions']:,} 个、"
            f"在岗 {last['on_post']:,} 人。"
        )
    if found.served.wished:
        overview.append(
            f"有见习意愿的毕业生 {found.served.wished:,} 人，已服务 {found.served.served:,} 人"
            f"（{found.served.percent}%）。"
        )
    declared = found.declared
    recognised = len(found.recognised) + found.more_recognised
    bases = (
        f"全年收到基地申报 {declared.declared:,} 件，其中认定 {declared.recognised:,} 件、"
        f"不予认定 {declared.rejected:,} 件、办理中 {declared.under_way:,} 件；"
        f"全年新认定基地 {recognised:,} 家（含随台账登记的）。"
    )
    return dict.fromkeys(SECTIONS, "") | {"overview": "".join(overview), "bases": bases}


def reports(year: int, units: list[District]) -> dict[int, AnnualReport]:
    rows = AnnualReport.objects.filter(year=year, district__in=units).select_related("file")
    return {row.district_id: row for row in rows}


def units_reporting(region: Region, year: int) -> list[District]:
    """The region, and the units that report to it."""
    units = Units(last_day(year, timezone.localdate()))
    return [units.root, *units.children(units.root)]


class MovedOn(Exception):
    """Somebody else has changed the report in the meantime, or made it final."""


def version_of(row: AnnualReport | None) -> str:
    return version(row) if row and row.pk else ""


def write(unit: District, year: int, texts: dict[str, str], *, seen: str, actor) -> AnnualReport:
    """Keep the words of a draft, made with the first of them. Raises MovedOn, PermissionDenied."""
    if not Access(actor).may("prepare_reports", unit):
        raise PermissionDenied
    with acting(actor, "编写年度报告"):
        row, is_new = AnnualReport.objects.get_or_create(
            region=unit.region, year=year, district=unit, defaults={"sections": texts}
        )
        row = AnnualReport.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if row.state != State.DRAFT or seen != ("" if is_new else version(row)):
            raise MovedOn
        row.sections = {key: texts[key] for key in SECTIONS}
        row.save()
    return row


def _confirms(actor, row) -> bool:
    return Access(actor).may("confirm_reports", row.district)


def _incomplete(row, actor) -> str:
    empty = [label for key, label in SECTIONS.items() if not row.sections.get(key, "").strip()]
    return f"还有部分没有写：{'、'.join(empty)}。" if empty else ""


def _finish(row, actor, *, comment):
    """Keep the document as it is at this moment."""
    from reporting.year.annual_file import as_docx, name_of
    from reporting.year.documents import DOCX

    document = as_docx(row, facts(row.region, row.district, row.year))
    row.file = files.store(row.region, document, name=name_of(row), content_type=DOCX, owner=actor)


def _reopen(row, actor, *, comment):
    row.file = None


WORKFLOW = Workflow(
    "state",
    [
        Transition(
            "finish",
            "定稿",
            frozenset({State.DRAFT}),
            State.FINAL,
            _confirms,
            check=_incomplete,
            follow=_finish,
        ),
        Transition(
            "reopen",
            "退回修改",
            frozenset({State.FINAL}),
            State.DRAFT,
            _confirms,
            comment_required=True,
            follow=_reopen,
        ),
    ],
)
