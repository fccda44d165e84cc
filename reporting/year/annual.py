"""年度报告: words that the unit writes, around tables and pictures from the months as submitted."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.utils import timezone

from accounts.access import Access
from bases.models import Base, BaseApplication
from jianxi import files
from jianxi.history import acting
from jianxi.workflow import Transition, TransitionRefused, Workflow
from regions.models import District, Region
from reporting.figures import span, written_out
from reporting.models import AnnualReport, Form
from reporting.units import Units
from reporting.year.documents import words
from reporting.year.meanwhile import hold_against
from reporting.year.measures import own_words, percent, submitted
from reporting.year.served import Served, served
from reporting.year.targets import Goal, Mark, Year, last_day

State = AnnualReport.State
SECTIONS = {
    "overview": "总体情况",
    "work": "主要做法",
    "bases": "见习基地申报和认定",
    "problems": "存在的问题",
    "plans": "下一步打算",
}
LOOKED_AT = frozenset({"finish"})  # decided of what was looked at (seen)
LISTED = 500  # bases by name; more are told as a number
MONTHS = range(1, 13)
# What a target has reached is no sum of months: who reads both beside one another is told.
BY_RECORDS = "完成数按1月1日以来的全部记录计算，不限于已报送的月份和单位"
FIGURES = {
    "bases": "期末见习基地",
    "positions": "期末见习岗位",
    "arrived": "到岗",
    "on_post": "期末在岗",
    "completed": "完成见习",
    "retained": "留用",
}


def in_own_words(texts: dict[str, str], region: Region) -> dict[str, str]:
    """Texts by key (SECTIONS, FIGURES) in the region's words."""
    return {key: own_words(text, region) for key, text in texts.items()}


def sections_of(region: Region) -> dict[str, str]:
    return in_own_words(SECTIONS, region)


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

    def lacks(self, month: int) -> int:
        """How many units have not submitted the month."""
        return self.reporting - self.submitted.get(month, 0)

    def goals(self) -> dict[Goal, Mark]:
        """Those that are set, or towards which something was done."""
        marks = {goal: self.year.mark(self.unit, goal.key) for goal in self.year.goals}
        return {goal: mark for goal, mark in marks.items() if mark.target or mark.done}


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
    overview = "".join([_months(found), _goals(found), _served(found.served)])
    texts = {"overview": overview, "bases": _bases(found)}
    return dict.fromkeys(SECTIONS, "") | in_own_words(texts, found.year.region)


def _months(found: Facts) -> str:
    """Flows of all months that came in; stocks of the last one that came in from everybody."""
    year, months = found.year.year, sorted(found.months)
    if not months:
        return f"{year}年各月报表尚未报送，到岗、完成见习等数据暂缺。"
    whole = [month for month in months if not found.lacks(month)]
    parts = [month for month in months if found.lacks(month)]
    text = f"按报送的{year}年{span(months)}月报，{found.unit.name}{_flows(found)}"
    if whole:
        why = "（各单位都已报送的最近一个月）" if whole[-1] != months[-1] else ""
        text += f"{whole[-1]}月末{why}{_stocks(found.months[whole[-1]])}"
    else:
        number = found.submitted[months[-1]]
        text += f"{months[-1]}月末，已报送的 {number} 个单位{_stocks(found.months[months[-1]])}"
    if parts:
        missing = "、".join(f"{month}月 {found.lacks(month)} 个" for month in parts)
        text += f"还有单位没有报送（{missing}），累计数不含这些单位。"
    return text


def lacking(found: Facts) -> str:
    """The months of the year that are not in, or not from everybody; "" for none."""
    year, starts = found.year.year, found.year.region.reporting_starts
    asked = [month for month in MONTHS if starts is None or date(year, month, 1) >= starts]
    none = [month for month in asked if not found.submitted.get(month)]
    said = [
        f"{month}月还有 {found.lacks(month)} 个单位没有报送"
        for month in asked
        if month not in none and found.lacks(month)
    ]
    if none:
        said.append(f"{span(none)}{'还没有单位报送' if found.reporting > 1 else '还没有报送'}")
    return f"{year}年的月报没有报齐：{'；'.join(said)}。" if said else ""


