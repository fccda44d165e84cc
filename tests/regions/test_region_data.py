"""The regions' own data: read whole, and held to what the documents print."""

import re
import shutil
from collections import Counter
from datetime import date

import pytest

from regions.folders import DATA, DistrictFacts, InvalidRegion, read_region, region_slugs

SLUGS = ["changsha", "chongqing", "ningxia"]


def in_force(region, day: date) -> dict:
    values = {}
    for version in region.policies:
        if version.effective_from <= day:
            values |= {p.key: p for p in version.parameters}
    return values


def test_each_folder_is_a_region():
    assert region_slugs() == SLUGS
    assert [read_region(slug).name for slug in SLUGS] == ["长沙市", "重庆市", "宁夏回族自治区"]


def test_the_units_of_each_region():
    def kinds(slug):
        return Counter(unit.kind for unit in read_region(slug).districts)

    assert kinds("changsha") == {"root": 1, "county": 9}
    assert kinds("chongqing") == {"root": 1, "county": 38, "functional_zone": 3}
    assert kinds("ningxia") == {"root": 1, "city": 5, "county": 22}


def test_the_root_is_the_region_itself_and_units_hang_below_it():
    root, first, second = read_region("ningxia").districts[:3]
    assert (root.key, root.name, root.parent) == ("640000", "宁夏回族自治区", None)
    assert (first.name, first.parent, second.name, second.parent) == (
        "银川市",
        "640000",
        "兴庆区",
        "640100",
    )


def test_chongqing_has_41_units_in_december_2025_and_39_in_january_2026():
    units = [unit for unit in read_region("chongqing").districts if unit.kind != "root"]

    def valid(day):
        return [u for u in units if u.valid_to is None or u.valid_to >= day]

    assert (len(valid(date(2025, 12, 31))), len(valid(date(2026, 1, 31)))) == (41, 39)
    ended = {u.name: (u.valid_to, u.successor) for u in units if u.valid_to}
    assert ended == {
        "江北区": (date(2025, 12, 31), "liangjiang"),
        "渝北区": (date(2025, 12, 31), "liangjiang"),
    }


def test_a_zone_has_a_code_only_from_the_day_it_was_given_one():
    units = {unit.key: unit for unit in read_region("chongqing").districts}
    assert units["liangjiang"] == DistrictFacts(
        key="liangjiang",
        name="两江新区",
        kind="functional_zone",
        official_name="两江新区",
        code="500157",
        code_since=date(2026, 1, 1),
        parent="500000",
    )
    assert (units["wansheng"].code, units["gaoxin"].code, units["500101"].code) == (
        "",
        "",
        "500101",
    )
    assert units["gaoxin"].official_name == "重庆高新技术产业开发区"
    assert units["500240"].official_name == "石柱土家族自治县"


@pytest.mark.parametrize("slug", SLUGS)
def test_codes_lie_within_their_region_and_names_are_told_apart(slug):
    region = read_region(slug)
    prefix = re.sub(r"(00)+$", "", region.code)
    assert [u.code for u in region.districts if u.code and not u.code.startswith(prefix)] == []
    names = Counter(name for u in region.districts for name in {u.name, u.official_name})
    assert [name for name, times in names.items() if times > 1] == []


def test_the_targets_of_chongqing_add_up_to_what_is_printed():
    region = read_region("chongqing")
    targets = region.targets[2023]
    totals = Counter()
    for row in targets.values():
        totals.update(row)
    assert totals == {
        "new_bases": 1000,
        "new_bases_key_enterprises": 400,
        "positions": 70000,
        "trainees": 10000,
        "policy_talks": 164,
        "matching_events": 236,
        "role_models": 89,
        "national_model_bases": 89,
    }
    assert list(targets) == [unit.key for unit in region.districts if unit.kind != "root"]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_parameter_names_its_source_by_document_and_clause(slug):
    region = read_region(slug)
    names = [d.get("number") or f"《{d['title']}》" for d in region.documents] + ["平台约定"]
    unsourced = [
        parameter.key
        for version in region.policies
        for parameter in version.parameters
        if not any(parameter.source.startswith(name) for name in names)
    ]
    assert unsourced == []
    assert [
        v.document for v in region.policies[1:] if not v.document.startswith(tuple(names))
    ] == []


