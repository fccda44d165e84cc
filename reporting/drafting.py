"""A new or changed form on its way: written as text, judged, tried on the last month, put in force
from a month to come. What is in force for a month that began is never changed here.
"""

import json
import tomllib
from dataclasses import fields, replace
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone

from jianxi.history import LONGEST, fingerprint
from jianxi.workflow import TransitionRefused
from regions.models import Region
from reporting import draft_faults
from reporting.checks import MONTHLY, YEARLY, ChangeRule
from reporting.conditions import words_of
from reporting.definitions import (
    SCOPE_WORDS,
    SEVERITY_WORDS,
    FormDefinition,
    Indicator,
    InvalidForm,
    RuleSource,
)
from reporting.loading import check, faults
from reporting.models import Form, FormDraft
from reporting.periods import Period
from reporting.rules import PREVIOUS, InvalidRule

LONGEST_TEXT = 60_000
EXAMPLE = """title = "见习工作月报"
unit_note = "单位：个、人、万元"
unit_heading = "项目"
number_row = true
footer = ["填报单位（盖章）", "填报时间", "填报人", "联系电话"]
notes = []

indicators = [
  { code = "1", label = "期末见习单位", unit = "个", kind = "stock", of = "bases", where = ["existing"] },
  { code = "2", label = "本期新增", unit = "个", kind = "flow", parent = "1", of = "bases", where = ["existing", "recognised_in_period"] },
]

rules = [
  { code = "R1", official = "1≥2", expr = "[1]>=[2]", severity = "block" },
]
"""


# --- Text


def read(text: str) -> dict:
    """The table of a form, from TOML or JSON. Raises InvalidForm."""
    try:
        found = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
        json.dumps(found)
    except tomllib.TOMLDecodeError as error:
        raise InvalidForm(draft_faults.of_toml(error)) from error
    except json.JSONDecodeError as error:
        told = draft_faults.at_place(error.lineno, error.colno, "括号、引号或逗号不对")
        raise InvalidForm(told) from error
    except (RecursionError, TypeError, ValueError) as error:
        raise InvalidForm("定义看不懂：只能有文字、数字、是否和它们的列表。") from error
    if not isinstance(found, dict):
        raise InvalidForm("定义应写成 栏 = 值 的样子。")
    return found


def written(definition: dict) -> str:
    """A stored definition as text that can be worked on, one line to an indicator or rule."""
    lines = [
        f"{name} = {_value(value)}"
        for name, value in definition.items()
        if name not in ("indicators", "rules")
    ]
    for name, kind in (("indicators", Indicator), ("rules", RuleSource)):
        if name not in definition:
            continue
        order = [field.name for field in fields(kind)]
        rows = [
            "  { "
            + ", ".join(f"{n} = {_value(row[n])}" for n in order if row.get(n) is not None)
            + " },"
            for row in definition[name]
        ]
        lines += ["", f"{name} = [", *rows, "]"]
    return "\n".join(lines) + "\n"


def _value(value) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False)


def judged(key: str, text: str) -> FormDefinition:
    """Raises ValidationError with what is wrong, for whoever wrote it."""
    try:
        return check(key, read(text))
    except (InvalidForm, InvalidRule) as error:
        raise ValidationError(told(error)) from error


def told(fault: InvalidForm | InvalidRule) -> str:
    """A fault as a sentence; a lone surrogate is no text."""
    return str(fault).encode(errors="replace").decode().rstrip("。") + "。"


def spoilt(before: dict, after: dict) -> InvalidForm | InvalidRule | None:
    """The first fault of a definition that it had not before it was changed: what is unfit already
    is mended part by part."""
    known = {str(fault) for fault in faults(before)}
    return next((fault for fault in faults(after) if str(fault) not in known), None)


# --- Drafts


def earliest(today: date | None = None) -> Period:
    """The first month that has not begun."""
    return Period.month_of(today or timezone.localdate()).next


def in_force(region: Region, key: str, day: date) -> Form | None:
    """The version of a form that holds on a day."""
    return Form.objects.in_force(day).filter(key=key).first()


def as_form(draft: FormDraft) -> Form:
    """The form it would be, fit for use or not; not stored."""
    definition = read(draft.text)
    return Form(
        region=draft.region,
        key=draft.key,
        title=definition["title"],
        order=draft.order,
        effective_from=draft.effective_from,
        reporting_level=draft.reporting_level,
        definition=definition,
    )


