"""A unit's figures beside those of the month before and of the same month last year."""

from dataclasses import dataclass
from decimal import Decimal

from reporting.computing import Figures
from reporting.definitions import FormDefinition, Indicator
from reporting.figures import printed, signed
from reporting.models import Compilation, Form, Version
from reporting.periods import Period
from reporting.sheet import figures_of

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


def earlier(form_key: str, period: Period, unit) -> Figures | None:
    """The unit's own figures of a month as last submitted, else as last compiled."""
    rows = Version.objects.newest(form_key, period.start).filter(report__district=unit)
    if version := rows.select_related("form").first():
        return figures_of(version)
    kept = Compilation.objects.filter(
        report__form_key=form_key, report__period=period.start, report__district=unit
    )
    compilation = kept.select_related("form").first()
    return compilation and figures_of(compilation)


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
