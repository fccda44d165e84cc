"""What an officer may load: rows of the districts held, and nothing told of the others."""

from datetime import date

import pytest

from bases.models import Base
from positions.models import Position
from regions.models import District
from tests.factories import in_region
from tests.ledger.build import LedgerBuilder
from trainees.models import Agreement, Trainee

NOT_YOURS = "这条记录不在您可以导入的区县内"


@pytest.fixture
def held(db):
    with in_region("chongqing"):
        return {District.objects.get(name="万州区").pk}


@pytest.fixture
def theirs(put):
    """A case of another district, stored."""
    other = LedgerBuilder(seed=700)
    other.case("黔江区")
    other.payment(other.sheets["见习基地"][0])
    other.activity("黔江区")
    put(other)
    return {name: rows[0] for name, rows in other.sheets.items()}


def stored(model):
    with in_region("chongqing"):
        return list(model.objects.order_by("pk").values())


def test_rows_of_the_districts_held_load(ledger, put, told, held):
    ledger.case("万州区")
    ledger.payment(ledger.sheets["见习基地"][0])
    ledger.activity("万州区")
    outcome = put(ledger, districts=held)
    assert told(outcome) == []
    assert {counts["created"] for counts in outcome.counts.values()} == {1}
    again = put(ledger, districts=held)
    assert {counts["unchanged"] for counts in again.counts.values()} == {1}


def test_rows_that_name_another_district_are_refused(ledger, put, told, held):
    ledger.base("黔江区")
    ledger.activity("黔江区")
    assert told(put(ledger, districts=held)) == [
        ("见习基地", 2, "所属区县", NOT_YOURS),
        ("活动", 2, "所属区县", NOT_YOURS),
    ]


def test_what_lies_elsewhere_is_as_if_it_were_not_there(ledger, put, told, held, theirs):
    """A reference to another district's record reads like one to a record there is not."""
    base, person = ledger.base("万州区"), ledger.person()
    position = ledger.position(base)
    ledger.position(theirs["见习基地"])
    ledger.payment(theirs["见习基地"])
    ledger.agreement(person, theirs["见习岗位"])
    ledger.agreement(theirs["见习人员"], position)
    there = theirs["见习基地"]["统一社会信用代码"]
    assert told(put(ledger, districts=held)) == [
        ("见习岗位", 3, "统一社会信用代码", f"没有找到见习基地“{there}”"),
        ("见习协议", 2, "岗位编号", f"没有找到岗位“{theirs['见习岗位']['岗位编号']}”"),
        ("见习协议", 3, "证件号码", "没有找到这个证件号码的见习人员"),
        ("补贴拨付", 2, "统一社会信用代码", f"没有找到见习基地“{there}”"),
    ]


def test_records_that_lie_elsewhere_are_not_changed(ledger, put, told, held, theirs):
    base = ledger.base("万州区")
    position = ledger.position(base)
    ledger.base("万州区", 统一社会信用代码=theirs["见习基地"]["统一社会信用代码"], 单位名称="占用")
    ledger.position(base, 岗位编号=theirs["见习岗位"]["岗位编号"], 关闭日期="2000-01-01")
    ledger.agreement(ledger.person(), position, 协议编号=theirs["见习协议"]["协议编号"])
    ledger.payment(base, 拨付编号=theirs["补贴拨付"]["拨付编号"])
    ledger.activity("万州区", 活动编号=theirs["活动"]["活动编号"])
    before = [stored(model)[0] for model in (Base, Position, Agreement)]
    assert told(put(ledger, districts=held)) == [
        ("见习基地", 3, "", NOT_YOURS),
        ("见习岗位", 3, "", NOT_YOURS),
        ("见习协议", 2, "", NOT_YOURS),
        ("补贴拨付", 2, "", NOT_YOURS),
        ("活动", 2, "", NOT_YOURS),
    ]
    assert [stored(model)[0] for model in (Base, Position, Agreement)] == before


def test_a_person_known_elsewhere_is_not_changed(ledger, put, told, held, theirs):
    before = stored(Trainee)
    ledger.person(证件号码=theirs["见习人员"]["证件号码"], 姓名="改名", 手机号=None)
    assert told(put(ledger, districts=held)) == [("见习人员", 2, "", NOT_YOURS)]
    assert stored(Trainee) == before


def test_a_person_comes_along_with_an_agreement_here(ledger, put, told, held, theirs):
    with in_region("chongqing"):
        Agreement.objects.update(ended_on="2025-12-01", end_kind="completed")
    person = ledger.person(证件号码=theirs["见习人员"]["证件号码"], 毕业院校="新学校")
    ledger.agreement(person, ledger.position(ledger.base("万州区")), 签订日期=date(2026, 1, 1))
    outcome = put(ledger, districts=held)
    assert told(outcome) == []
    assert outcome.counts["见习人员"]["updated"] == 1
    assert [row["school"] for row in stored(Trainee)] == ["新学校"]


def test_a_clash_elsewhere_is_told_without_its_details(ledger, put, told, held, theirs):
    person = ledger.person(证件号码=theirs["见习人员"]["证件号码"])
    ledger.agreement(person, ledger.position(ledger.base("万州区")))
    assert told(put(ledger, districts=held)) == [
        ("见习人员", 2, "", NOT_YOURS),
        (
            "见习协议",
            2,
            "签订日期",
            "与您负责的区县以外的一份协议时间重叠，同一人同一时间只能有一份协议",
        ),
    ]


def test_a_person_who_belongs_nowhere_yet_may_be_changed(ledger, put, told, held):
    ledger.person()
    put(ledger, districts=held)
    ledger.sheets["见习人员"][0]["毕业院校"] = "新学校"
    outcome = put(ledger, districts=held)
    assert (told(outcome), outcome.counts["见习人员"]["updated"]) == ([], 1)


def test_a_person_who_lives_here_may_be_changed(ledger, put, told, held, theirs):
    row = theirs["见习人员"]
    with in_region("chongqing"):
        Trainee.objects.update(home_district=District.objects.get(pk__in=held))
    ledger.person(证件号码=row["证件号码"], 常住区县="万州区", 毕业院校="新学校")
    outcome = put(ledger, districts=held)
    assert (told(outcome), outcome.counts["见习人员"]["updated"]) == ([], 1)
