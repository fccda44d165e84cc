"""A unit's figures beside those of the month before and of the same month last year."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from reporting.computing import Figures, from_json
from reporting.definitions import FormDefinition, Indicator
from reporting.figures import printed, signed
from reporting.models import Compilation, Form, Report, Version
from reporting.periods import Period
from reporting.sheet import Sheet, added_up

Number = int | Decimal


@dataclass(frozen=True)
class Against:
    """Another month's figure as printed, and by how much this one's differs: "+3" or "持平";
    "+25.0%", "" where no share can be told."""

    figure: Number
    change: str
    share: str


@dataclass(frozen=True)
class Compared:
    indicator: Indicator
    figure: Number
    before: Against | None
    year_ago: Against | None


def before_it(sheet: Sheet) -> Figures | None:
    """The month before, with the very figures that the rules look back to."""
    known = earlier(sheet.form.key, sheet.period.previous, sheet.unit)
    looked_back = sheet.compiled.previous.get(sheet.unit.pk, {})
    return known and known | {c: v for c, v in looked_back.items() if v is not None}


def earlier(form_key: str, period: Period, unit) -> Figures | None:
    """The unit's figures of a month: as submitted where that stands, else the sum of the units
    below it, else as last compiled; None for a month that was not compiled. Four statements."""
    reports = Report.objects.of_month(form_key, period.start).filter(
        Q(district=unit) | Q(district__parent=unit)
    )
    submitted = _by_report(Version.objects.filter(report__in=reports.standing()).one_each())
    compiled = _by_report(Compilation.objects.filter(report__in=reports))
    forms = Form.objects.in_bulk({form for form, _ in [*submitted.values(), *compiled.values()]})
    own: Figures | None = None
    below: list[Figures | None] = []
    stands = False
    for pk, district in reports.values_list("pk", "district"):
        form, figures = submitted.get(pk) or compiled.get(pk) or (None, None)
        known = form and from_json(forms[form].parsed, figures)
        if district == unit.pk:
            own, stands = known, pk in submitted
        else:
            below.append(known)
    return added_up(below) if below and not stands and None not in below else own


def _by_report(rows) -> dict[int, tuple[int, dict]]:
    """The form a row was made by, and its figures."""
    return {row[0]: row[1:] for row in rows.values_list("report", "form", "figures")}


def compared(
    form: Form, figures: Figures, before: Figures | None, year_ago: Figures | None
) -> list[Compared]:
    """Every indicator of the form; [] where there is nothing to compare with."""
    if before is None and year_ago is None:
        return []
    now, then, last = (_printed(form.parsed, one) for one in (figures, before, year_ago))
    return [
        Compared(
            indicator,
            now[indicator.code],
            _against(now[indicator.code], then[indicator.code]),
            _against(now[indicator.code], last[indicator.code]),
        )
        for indicator in form.parsed.indicators
    ]


def _printed(form: FormDefinition, figures: Figures | None) -> dict:
    return printed(form, figures or {})


def _against(now: Number, then: Number | None) -> Against | None:
    if then is None:
        return None
    change = now - then
    share = f"{100 * Decimal(change) / abs(Decimal(then)):+.1f}%" if change and then else ""
    return Against(then, signed(change) or "持平", share.replace("-", "−"))
