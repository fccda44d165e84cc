"""A rule of a month: both sides, and the records that make the difference, each with why."""

from dataclasses import replace

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import office
from reporting.checks import SetRule
from reporting.compiling import Finding, is_of_figures
from reporting.conditions import SOURCES
from reporting.drawing import month_url
from reporting.drilldown import BRIEF, COLUMNS, rows_now, rows_then
from reporting.figures import signed
from reporting.gap_reasons import Why, others, reasons
from reporting.gaps import Gap, gap_of
from reporting.models import Form, Version
from reporting.past import Past
from reporting.rules import Outcome, Rule
from reporting.sheet import Sheet, findings_of, sheet_of
from reporting.views.address import Month, month_at
from reporting.views.cell import cell_at, opening, tabs, version_at
from reporting.views.changes import acts_since
from reporting.workflow import EDITABLE

SHOWN = 100  # records of one reason; more are told by their number
SINCE = {Why.VOIDED, Why.LATE, Why.CHANGED}  # something was done, by somebody


@office("view_records")
@require_GET
def rule(request, region, form, period, unit, rule):
    """As the records are, or with `version` as they were submitted, and both where they differ."""
    at = month_at(request, form, period, unit, "view_records")
    version = version_at(at, request.GET.get("version"))
    used = _form(at, version)
    found = _rule(used, rule)
    if found is None:
        raise Http404
    sheet = sheet_of(at.form, period, at.unit)
    findings = findings_of(version) if version else sheet.own.findings_now
    finding = _finding(findings, rule)
    gap = gap_of(used, period, at.unit, found, version) if finding else None
    url = month_url("month_rule", at.form, period, at.unit, rule)
    here = f"{url}?version={version.number}" if version else url
    return render(
        request,
        "reporting/rule.html",
        {
            "month": at,
            "rule": found,
            "version": version,
            "words": _words(used, found, finding),
            "now": _now(at, sheet, rule, finding) if version else None,
            "now_url": url,
            "as_shown": "" if version else _as_shown(at, sheet, found, finding),
            "here": here,
            "tabs": tabs(at, url, version),
            "gap": gap,
            "number": len(gap.records or []) if gap else 0,
            "counted": gap and SOURCES[gap.source].counted,
            "columns": gap and COLUMNS[gap.source][:BRIEF],
            "groups": _groups(request, at, used, found, gap, version) if gap else [],
            "apart": _apart(used, found, finding, gap) if finding else "",
            "typed": _typed(request, at, used, found, version, sheet),
            "month_url": month_url("month", at.form, period, at.unit),
            "cells": _cells(at, used, found, version),
        },
    )


def _form(at: Month, version: Version | None) -> Form:
    if version is None or version.form_id == at.form.pk:
        return at.form
    version.form.region = at.form.region
    return version.form


def _rule(form: Form, code: str) -> Rule | None:
    return next((one for one in form.rules if one.code == code), None)


def _finding(findings: list[Finding], code: str) -> Finding | None:
    return next((one for one in findings if one.rule == code), None)


def _words(form: Form, rule: Rule, finding: Finding | None) -> str:
    if finding is None:
        return "这条规则成立。"
    return rule.words(Outcome(finding.outcome, finding.left, finding.right), form.parsed)


def _now(at: Month, sheet: Sheet, code: str, then: Finding | None) -> str:
    """What the records now make of a rule, in words, where that is not what was submitted."""
    rule, finding = _rule(at.form, code), _finding(sheet.own.findings_now, code)
    if rule is None or finding == then:
        return ""
    return _words(at.form, rule, finding)


def _as_shown(at: Month, sheet: Sheet, rule: Rule, now: Finding | None) -> str:
    """What the total that was added up makes of a rule, where the records make another of it."""
    if not (sheet.is_added and is_of_figures(rule)):
        return ""
    shown = _finding(sheet.findings, rule.code)
    return "" if shown == now else _words(at.form, rule, shown)


def _groups(request, at: Month, form: Form, rule: Rule, gap, version: Version | None) -> list[dict]:
    """Each reason with its records; all that are shown are read at once."""
    found = reasons(form, at.period, at.unit, rule, gap) + others(gap)
    money = _is_money(form, rule)
    members = [member for group in found for member in group.records[:SHOWN]]
    if version:
        rows = rows_then(gap.source, members, Past(version.upto))
    else:
        rows = rows_now(gap.source, members)
    opened = {row.pk: (row, url) for row, url in opening(request, gap.source, rows)}
    done = [m.record for group in found if group.why in SINCE for m in group.records[:SHOWN]]
    acts = acts_since(gap.source, done, gap.last) if done and not version else {}
    return [
        {
            "why": group.why,
            "label": "" if group.why == Why.APART else group.why.label,
            "words": group.words,
            "number": len(group.records),
            "total": _amount(group.total, money),
            "shown": min(len(group.records), SHOWN),
            "rows": [
                (
                    replace(
                        opened[m.record][0],
                        changes=group.changes.get(m.record, ()),
                        act=acts.get(m.record),
                        balance=signed(m.contribution),
                    ),
                    opened[m.record][1],
                )
                for m in group.records[:SHOWN]
                if m.record in opened
            ],
        }
        for group in found
    ]


def _apart(form: Form, rule: Rule, finding: Finding, gap: Gap) -> str:
    """What the records leave of the gap that the rule's words tell: entered figures."""
    if gap.records is None or isinstance(rule, SetRule) or None in (finding.left, finding.right):
        return ""
    behind = sum(member.contribution for member in gap.records + gap.rest)
    return _amount(finding.left - finding.right - behind, _is_money(form, rule))


def _is_money(form: Form, rule: Rule) -> bool:
    return any(term.code and form.parsed.by_code[term.code].is_money for term in rule.terms)


def _amount(amount, money: bool) -> str:
    return f"{signed(amount)} 元" if money and amount else signed(amount)


def _typed(request, at: Month, form: Form, rule: Rule, version, sheet: Sheet) -> dict | None:
    """The plan that a rule speaks of, where it was entered: what stands beside its records, and
    where it is changed by who may."""
    codes = {t.code for t in rule.terms if t.code and form.parsed.by_code[t.code].kind == "plan"}
    if not codes:
        return None
    (code,) = codes
    cell = cell_at(at, code, version)
    if not cell.is_entered:
        return None
    report = sheet.own.report
    may = request.access.may("prepare_reports", at.unit) and not at.unit.is_root
    may = may and version is None and report is not None and report.state in EDITABLE
    return {"code": code, "figure": cell.figure, "counted": cell.totals.figure, "may": may}


def _cells(at: Month, form: Form, rule: Rule, version: Version | None) -> list[tuple]:
    """The rule's own figures, to be opened as it was judged."""
    asked = f"?version={version.number}" if version else ""
    return [
        (
            code,
            form.parsed.by_code[code].label,
            month_url("cell", at.form, at.period, at.unit, code) + asked,
        )
        for code in dict.fromkeys(term.code for term in rule.terms if term.code)
    ]
