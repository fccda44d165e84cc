"""Regions as folders of data: `regions/data/<slug>/`, one for each. A new region is one more.

region.toml     what the region is, its documents, the forms it uses (with its own words for them)
districts.toml  its units, those above before those below; ended units name their successor
policy.toml     its policy versions: each parameter's value and source; strict = false if hedged
targets-<year>.csv  the year's targets per unit, where there are any
forms/<key>.toml  a form of the region's own, written as those that come with the product
departments.toml    what departments are to bring, where it is laid down (reporting.year.departments)

`defaults.toml` beside the folders is the version every region starts from. Reading checks what can
be checked without a database, and raises `InvalidRegion` with the file and the fault.
"""

import csv
import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

DATA = Path(__file__).parent / "data"
DISTRICT_KINDS = ("root", "city", "county", "functional_zone")


class InvalidRegion(ValueError):
    """A folder of region data contradicts itself; the message names file and fault."""


@dataclass(frozen=True)
class DistrictFacts:
    key: str
    name: str
    kind: str
    official_name: str
    code: str = ""
    code_since: date | None = None
    parent: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None


@dataclass(frozen=True)
class ParameterFacts:
    key: str
    value: object
    source: str
    strict: bool = True


@dataclass(frozen=True)
class PolicyFacts:
    effective_from: date
    document: str
    parameters: tuple[ParameterFacts, ...]
    effective_to: date | None = None


@dataclass(frozen=True)
class RegionFacts:
    """`districts` begins with the root, the region itself. `forms` are the tables of region.toml:
    `key`, and what the region says differently (`title`, `labels`, `reporting_level`,
    `changes`: by an indicator's code, how far it may change unexplained).
    `targets` is {year: {district key: {column: number}}}, `form_data` the folder's own forms by
    key, as they stand in their files."""

    slug: str
    name: str
    level: str
    code: str
    programme: str
    base_term: str
    authority: str
    documents: tuple[dict, ...]
    forms: tuple[dict, ...]
    districts: tuple[DistrictFacts, ...]
    policies: tuple[PolicyFacts, ...]
    targets: dict[int, dict[str, dict[str, int]]] = field(default_factory=dict)
    form_data: dict[str, dict] = field(default_factory=dict)


def region_slugs(data: Path = DATA) -> list[str]:
    return sorted(path.parent.name for path in data.glob("*/region.toml"))


def read_region(slug: str, data: Path = DATA) -> RegionFacts:
    folder = data / slug
    facts = _toml(folder / "region.toml")
    try:
        name, code = facts["name"], facts["code"]
        root = DistrictFacts(key=code, name=name, kind="root", official_name=name, code=code)
        districts = (root, *_districts(folder / "districts.toml", root))
        defaults = next((d for d in (data, DATA) if (d / "defaults.toml").exists()), data)
        policies = (*_policies(defaults / "defaults.toml"), *_policies(folder / "policy.toml"))
        return RegionFacts(
            slug=slug,
            **{
                key: tuple(value) if isinstance(value, list) else value
                for key, value in facts.items()
            },
            districts=districts,
            policies=policies,
            targets={
                int(path.stem.removeprefix("targets-")): _targets(path, districts)
                for path in sorted(folder.glob("targets-*.csv"))
            },
            form_data={path.stem: _toml(path) for path in sorted(folder.glob("forms/*.toml"))},
        )
    except (KeyError, TypeError) as error:
        raise InvalidRegion(f"{folder / 'region.toml'}: {error}") from error


def _toml(path: Path) -> dict:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidRegion(f"{path}: {error}") from error


def _districts(path: Path, root: DistrictFacts) -> list[DistrictFacts]:
    districts = []
    seen = {root.key}
    for entry in _toml(path).get("districts", []):
        try:
            unit = DistrictFacts(
                **{"parent": root.key, "official_name": entry["name"], "code": ""} | entry
            )
        except (KeyError, TypeError) as error:
            raise InvalidRegion(f"{path}: {entry}: {error}") from error
        if not unit.code and re.fullmatch(r"[0-9]{6}", unit.key):
            unit = DistrictFacts(**vars(unit) | {"code": unit.key})
        if unit.key in seen:
            raise InvalidRegion(f"{path}: {unit.key} stands twice")
        if unit.parent not in seen:
            raise InvalidRegion(f"{path}: {unit.key} is below {unit.parent}, which is not above it")
        if unit.kind not in DISTRICT_KINDS[1:]:
            raise InvalidRegion(f"{path}: {unit.key} is of the unknown kind {unit.kind}")
        seen.add(unit.key)
        districts.append(unit)
    for unit in districts:
        if bool(unit.valid_to) != bool(unit.successor):
            raise InvalidRegion(f"{path}: {unit.key} needs both valid_to and successor, or neither")
        if unit.successor and (unit.successor not in seen or unit.successor == unit.key):
            raise InvalidRegion(f"{path}: {unit.key} has no such successor: {unit.successor}")
    return districts


def _policies(path: Path) -> list[PolicyFacts]:
    versions = []
    for entry in _toml(path).get("versions", []):
        try:
            parameters = tuple(
                ParameterFacts(key, **parameter)
                for key, parameter in entry.pop("parameters").items()
            )
            versions.append(PolicyFacts(**entry, parameters=parameters))
        except (KeyError, TypeError) as error:
            raise InvalidRegion(f"{path}: {error}") from error
    days = [version.effective_from for version in versions]
    if days != sorted(set(days)):
        raise InvalidRegion(f"{path}: versions must follow each other by effective_from")
    return versions


def _targets(path: Path, districts: tuple[DistrictFacts, ...]) -> dict[str, dict[str, int]]:
    keys = {name: unit.key for unit in districts for name in (unit.official_name, unit.name)}
    targets = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            name = row.pop("district")
            if name not in keys or keys[name] in targets:
                raise InvalidRegion(f"{path}: {name} is no unit of the region, or stands twice")
            try:
                targets[keys[name]] = {column: int(value) for column, value in row.items()}
            except (TypeError, ValueError) as error:
                raise InvalidRegion(f"{path}: {name}: {error}") from error
    return targets
