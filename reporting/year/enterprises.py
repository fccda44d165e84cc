"""Key enterprises: lists as departments hand them in, and who of them is a base.

A line is matched to an employer known in the region by its code, else by its name as it is written
everywhere (brackets, blanks and width aside) where only one employer has it, else by hand.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from bases.models import EmployerProfile
from jianxi.history import acting
from jianxi.identifiers import InvalidIdentifier, clean_text, normalise, parse_uscc
from jianxi.ledger.cells import shown
from jianxi.locks import Lock, hold
from regions.models import District, Region
from reporting.models import KeyEnterprise
from reporting.units import Units
from reporting.year.tables import Faulty, Row, read

NAME, USCC, DISTRICT = "名称", "统一社会信用代码", "区县"
LONGEST_NAME = 120
Matched = KeyEnterprise.MatchedBy
_ASIDE = re.compile(r"[\s()（）\[\]【】《》“”\"'·.,，。、\-—]")


@dataclass(frozen=True)
class Line:
    name: str
    uscc: str
    district: District | None


def plain(name: str) -> str:
    """A name as it is compared."""
    return _ASIDE.sub("", normalise(name)).upper()


def read_lines(file, units: Iterable[District]) -> list[Line]:
    """Raises Unreadable, or Faulty with every fault by its cell."""
    by_name = {name: unit for unit in units for name in (unit.official_name, unit.name)}
    lines, faults = {}, []
    for row in read(file, [NAME], [USCC, DISTRICT]):
        try:
            line = _line(row, by_name)
        except Faulty as error:
            faults += error.faults
            continue
        if line.name in lines:
            faults.append(f"{row.place(NAME)}：“{shown(line.name)}”有两行")
        lines[line.name] = line
    if not lines and not faults:
        faults = ["没有读到任何企业"]
    if faults:
        raise Faulty(faults)
    return list(lines.values())


def _line(row: Row, by_name) -> Line:
    faults, name, uscc = [], "", ""
    try:
        name = clean_text(str(row.cells[NAME]))
    except InvalidIdentifier as error:
        faults.append(f"{row.place(NAME)}：{error}")
    if not faults and not 1 < len(name) <= LONGEST_NAME:
        faults.append(f"{row.place(NAME)}：应填企业全称，最多 {LONGEST_NAME} 个字")
    if written := row.cells.get(USCC, ""):
        try:
            uscc = parse_uscc(str(written))
        except InvalidIdentifier as error:
            faults.append(f"{row.place(USCC)}：{error}")
    place = "".join(str(row.cells.get(DISTRICT, "")).split())
    if place and place not in by_name:
        faults.append(f"{row.place(DISTRICT)}：没有“{shown(place)}”这个单位")
    if faults:
        raise Faulty(faults)
    return Line(name, uscc, by_name.get(place))


def take_in(region: Region, list_name: str, lines: list[Line], *, actor) -> tuple[int, int]:
    """Add a list's lines, update those it has by name, and match them; how many lines, and how
    many of them are matched. What was matched by hand stays."""
    with acting(actor, f"导入重点企业名单：{list_name}"):
        hold(Lock.YEAR, region.pk)
        kept = {row.name: row for row in KeyEnterprise.objects.filter(list_name=list_name)}
        rows = []
        for line in lines:
            row = kept.get(line.name) or KeyEnterprise(
                region=region, list_name=list_name, name=line.name
            )
            row.uscc, row.district = line.uscc or row.uscc, line.district or row.district
            rows.append(row)
        _match([row for row in rows if row.matched_by != Matched.HAND])
        KeyEnterprise.objects.bulk_create([row for row in rows if row.pk is None])
        KeyEnterprise.objects.bulk_update(
            [row for row in rows if row.pk is not None],
            ["uscc", "district", "employer", "matched_by"],
            batch_size=2000,
        )
    return len(rows), sum(row.employer_id is not None for row in rows)


def match_again(region: Region, *, actor) -> int:
    """Look for those that are not matched yet among the employers known by now; how many were
    found."""
    with acting(actor, "重新匹配重点企业"):
        hold(Lock.YEAR, region.pk)
        rows = list(KeyEnterprise.objects.filter(employer=None))
        _match(rows)
        found = [row for row in rows if row.employer_id]
        KeyEnterprise.objects.bulk_update(found, ["employer", "matched_by"], batch_size=2000)
    return len(found)


def _match(rows: list[KeyEnterprise]):
    """In two statements: by code, then all names of the region's employers."""
    if not rows:
        return
    profiles = EmployerProfile.objects.order_by()
    codes = {row.uscc for row in rows if row.uscc}
    by_code = dict(
        profiles.filter(employer__uscc__in=codes).values_list("employer__uscc", "employer")
    )
    by_name: dict[str, set[int]] = {}
    for name, employer in profiles.values_list("name", "employer").iterator():
        by_name.setdefault(plain(name), set()).add(employer)
    for row in rows:
        row.employer_id, row.matched_by = None, ""
        named = by_name.get(plain(row.name), set())
        if row.uscc in by_code:
            row.employer_id, row.matched_by = by_code[row.uscc], Matched.CODE
        elif not row.uscc and len(named) == 1:
            row.employer_id, row.matched_by = next(iter(named)), Matched.NAME


