"""What was looked at when a month is decided on, so that nothing else is frozen or approved.

Pages and the API give a month out with a sealed text that says what it showed; it comes back with
the decision and is held against the month as it is by then.
"""

from collections.abc import Iterable
from decimal import Decimal
from hashlib import blake2s

from django.core import signing

from reporting.compiling import Finding
from reporting.computing import Figures, from_json
from reporting.definitions import FormDefinition
from reporting.figures import printed
from reporting.models import Explanation, Report

_SIGNER = signing.Signer(salt="reporting.seen")
NOT_LOOKED = "请先打开这份月报，看过现在的数字再办理。"


def look(
    report: Report,
    version: int | None,
    figures: Figures | None = None,
    findings: Iterable[Finding] = (),
    explained: Iterable[Explanation] = (),
) -> dict:
    """A month as it stands: the newest version's number, and what the next one would keep. What was
    submitted is looked at by its number alone."""
    return {
        "report": report.pk,
        "version": version,
        "figures": None if figures is None else {c: _kept(v) for c, v in figures.items()},
        "findings": {f.rule: [f.outcome, _kept(f.left), _kept(f.right)] for f in findings},
        "explained": {row.rule: _digest(f"{row.reason} {row.text}") for row in explained},
        "scan": report.scan_id,
    }


def seal(looked: dict) -> str:
    return _SIGNER.sign_object(looked, compress=True)


def unseal(text: str) -> dict | None:
    """None for what was not given out here."""
    try:
        return _SIGNER.unsign_object(text)
    except (signing.BadSignature, ValueError):
        return None


def moved_on(form: FormDefinition, text: str, now: dict) -> str:
    """What changed since it was looked at, in the user's words; "" for nothing. Where `now` has no
    figures, only which version it is about."""
    before = unseal(text)
    if before is None or before["report"] != now["report"]:
        return NOT_LOOKED
    if before["version"] != now["version"]:
        shown = f"第{before['version']}版" if before["version"] else "还没有报送过的"
        return f"您查看的是{shown}，现在已是第{now['version']}版。"
    if now["figures"] is None:
        return ""
    if before["figures"] is None:
        return NOT_LOOKED
    cells = _cells(form, before["figures"], now["figures"])
    others = [
        *(f"规则 {rule} 的判断" for rule in _differing(before["findings"], now["findings"])),
        *(f"规则 {rule} 的说明" for rule in _differing(before["explained"], now["explained"])),
        *(["盖章扫描件"] if before.get("scan", now["scan"]) != now["scan"] else []),
    ]
    if cells:
        return f"数字在您查看后有变动：{'；'.join(cells)}。"
    return f"{'、'.join(others)}在您查看后有变动。" if others else ""


def changed_cells(form: FormDefinition, before: Figures, now: Figures) -> list[str]:
    """The indicators whose figure changed, each from old to new as the form prints them; money that
    prints alike in yuan."""
    old, new = printed(form, before), printed(form, now)
    found = []
    for code, indicator in form.by_code.items():
        if before.get(code) == now.get(code):
            continue
        pair, unit = (old[code], new[code]), ""
        if old[code] == new[code]:
            pair, unit = (before[code], now[code]), " 元"
        shown = " → ".join("缺数" if one is None else f"{one:,}" for one in pair)
        found.append(f"{code} {indicator.label} {shown}{unit}")
    return found


def _cells(form: FormDefinition, before: dict, now: dict) -> list[str]:
    return changed_cells(form, from_json(form, before), from_json(form, now))


def _differing(before: dict, now: dict) -> list[str]:
    return [key for key in sorted(before.keys() | now.keys()) if before.get(key) != now.get(key)]


def _kept(value):
    return str(value) if isinstance(value, Decimal) else value


def _digest(text: str) -> str:
    return blake2s(text.encode(), digest_size=6).hexdigest()