def version_of(draft) -> str:
    """Of what was looked at, so that nothing else is put in force or written over; also of a
    version in the history."""
    return fingerprint(
        draft.key, draft.order, draft.effective_from, draft.reporting_level, draft.text
    )


class MovedOn(Exception):
    """Somebody changed the draft in between, put it in force or threw it away."""


def _held(draft: FormDraft, seen: str) -> FormDraft:
    """The draft, locked, as it was `seen`. Raises MovedOn."""
    kept = FormDraft.objects.select_for_update(of=("self",)).filter(pk=draft.pk).first()
    if kept is None or version_of(kept) != seen:
        raise MovedOn
    return kept


def store(draft: FormDraft, *, seen: str):
    """Keep a draft as it was changed since it was `seen`. Within `acting`. Raises MovedOn."""
    _held(draft, seen)
    draft.save()


def discard(draft: FormDraft, *, seen: str):
    """Within `acting`. Raises MovedOn."""
    _held(draft, seen).delete()


def since(draft: FormDraft, seen: str) -> tuple[str, list[str]]:
    """Who changed a draft last, and what changed since it was `seen`, in words; [] where that is
    too long ago."""
    events = FormDraft.pgh_event_model.objects.filter(pgh_obj=draft.pk)
    latest = list(events.select_related("pgh_context").order_by("-pgh_id")[:LONGEST])
    by = latest[0].pgh_context.metadata.get("name", "")
    for event in latest:
        if version_of(event) == seen:
            then, now = (
                FormDefinition.from_dict(draft.key, read(text)) for text in (event.text, draft.text)
            )
            return by, differences(then, now)
    return by, []


def draft_of(form: Form, *, by) -> FormDraft:
    """The draft of a change of the form: the one there is, else begun anew. Within `acting`."""
    draft, _ = _draft_as(form, earliest().start, by)
    return draft


def _draft_as(form: Form, effective_from: date, by) -> tuple[FormDraft, bool]:
    """The form's draft, and whether it was made here, as the form is."""
    return FormDraft.objects.get_or_create(
        region=form.region,
        key=form.key,
        defaults={
            "order": form.order,
            "effective_from": effective_from,
            "reporting_level": form.reporting_level,
            "text": written(form.definition),
            "made_by": by,
        },
    )


def put_in_force(draft: FormDraft, *, seen: str) -> Form:
    """Within `acting`. Raises MovedOn, TransitionRefused."""
    draft = _held(draft, seen)
    if draft.effective_from < earliest().start:
        raise TransitionRefused(f"{draft.effective_from:%Y-%m} 已经开始，请改成以后的月份。")
    try:
        judged(draft.key, draft.text)
    except ValidationError as error:
        raise TransitionRefused("".join(error.messages)) from error
    form = as_form(draft)
    if Form.objects.filter(key=form.key, effective_from=form.effective_from).exists():
        raise TransitionRefused(
            f"这张表 {form.effective_from:%Y-%m} 起已有一版。请先撤回那一版，或改启用月份。"
        )
    form.save()
    draft.delete()
    return form


def withdraw(form: Form, *, by) -> FormDraft:
    """A version that has not begun is a draft again; a blank workbook of its own is not kept.
    Within `acting`. Raises TransitionRefused."""
    form = Form.objects.select_for_update(of=("self",)).get(pk=form.pk)
    if form.effective_from < earliest().start:
        raise TransitionRefused("这一版已经启用，不能撤回；要改，请起草新版。")
    draft, made = _draft_as(form, form.effective_from, by)
    if not made:
        raise TransitionRefused(
            "没有撤回：这张表另有一份草稿，撤回后会有两份。请先启用或删除那份草稿，再撤回。"
        )
    form.delete()
    return draft


# --- What changes

_BODY = {"key": "", "indicators": (), "rules": ()}