def _flows(found: Facts) -> str:
    arrived, completed, retained = map(found.total, ("arrived", "completed", "retained"))
    if not arrived and not completed:
        return "没有人员到岗，也没有人员完成见习。"
    text = f"累计到岗 {arrived:,} 人，"
    if not completed:
        return f"{text}尚无人员完成见习。"
    kept = words(percent(retained, completed))
    return f"{text}完成见习 {completed:,} 人，其中留用 {retained:,} 人，留用率 {kept}%。"


def _stocks(month: dict[str, int]) -> str:
    bases, positions, on_post = (month[key] for key in ("bases", "positions", "on_post"))
    if not bases and not on_post:
        return "没有在册的见习基地和在岗见习人员。"
    return f"实有见习基地 {bases:,} 家、见习岗位 {positions:,} 个，在岗见习 {on_post:,} 人。"


def until(found: Facts) -> str:
    """Of a year that is over, nothing need be said."""
    day = found.year.until
    return "" if day == date(found.year.year, 12, 31) else f"截至{written_out(day)}，"


def _goals(found: Facts) -> str:
    known = [(goal, mark.percent) for goal, mark in found.goals().items() if mark.target]
    if not known:
        return ""
    reached = [goal.label for goal, done in known if done is not None and done >= 100]
    others = [
        f"{goal.label}完成率 {done}%" for goal, done in known if done is not None and done < 100
    ]
    unknown = [goal.label for goal, done in known if done is None]
    text = f"{until(found)}年度目标任务（{BY_RECORDS}）{len(known)} 项"
    if len(reached) == len(known):
        return f"{text}全部完成。"
    said = {"已完成": reached, "未完成": others, "完成数未填写": unknown}
    told = [f"{how} {len(of)} 项（{'、'.join(of)}）" for how, of in said.items() if of]
    return f"{text}，{'，'.join(told)}。"


def _served(reached: Served) -> str:
    if not reached.wished:
        return ""
    return (
        f"有见习意愿的高校毕业生 {reached.wished:,} 人，已提供见习服务 {reached.served:,} 人"
        f"（{reached.percent}%）。"
    )


def _bases(found: Facts) -> str:
    declared, recognised = found.declared, len(found.recognised) + found.more_recognised
    text = until(found) or "全年"
    if declared.declared:
        outcomes = {
            "认定": declared.recognised,
            "不予认定": declared.rejected,
            "正在办理": declared.under_way,
        }
        told = "、".join(f"{word} {number:,} 件" for word, number in outcomes.items() if number)
        text += f"收到见习基地申报 {declared.declared:,} 件，其中{told}"
    else:
        text += "没有收到见习基地申报"
    if recognised:
        return f"{text}；新认定见习基地 {recognised:,} 家（含未经网上申报、直接登记的）。"
    return f"{text}，{'' if declared.declared else '也'}没有新认定的见习基地。"


def reports(year: int, units: list[District]) -> dict[int, AnnualReport]:
    rows = AnnualReport.objects.filter(year=year, district__in=units).select_related("file")
    return {row.district_id: row for row in rows}


def units_reporting(region: Region, year: int) -> list[District]:
    """The region, and the units that report to it."""
    units = Units(last_day(year, timezone.localdate()))
    return [units.root, *units.children(units.root)]


def write(unit: District, year: int, texts: dict[str, str], *, seen: str, actor) -> AnnualReport:
    """Keep the words of a draft as it was `seen`, made with the first of them. Raises MovedOn,
    TransitionRefused, PermissionDenied."""
    if not Access(actor).may("prepare_reports", unit):
        raise PermissionDenied
    with acting(actor, "编写年度报告"):
        row, is_new = AnnualReport.objects.get_or_create(
            region=unit.region, year=year, district=unit, defaults={"sections": texts}
        )
        row = AnnualReport.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if row.state != State.DRAFT:
            raise TransitionRefused(f"现在是“{row.get_state_display()}”，不能修改。")
        if not is_new:
            hold_against(row, seen, what="保存", sections=sections_of(unit.region))
        row.sections = {key: texts[key] for key in SECTIONS}
        row.save()
    return row


def _confirms(actor, row) -> bool:
    return Access(actor).may("confirm_reports", row.district)


def _incomplete(row, actor) -> str:
    empty = [label for key, label in SECTIONS.items() if not row.sections.get(key, "").strip()]
    return f"还有部分没有写：{'、'.join(empty)}。" if empty else ""


def _finish(row, actor, *, comment, seen=None):
    """Keep the document as it is at this moment."""
    if seen is not None:
        hold_against(row, seen, what="定稿", sections=sections_of(row.region))
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