def test_a_later_version_adds_to_the_earlier():
    region = read_region("chongqing")
    assert [(v.effective_from, v.effective_to) for v in region.policies] == [
        (date(2000, 1, 1), None),
        (date(2023, 1, 16), None),
        (date(2023, 8, 1), None),
    ]
    assert "report_deadline" not in in_force(region, date(2023, 7, 31))
    policy = in_force(region, date(2026, 10, 1))
    assert (policy["report_deadline"].value, policy["site_visit_working_days"].value) == (
        {"kind": "working_day", "n": 2},
        15,
    )


def test_what_the_regions_fix_differently():
    day = date(2026, 10, 1)
    policies = {slug: in_force(read_region(slug), day) for slug in SLUGS}

    def values(key):
        return {slug: policies[slug][key].value for slug in SLUGS if key in policies[slug]}

    assert values("report_deadline") == {
        "changsha": {"kind": "day_of_month", "n": 2, "roll": "next_working_day"},
        "chongqing": {"kind": "working_day", "n": 2},
        "ningxia": {"kind": "working_day", "n": 3},
    }
    assert values("selection") == {
        "changsha": "mutual",
        "chongqing": "mutual",
        "ningxia": "dispatch",
    }
    assert values("youth_age") == {"changsha": [16, 24], "chongqing": [16, 24]}
    assert values("graduate_within_years") == {"changsha": 2, "chongqing": 2}
    assert values("trainees_to_insured") == {"changsha": 0.30}
    assert values("review_working_days") == dict.fromkeys(SLUGS, 5)
    assert [p["youth_groups"].value["graduate"] for p in policies.values()] == [
        "离校2年内未就业高校毕业生",
        "离校2年内未就业高校毕业生",
        "离校未就业高校毕业生",
    ]


def test_what_a_document_hedges_only_advises():
    advised = {
        (slug, parameter.key)
        for slug in SLUGS
        for version in read_region(slug).policies
        for parameter in version.parameters
        if not parameter.strict
    }
    assert advised == {
        ("changsha", "base_min_insured"),
        ("changsha", "internship_months"),
        ("chongqing", "annual_report_due"),
        ("chongqing", "positions_per_year_to_insured"),
        ("ningxia", "allowance_to_min_wage"),
        ("ningxia", "annual_report_due"),
        ("ningxia", "annual_targets"),
    }


# ---------------------------------------------------------------- a new folder


@pytest.fixture
def data(tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


def test_a_fourth_region_is_one_more_folder(data):
    shutil.copytree(data / "changsha", data / "zhuzhou")
    facts = (data / "zhuzhou/region.toml").read_text().replace("长沙市", "株洲市")
    (data / "zhuzhou/region.toml").write_text(facts)
    assert region_slugs(data) == ["changsha", "chongqing", "ningxia", "zhuzhou"]
    assert read_region("zhuzhou", data).name == "株洲市"


@pytest.mark.parametrize(
    ("file", "found", "put", "fault"),
    [
        ("districts.toml", '"430103"', '"430102"', "430102 stands twice"),
        ("districts.toml", "county", "village", "430102 is of the unknown kind village"),
        ("districts.toml", ", kind", ', parent = "430181", kind', "which is not above it"),
        ("districts.toml", ", kind", ", valid_to = 2025-12-31, kind", "needs both valid_to and"),
        ("districts.toml", "name =", "label =", "'name'"),
        ("districts.toml", "]", "", "districts.toml: "),
        ("policy.toml", "source", "clause", "unexpected keyword argument 'clause'"),
        ("region.toml", "code", "number", "'code'"),
    ],
)
def test_a_folder_that_contradicts_itself_is_refused_with_file_and_fault(
    data, file, found, put, fault
):
    path = data / "changsha" / file
    path.write_text(path.read_text().replace(found, put, 1))
    with pytest.raises(InvalidRegion) as caught:
        read_region("changsha", data)
    assert file in str(caught.value)
    assert fault in str(caught.value)


def test_targets_for_an_unknown_unit_or_without_a_number_are_refused(data):
    path = data / "chongqing/targets-2023.csv"
    for found, put in [("万州区", "万洲区"), ("黔江区", "万州区"), ("1342", "多")]:
        text = (DATA / "chongqing/targets-2023.csv").read_text()
        path.write_text(text.replace(found, put, 1))
        with pytest.raises(InvalidRegion, match=r"targets-2023\.csv"):
            read_region("chongqing", data)
