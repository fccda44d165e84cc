"""Freezing what is submitted: figures, findings, the members of every cell, and what it was made
with, so that it can be computed again (recomputing)."""

from django.db.models import Max
from django.utils import timezone

from regions.models import PolicyVersion
from reporting.cells import members_of, model_of
from reporting.compiling import Compiled
from reporting.computing import Window
from reporting.models import Form, FrozenCell, Report, Version
from reporting.past import newest_events


class FiguresDisagree(AssertionError):
    """A cell's members do not add up to its figure: a fault in a definition."""


def freeze(report: Report, compiled: Compiled, *, actor, explanations, scan=None) -> Version:
    """Keep a report as it is submitted. The caller holds the region's writers off (freezing)."""
    form, unit = compiled.form, report.district
    figures = compiled.figures[unit.pk]
    window = Window(compiled.period, compiled.units, form.parsed.indicators)
    cells = members_of(window, report.region_id, unit)
    now = timezone.now()
    version = Version.objects.create(
        region_id=report.region_id,
        report=report,
        number=report.versions.count() + 1,
        form=form,
        figures=figures,
        findings=[vars(finding) for finding in compiled.findings[unit.pk]],
        explanations=explanations,
        submitted_by=actor,
        submitted_at=now,
        is_late=is_late(report, now),
        is_supplement=is_supplement(report, now),
        form_event=_newest_event(form),
        documents=documents_on(compiled.period.end),
        upto=newest_events(),
        scan=scan,
    )
    events = _events(form.parsed.indicators, cells)
    frozen = []
    for indicator in form.parsed.indicators:
        rows = cells[indicator.code]
        total = sum(member.contribution for member in rows)
        if indicator.kind != "plan" and total != figures[indicator.code]:
            raise FiguresDisagree(
                f"{report} [{indicator.code}]: {total} in members, {figures[indicator.code]} counted"
            )
        frozen.append(
            FrozenCell(
                region_id=report.region_id,
                version=version,
                code=indicator.code,
                figure=figures[indicator.code],
                records=[member.record for member in rows],
                events=[events[indicator.of][member.record] for member in rows],
                contributions=[member.contribution for member in rows],
            )
        )
    FrozenCell.objects.bulk_create(frozen)
    return version


def _events(indicators, cells) -> dict[str, dict[int, int]]:
    """By source, each member's newest history event: what it was when it was counted."""
    events = {}
    for indicator in indicators:
        if indicator.of not in events:
            records = {
                member.record
                for other in indicators
                if other.of == indicator.of
                for member in cells[other.code]
            }
            newest = (
                model_of(indicator.of)
                .pgh_event_model.objects.filter(pgh_obj__in=records)
                .values_list("pgh_obj")
                .annotate(Max("pgh_id"))
            )
            events[indicator.of] = dict(newest)
    return events


def _newest_event(form: Form) -> int:
    return Form.pgh_event_model.objects.filter(pgh_obj=form.pk).aggregate(at=Max("pgh_id"))["at"]


def documents_on(day) -> list[dict]:
    """The policy documents in force, oldest first: [{document, since}]."""
    return [
        {"document": version.document, "since": version.effective_from.isoformat()}
        for version in PolicyVersion.objects.in_force(day)
    ]


def is_supplement(report: Report, now) -> bool:
    """Submitted again, and after the deadline."""
    again = report.versions.exists()
    return again and report.due_on is not None and timezone.localdate(now) > report.due_on


def is_late(report: Report, now) -> bool:
    """By the first submission: a supplement after the deadline of a punctual month is not late."""
    first = report.first_submitted_at or now
    return report.due_on is not None and timezone.localdate(first) > report.due_on