def differences(old: FormDefinition | None, new: FormDefinition) -> list[str]:
    """In words, indicator by indicator and rule by rule."""
    if old is None:
        return []
    told = [] if old.title == new.title else [f"表名改为“{new.title}”"]
    if replace(old, **_BODY) != replace(new, **_BODY, title=old.title):
        told.append("表头、表脚或说明有改动")
    now_called = renumbered(old, new)
    was = {
        now_called.get(code, code): replace(one, parent=now_called.get(one.parent, one.parent))
        for code, one in old.by_code.items()
    }
    if [code for code in was if code in new.by_code] != [
        code for code in new.by_code if code in was
    ]:
        told.append("指标的顺序有改动")
    told += [f"指标 {code} 改为 {now}（算法相同）" for code, now in now_called.items()]
    for code in dict.fromkeys([*was, *new.by_code]):
        before, now = was.get(code), new.by_code.get(code)
        if before is None:
            told.append(f"新增指标 {code} {now.label}")
        elif now is None:
            told.append(f"去掉指标 {code} {before.label}")
        else:
            told += _changed(before, now)
    rules = {rule.code: rule for rule in old.rules}
    for rule in new.rules:
        before = rules.pop(rule.code, None)
        if before is None:
            told.append(
                f"新增规则 {rule.code}：{_quoted(rule.expr)}，{SEVERITY_WORDS[rule.severity]}"
            )
        else:
            told += _changed_rule(before, rule)
    return told + [f"去掉规则 {code}" for code in rules]


def renumbered(old: FormDefinition, new: FormDefinition) -> dict[str, str]:
    """The new number of each indicator that went, by its old one, where one came that counts
    alike."""
    came = [one for one in new.indicators if one.code not in old.by_code]
    found = {}
    for one in old.indicators:
        alike = [other for other in came if _counted(other) == _counted(one)]
        if one.code not in new.by_code and alike:
            found[one.code] = alike[0].code
            came.remove(alike[0])
    return found


def looking_back_anew(old: FormDefinition, new: Form) -> list[str]:
    """The rules that look back to what was not reported by that number and counted so: in their
    first month the month before is counted from the records for them."""
    kept = {
        code
        for code, one in new.parsed.by_code.items()
        if code in old.by_code and _counted(old.by_code[code]) == _counted(one)
    }
    return [
        rule.code
        for rule in new.rules
        if not isinstance(rule, ChangeRule)
        and any(term.of == PREVIOUS and term.code not in kept for term in rule.terms)
    ]


def _counted(one: Indicator) -> tuple:
    return one.of, set(one.where), one.sum, one.kind, one.unit


def _changed(before: Indicator, now: Indicator) -> list[str]:
    told = [] if before.label == now.label else [f"指标 {now.code} 改名为“{now.label}”"]
    if _counted(before) != _counted(now):
        told.append(f"指标 {now.code} {now.label} 的算法改为：{words_of(now)}")
    if _place(before) != _place(now):
        told.append(f"指标 {now.code} {now.label} 在表头的位置有改动")
    if (limits := limits_of(now)) != limits_of(before):
        told.append(f"指标 {now.code} {now.label} 的变动幅度改为：{limits}")
    return told


def _changed_rule(before: RuleSource, now: RuleSource) -> list[str]:
    """Each part of it as it was and as it is, what is evaluated before what is printed."""
    return [
        f"规则 {now.code} 的{label}：{tell(old)} → {tell(new)}"
        for name, (label, tell) in _PARTS_OF_A_RULE.items()
        if (old := getattr(before, name)) != (new := getattr(now, name))
    ]


def _quoted(text: str) -> str:
    return f"“{text}”" if text else "没有"


_PARTS_OF_A_RULE = {
    "expr": ("判断式", _quoted),
    "severity": ("不成立时", SEVERITY_WORDS.get),
    "scope": ("判断范围", SCOPE_WORDS.get),
    "not_in_month": ("不判断的月份", lambda month: f"{month} 月" if month else "没有"),
    "official": ("表上印的式子", _quoted),
}


def _place(indicator: Indicator) -> tuple:
    return indicator.parent, indicator.group, indicator.under


def limits_of(indicator: Indicator) -> str:
    """How far its figure may change without a reason, in words."""
    asked = [(MONTHLY, indicator.change_month), (YEARLY, indicator.change_year)]
    told = "，".join(
        f"{name}超过 {percent}%" if percent else f"{name}一有变动就问"
        for name, percent in asked
        if percent is not None
    )
    if not told:
        return "不问"
    least, unit = indicator.change_least, indicator.computed_in
    return told + (f"，相差不超过 {least} {unit}不问" if least else "")
