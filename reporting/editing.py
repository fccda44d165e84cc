"""A definition changed one part at a time: its head, an indicator, a rule, how far figures may
change. Each function takes the table of a form (as `drafting.read` gives it) and answers a new one
that says nothing it did not say before but for that part; whether it is fit, `loading.check` tells.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields

from reporting.definitions import FormDefinition, Indicator, RuleSource
from reporting.rules import codes_in, renumbered

CHANGES = ("change_month", "change_year", "change_least")


class InUse(ValueError):
    """What is to go is needed by something else, which the message names."""


def with_head(definition: dict, **head) -> dict:
    """Title, lines above and below the table, notes."""
    return _merged(FormDefinition, definition, head)


# --- Indicators


def indicator_of(definition: dict, code: str) -> dict | None:
    return next((row for row in definition["indicators"] if row["code"] == code), None)


def with_indicator(definition: dict, facts: Mapping, *, was: str = "") -> dict:
    """`was`: the number it had; "" for a new one, which goes to the end of what it hangs on.

    Another number is carried into the rules and into what hangs on it.
    """
    rows, code = list(definition["indicators"]), facts["code"]
    old = indicator_of(definition, was) or {}
    row = _merged(Indicator, old, facts)
    if "where" in old:  # said in the order they were said in
        kept = [name for name in old["where"] if name in row["where"]]
        row["where"] = kept + [name for name in row["where"] if name not in kept]
    if not old:
        return definition | {"indicators": _hung(rows, [row])}
    rows[rows.index(old)] = row
    rules = definition.get("rules", [])
    if code != was:
        rows = [one | {"parent": code} if hangs_on(one) == was else one for one in rows]
        rules = [rule | {"expr": renumbered(rule["expr"], was, code)} for rule in rules]
    if hangs_on(row) != hangs_on(old):
        block = _block(rows, rows.index(row))
        rows = _hung([one for one in rows if one not in block], block)
    changed = definition | {"indicators": rows}
    return changed | {"rules": rules} if "rules" in definition else changed


def without_indicator(definition: dict, code: str) -> dict:
    """Raises InUse."""
    rows = definition["indicators"]
    if named := [rule["code"] for rule in rules_with(definition, code)]:
        raise InUse(f"规则 {'、'.join(named)} 用到指标 {code}，请先改或删掉那条规则。")
    if parts := [row["code"] for row in rows if hangs_on(row) == code]:
        raise InUse(f"指标 {'、'.join(parts)} 挂在指标 {code} 下面，请先改挂到别处或删掉。")
    if len(rows) == 1:
        raise InUse("一张表至少要有一项指标。")
    return definition | {"indicators": [row for row in rows if row["code"] != code]}


def moved(definition: dict, code: str, step: int) -> dict:
    """Before (-1) or behind (1) its neighbour that hangs on the same; each takes its parts along.
    Unchanged where there is no neighbour."""
    rows = definition["indicators"]
    siblings = [one["code"] for one in beside(definition, code)]
    other = siblings.index(code) + step
    if not 0 <= other < len(siblings):
        return definition
    places = (rows.index(indicator_of(definition, one)) for one in (code, siblings[other]))
    first, second = sorted(places)
    block = _block(rows, second)
    rest = rows[:second] + rows[second + len(block) :]
    return definition | {"indicators": [*rest[:first], *block, *rest[first:]]}


def beside(definition: dict, code: str) -> list[dict]:
    """The indicators that hang on the same as this one, itself included."""
    parent = hangs_on(indicator_of(definition, code))
    return [row for row in definition["indicators"] if hangs_on(row) == parent]


def hangs_on(row: dict) -> str | None:
    """The code of what an indicator hangs on; "" is none, however it was written."""
    return row.get("parent") or None


def parts_of(definition: dict, code: str) -> list[dict]:
    """An indicator and all that hangs on it."""
    rows = definition["indicators"]
    return _block(rows, rows.index(indicator_of(definition, code)))


def _block(rows: list[dict], start: int) -> list[dict]:
    within, block = {rows[start]["code"]}, [rows[start]]
    for row in rows[start + 1 :]:
        if hangs_on(row) not in within:
            break
        within.add(row["code"])
        block.append(row)
    return block


def _hung(rows: list[dict], block: list[dict]) -> list[dict]:
    """The rows with a block put in behind all that hangs on its parent."""
    parent = next((row for row in rows if row["code"] == hangs_on(block[0])), None)
    if parent is None:
        return [*rows, *block]
    place = rows.index(parent)
    place += len(_block(rows, place))
    return [*rows[:place], *block, *rows[place:]]


# --- How far figures may change


def with_changes(definition: dict, changes: Mapping[str, Mapping]) -> dict:
    """`changes`: by an indicator's code, the columns of CHANGES, None for not asked."""
    rows = [
        _merged(Indicator, row, changes.get(row["code"], {})) for row in definition["indicators"]
    ]
    return definition | {"indicators": rows}


# --- Rules


def rule_of(definition: dict, code: str) -> dict | None:
    return next((row for row in definition.get("rules", []) if row["code"] == code), None)


def rules_with(definition: dict, code: str) -> list[dict]:
    """The rules that speak of an indicator by its number."""
    return [row for row in definition.get("rules", []) if code in codes_in(row["expr"])]


def with_rule(definition: dict, facts: Mapping, *, was: str = "") -> dict:
    """`was`: the number it had; "" for a new one, which goes to the end."""
    rows = list(definition.get("rules", []))
    old = rule_of(definition, was)
    row = _merged(RuleSource, old or {}, facts)
    if old:
        rows[rows.index(old)] = row
    else:
        rows.append(row)
    return definition | {"rules": rows}


def without_rule(definition: dict, code: str) -> dict:
    return definition | {"rules": [row for row in definition["rules"] if row["code"] != code]}


def _merged(kind, row: Mapping, facts: Mapping) -> dict:
    """The row with the facts; what goes without saying is said only where it was said before."""
    unsaid = {field.name: field.default for field in fields(kind) if field.default is not MISSING}
    merged = dict(row)
    for name, value in facts.items():
        value = value if value != "" or unsaid.get(name) == "" else None
        if name in unsaid and (value is None or (name not in row and _is(value, unsaid[name]))):
            merged.pop(name, None)
        else:
            merged[name] = value
    return merged


def _is(value, default) -> bool:
    return (tuple(value) if isinstance(value, list) else value) == default
