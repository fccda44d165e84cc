"""Figures and findings as they leave the house: the command, the API and the xlsx agree."""

from decimal import Decimal

from reporting.compiling import Compiled, Finding
from reporting.computing import Figures
from reporting.deadlines import reporting_due
from reporting.definitions import FormDefinition
from reporting.figures import printed
from reporting.models import Form


def figures_json(form: FormDefinition, figures: Figures) -> dict:
    """Counts as integers, money as a string of 万元 with two decimals."""
    return {
        code: str(value) if isinstance(value, Decimal) else value
        for code, value in printed(form, figures).items()
    }


def finding_json(form: Form, finding: Finding, unit: str) -> dict:
    """Sides are unrounded: a gap below a hundredth of a 万元 must be seen."""
    return {
        "district": unit,
        "rule": finding.rule,
        "outcome": finding.outcome,
        "severity": finding.severity,
        "left": side_json(finding.left),
        "right": side_json(finding.right),
    }


def side_json(value: int | Decimal | None) -> int | str | None:
    """A side of a rule: money (Decimal yuan) as 万元 with two decimals, more where needed."""
    if not isinstance(value, Decimal):
        return value
    wan = value.scaleb(-4) + 0
    return str(wan.quantize(Decimal("0.01")) if wan == wan.quantize(Decimal("0.01")) else wan)


def compiled_json(compiled: Compiled) -> dict:
    """The whole month as `compile_reports --json` prints it; of what was computed for one unit
    alone, that unit and those below it, and no total."""
    form, units = compiled.form, compiled.units
    due = reporting_due(form, compiled.period, units)
    computed = [unit for unit in units.valid if unit.pk in compiled.figures]
    total = compiled.figures.get(units.root.pk)
    return {
        "region": form.region.slug,
        "period": str(compiled.period),
        "form": form.key,
        "deadline": due.date.isoformat() if due else None,
        "provisional": bool(due and due.provisional),
        "districts": {
            unit.name: figures_json(form.parsed, compiled.figures[unit.pk])
            for unit in computed
            if not unit.is_root
        },
        "total": figures_json(form.parsed, total) if total is not None else None,
        "rules": [
            finding_json(form, finding, unit.name)
            for unit in computed
            for finding in compiled.findings[unit.pk]
        ],
    }
