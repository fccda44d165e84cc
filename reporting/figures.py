"""From computed figures to printed ones: counts stay, yuan become 万元 and are rounded last."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from reporting.definitions import FormDefinition

CENT = Decimal("0.01")


def to_wan(yuan: Decimal | int) -> Decimal:
    """万元 with two decimals, rounded half away from zero, without a minus zero."""
    return Decimal(yuan).scaleb(-4).quantize(CENT, ROUND_HALF_UP) + 0


def printed(
    form: FormDefinition, figures: Mapping[str, int | Decimal | None]
) -> dict[str, int | Decimal | None]:
    """Every figure of the form, in its order, as a page, the API and the xlsx show it.

    `figures` are unrounded, money in yuan; what is missing stays None.
    """
    shown = {}
    for indicator in form.indicators:
        value = figures.get(indicator.code)
        shown[indicator.code] = to_wan(value) if indicator.is_money and value is not None else value
    return shown


def written_out(day: date) -> str:
    """A day as paper has it: 2026年9月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def signed(amount: int | Decimal) -> str:
    """What a figure changed by: +3, −2; "" for nothing. Yuan keep their decimals."""
    if not amount:
        return ""
    return f"{'+' if amount > 0 else '−'}{abs(amount):,}"


def span(months: list[int]) -> str:
    """Months in words, in order: 3月, 3月至5月, 1月至2月、5月; "" for none."""
    runs: list[list[int]] = []
    for month in months:
        if runs and month == runs[-1][-1] + 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return "、".join(f"{run[0]}月" if len(run) == 1 else f"{run[0]}月至{run[-1]}月" for run in runs)