class NotFound(Exception):
    """No employer of the region is meant, or several are; the message says which."""


def match_by_hand(row: KeyEnterprise, text: str, *, actor):
    """Say who an enterprise is, by code or by full name; "" takes it back. Raises NotFound."""
    with acting(actor, "人工对应重点企业"):
        row = KeyEnterprise.objects.select_for_update().get(pk=row.pk)
        row.employer_id = _named(text) if text else None
        row.matched_by = Matched.HAND if text else ""
        row.save()


def _named(text: str) -> int:
    try:
        text = clean_text(text)
    except InvalidIdentifier as error:
        raise NotFound(str(error)) from error
    try:
        asked = Q(employer__uscc=parse_uscc(text))
    except InvalidIdentifier:
        asked = Q(name=text)
    found = list(EmployerProfile.objects.filter(asked).values_list("employer", flat=True)[:2])
    if not found:
        raise NotFound("本地区没有登记过这家单位。请核对代码或全称；还没有登记的，登记后再对应。")
    if len(found) > 1:
        raise NotFound("同名的单位不止一家，请填统一社会信用代码。")
    return found[0]


@dataclass(frozen=True)
class Covered:
    """Of a list in a district as the list says it (None: not said): lines, those matched, those
    that are bases, and of these the bases that lie elsewhere. `place`: the district in words."""

    list_name: str
    district: District | None
    place: str
    lines: int
    matched: int
    bases: int
    elsewhere: int

    @property
    def percent(self) -> int:
        return self.bases * 100 // self.lines


def coverage(rows, units: Units) -> list[Covered]:
    """By list and district, lists in their order; units that ended stand by their successor."""
    counted = (
        rows.with_base(units.day)
        .order_by("list_name")
        .values("list_name", "district")
        .annotate(
            lines=Count("pk"),
            matched=Count("employer"),
            bases=Count("pk", filter=Q(is_base=True)),
        )
    )
    are_bases = rows.with_base(units.day).filter(is_base=True)
    told = are_bases.values_list("list_name", "district", "base_places")
    away = Counter((name, place) for name, place, bases in told if elsewhere(place, bases, units))
    order = {None: (math.inf, math.inf)}
    for unit in units.all:
        order[unit.pk] = units.by_pk[units.unit_of[unit.pk]].order, unit.order
    found = [
        Covered(
            row["list_name"],
            units.by_pk.get(row["district"]),
            place_of(row["district"], units),
            row["lines"],
            row["matched"],
            row["bases"],
            away[row["list_name"], row["district"]],
        )
        for row in counted
    ]
    return sorted(found, key=lambda c: (c.list_name, order[c.district and c.district.pk]))


def place_of(district: int | None, units: Units) -> str:
    """A district in words, with what it belongs to now where it has ended."""
    if district is None:
        return ""
    unit, heir = units.by_pk[district], units.by_pk[units.unit_of[district]]
    return unit.name if unit == heir else f"{unit.name}（现{heir.name}）"


def elsewhere(district: int | None, bases: Iterable[int], units: Units) -> str:
    """Where the bases are, in words, when none is where the list says; else ""."""
    places = {units.unit_of[place] for place in bases}
    if district is None or not places or units.unit_of[district] in places:
        return ""
    return "、".join(units.by_pk[place].name for place in sorted(places))
