"""A made-up country: 30 provinces, 300 cities, 3,000 counties, under one region.

In each of the first provinces a county was merged into its neighbour at a month's end.
"""

from dataclasses import replace
from datetime import date

from regions.folders import DistrictFacts, RegionFacts, read_region

CODE = "990000"
STEMS, BRANCHES, NUMERALS = "甲乙丙", "子丑寅卯辰巳午未申酉", "一二三四五六七八九十"
MODEL = "chongqing"  # whose policies and forms it uses
MERGED = {"0009": "0008", "0109": "0108", "0209": "0208"}
MERGED_ON = date(2026, 6, 30)


def facts(slug: str) -> RegionFacts:
    root = DistrictFacts(key=CODE, name="示例国", kind="root", official_name="示例国", code=CODE)
    return replace(
        read_region(MODEL),
        slug=slug,
        name=root.name,
        code=CODE,
        level="country",
        authority="示例国人力资源和社会保障部",
        documents=(),
        targets={},
        districts=(root, *_units(root)),
    )


def _units(root: DistrictFacts):
    for p, province in enumerate(f"{stem}{branch}" for stem in STEMS for branch in BRANCHES):
        above = _unit(f"{p:02d}", f"{province}省", "city", root)
        yield above
        for c, city in enumerate(f"{province}{numeral}市" for numeral in NUMERALS):
            between = _unit(f"{p:02d}{c}", city, "city", above)
            yield between
            for u, unit in enumerate(f"{city}{numeral}县" for numeral in NUMERALS):
                yield _merged(_unit(f"{p:02d}{c}{u}", unit, "county", between))


def _unit(key: str, name: str, kind: str, above: DistrictFacts) -> DistrictFacts:
    return DistrictFacts(key=key, name=name, kind=kind, official_name=name, parent=above.key)


def _merged(unit: DistrictFacts) -> DistrictFacts:
    if unit.key not in MERGED:
        return unit
    return replace(unit, valid_to=MERGED_ON, successor=MERGED[unit.key])
