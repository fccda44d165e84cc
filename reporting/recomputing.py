"""A submitted version computed once more from history, to show that its cells still come out."""

from dataclasses import dataclass
from decimal import Decimal

from reporting.cells import members_of
from reporting.computing import Window, count, reach, with_plans
from reporting.definitions import FormDefinition
from reporting.models import Form, Version
from reporting.past import Past
from reporting.periods import Period
from reporting.units import Units


class NoMoment(LookupError):
    """The version does not say at which events it was made; the message is in Chinese."""


@dataclass(frozen=True)
class Recomputed:
    """One cell: the figure as frozen and as computed again, and the records that are in only one
    of the two, or contribute otherwise."""

    code: str
    then: int | Decimal
    again: int | Decimal
    records: list[int]

    @property
    def is_same(self) -> bool:
        return self.then == self.again and not self.records


def recompute(version: Version) -> list[Recomputed]:
    """Every cell of the version's form as it was then defined. Raises NoMoment."""
    if not (version.upto and version.form_event):
        raise NoMoment(f"{version}没有记下报送时的时点，不能重算。")
    report, form = version.report, definition_of(version)
    period, past = Period(report.period, report.ends_on), Past(version.upto)
    window = Window(period, Units(period.end, past=past), form.indicators)
    unit = window.units.by_pk[report.district_id]
    counted = count([window], report.region_id, reach([window], [unit]))[0]
    plans = past.plans(report.form_key, report.period)
    figures = with_plans(counted, window, plans)[unit.pk]
    members = members_of(window, report.region_id, unit)
    frozen = {cell.code: cell for cell in version.cells.all()}
    found = []
    for code in form.by_code:
        cell = frozen[code]
        then = set(zip(cell.records, cell.contributions, strict=True))
        again = {(member.record, member.contribution) for member in members[code]}
        found.append(
            Recomputed(
                code, cell.figure, figures[code], sorted({record for record, _ in then ^ again})
            )
        )
    return found


def definition_of(version: Version) -> FormDefinition:
    """The form as it was defined when the version was made, whatever became of it."""
    then = Form.pgh_event_model.objects.get(pgh_id=version.form_event)
    return FormDefinition.from_dict(then.key, then.definition)
