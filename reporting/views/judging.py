"""The rules of a month as its page tells them: judged on the very figures it shows, where the
records now judge otherwise that as well, and which units below have any that fail."""

from collections.abc import Collection

from reporting.compiling import Finding
from reporting.drawing import month_url
from reporting.models import Version
from reporting.rules import Outcome
from reporting.sheet import Line, Sheet
from reporting.views.address import Month

# Severity of a rule → the state and word of its badge.
SEVERITY = {
    "block": ("block", "必须改"),
    "explain": ("explain", "需说明"),
    "hint": ("hint", "提示"),
}
EXPLAINED = ("explained", "已说明")


def rules_told(month: Month, sheet: Sheet, explanations: dict) -> dict:
    """`findings_now`: None where the records give no other judgement; what still is to be explained
    is about them then."""
    own, now = sheet.own, sheet.findings_now
    of_shown, of_now = (explanations, own.explained), ({}, ())
    if sheet.explains_now:
        of_shown, of_now = of_now, of_shown
    version = own.version if own.judged_as_submitted else None
    return {
        "rules": (version.form if version else month.form).rules,
        "judged_on": _judged_on(sheet),
        "passed": "本单位的合计全部通过" if sheet.below else "全部通过",
        "findings": findings_shown(month, sheet.findings, *of_shown, version),
        "findings_now": None if now is None else findings_shown(month, now, *of_now),
        "failing_below": _failing_below(sheet),
    }


def _judged_on(sheet: Sheet) -> str:
    """Which figures the rules speak of, where that could be taken for others."""
    own = sheet.own
    if own.stands and own.is_reopened:
        return f"按现在的记录，不是第{own.version.number}版报送的数"
    if own.stands:
        return judged_on(own.version)
    return "按上表的合计" if sheet.is_added else "按现在的记录"


def judged_on(version: Version) -> str:
    return f"按第{version.number}版报送的数"


def _failing_below(sheet: Sheet) -> list[dict]:
    """The units below where a rule stops the month, or asks for a reason there is none of."""
    found = [(line, _failing(line)) for line in sheet.below]
    return [
        {
            "unit": line.unit,
            "codes": codes,
            "url": f"{month_url('month', sheet.form, sheet.period, line.unit)}#rules",
        }
        for line, codes in found
        if codes
    ]


def _failing(line: Line) -> list[str]:
    return [
        finding.rule
        for finding in line.findings
        if finding.severity == "block"
        or (finding.severity == "explain" and finding.rule not in line.explained)
    ]


def findings_shown(
    month: Month,
    findings: list[Finding],
    explanations: dict,
    told: Collection[str] = (),
    version: Version | None = None,
) -> list[dict]:
    """The rules that do not pass, in words, with what was submitted to explain them. `told`: those
    with a reason to hand; `version`: with which they were submitted."""
    form = version.form if version else month.form
    rules = {rule.code: rule for rule in form.rules}
    asked = f"?version={version.number}" if version else ""
    shown = []
    for finding in findings:
        rule = rules.get(finding.rule)
        if rule is not None:
            explained = finding.severity == "explain" and rule.code in told
            state, label = EXPLAINED if explained else SEVERITY[finding.severity]
            outcome = Outcome(finding.outcome, finding.left, finding.right)
            shown.append(
                {
                    "code": rule.code,
                    "rule": rule,
                    "state": state,
                    "label": label,
                    "words": rule.words(outcome, form.parsed),
                    "explanation": explanations.get(rule.code),
                    "field": None,
                    "records_url": month_url(
                        "month_rule", month.form, month.period, month.unit, rule.code
                    )
                    + asked,
                }
            )
    return shown
