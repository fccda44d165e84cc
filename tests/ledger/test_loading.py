"""What is stored, and what loading again, an edited file, or part of one does."""

from datetime import date, timedelta
from decimal import Decimal
from threading import Thread

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities.models import Activity
from bases.models import Base, Employer, EmployerProfile, InsuredHeadcount, Placement
from jianxi.history import timeline
from jianxi.identifiers import make_id_number
from jianxi.ledger import book
from jianxi.ledger.book import Book
from jianxi.ledger.package import Unreadable
from positions.models import Position
from subsidies.models import Payment
from tests.factories import district, in_region, move_base
from tests.ledger.build import GRADUATE, UNEMPLOYED, LedgerBuilder
from trainees.models import Agreement, Person, Trainee

TRACKED = [
    EmployerProfile,
    InsuredHeadcount,
    Base,
    Placement,
    Position,
    Trainee,
    Agreement,
    Payment,
    Activity,
]
TODAY = timezone.localdate()


def everything() -> dict:
    """All rows and all their versions, as stored."""
    rows = {}
    with in_region("chongqing"), connection.cursor() as cursor:
        for model in TRACKED:
            for table in (model, model.pgh_event_model):
                cursor.execute(f'SELECT * FROM "{table._meta.db_table}" ORDER BY 1')
                rows[table._meta.db_table] = cursor.fetchall()
    return rows


def counted(outcome, verdict) -> dict[str, int]:
    return {name: counts[verdict] for name, counts in outcome.counts.items() if counts[verdict]}


def fill(ledger, cases=3):
    for _ in range(cases):
        base = ledger.base()
        position = ledger.position(base)
        ledger.agreement(ledger.person(), position)
        ledger.agreement(ledger.person(UNEMPLOYED), position, 结束方式=None)
        ledger.payment(base)
        ledger.activity()


def test_every_column_is_stored(ledger, put):
    base = ledger.base(
        "石柱县",
        单位名称="　样例软件 ",
        重点企业类别="专精特新",
        推荐部门="市经信委",
        退出日期="2026/5/6",
        退出原因="搬迁",
        参保人数="１２０",
    )
    position = ledger.position(
        base, 关闭日期="2026.5.6", 专业要求="不限", 岗位职责="一\n二", 示范岗位="是"
    )
    person = ledger.person(
        GRADUATE, 困难类别="低保家庭", 常住区县="万州区", 失业登记日期="2025年8月1日"
    )
    ledger.agreement(
        person,
        position,
        结束日期="2026-03-01",
        结束方式="期满",
        结束原因="到期",
        就业去向="留用",
        就业日期="2026-03-05",
        月基本生活费="2,100.50",
    )
    ledger.payment(base, 类型="追回", 用途="保险费补贴", 金额=99.5, 资金层级="市级", 摘要="多付")
    ledger.activity(活动类型="政策宣讲", 服务用人单位数=3, 服务青年数=40)
    put(ledger)
    with in_region("chongqing"):
        stored = Base.objects.select_related("profile__employer", "district").get()
        profile = stored.profile
        assert (stored.district.name, stored.exited_on, stored.exit_reason) == (
            "石柱县",
            date(2026, 5, 6),
            "搬迁",
        )
        assert profile.employer.uscc == base["统一社会信用代码"]
        assert (profile.name, profile.kind, profile.key_enterprise, profile.recommended_by) == (
            "样例软件",
            "企业",
            "专精特新",
            "市经信委",
        )
        assert (profile.contact_name, profile.contact_phone) == (base["联系人"], base["联系电话"])
        assert [(row.district, row.since, row.until) for row in stored.placements.all()] == [
            (stored.district, None, None)
        ]
        assert [(row.as_of, row.count) for row in profile.insured_headcounts.all()] == [
            (TODAY, 120)
        ]
        offered = Position.objects.get()
        assert (offered.base, offered.is_model, offered.duties, offered.allowance) == (
            stored,
            True,
            "一\n二",
            Decimal("2100.50"),
        )
        youth = Trainee.objects.get()
        assert (youth.document_number, youth.phone, youth.bank_card) == (
            person["证件号码"],
            person["手机号"],
            person["银行卡号"],
        )
        assert (youth.birth_date, youth.sex) == (
            date.fromisoformat(person["证件号码"][6:14]),
            "M" if int(person["证件号码"][16]) % 2 else "F",
        )
        assert (youth.hardship, youth.home_district.name, youth.group) == (
            "低保家庭",
            "万州区",
            "graduate",
        )
        agreement = Agreement.objects.get()
        assert (agreement.trainee, agreement.person, agreement.position, agreement.group) == (
            youth,
            youth.person,
            offered,
            "graduate",
        )
        assert (agreement.end_kind, agreement.outcome, agreement.allowance) == (
            "completed",
            "retained",
            Decimal("2100.50"),
        )
        paid = Payment.objects.get()
        assert (paid.base, paid.kind, paid.purpose, paid.amount, paid.level) == (
            stored,
            "recovery",
            "insurance_premium",
            Decimal("99.50"),
            "city",
        )
        held = Activity.objects.get()
        assert (held.kind, held.employers_served, held.youths_served, held.placed) == (
            "policy_talk",
            3,
            40,
            0,
        )


def test_loading_again_changes_nothing(ledger, put):
    fill(ledger)
    first = put(ledger)
    before = everything()
    again = put(ledger)
    assert counted(again, "unchanged") == counted(first, "created")
    assert counted(again, "created") == counted(again, "updated") == {}
    assert everything() == before


def test_nothing_is_stored_on_a_dry_run(ledger, put):
    fill(ledger)
    before = everything()
    outcome = put(ledger, dry_run=True)
    assert counted(outcome, "created")["见习协议"] == 6
    assert everything() == before
    assert (Employer.objects.count(), Person.objects.count()) == (0, 0)


def test_an_edited_file_updates_only_what_was_edited(ledger, put):
    fill(ledger)
    put(ledger)
    ledger.sheets["见习人员"][0]["手机号"] = "13700000000"
    ledger.sheets["见习基地"][1]["联系电话"] = "023-67890123"
    ledger.sheets["见习协议"][2] |= {"结束日期": "2026-03-01", "结束方式": "期满"}
    outcome = put(ledger)
    assert counted(outcome, "updated") == {"见习基地": 1, "见习人员": 1, "见习协议": 1}
    with in_region("chongqing"):
        youth = Trainee.objects.get(name=ledger.sheets["见习人员"][0]["姓名"], group="graduate")
        assert youth.phone == "13700000000"
        assert [entry.what for entry in timeline(youth)] == ["变更", "登记"]
        assert timeline(youth)[0].note == "导入台账 台账.xlsx"
        assert timeline(youth)[0].actor == "test"
        assert next(change.label for change in timeline(youth)[0].changes) == "手机号"
        phones = {row.contact_phone for row in EmployerProfile.objects.all()}
        assert "023-67890123" in phones
        assert len(phones) == 3


def test_a_blank_cell_clears_and_an_absent_column_leaves(ledger, put):
    ledger.case(结束日期="2026-03-01", 结束方式="期满", 就业去向="未就业")
    put(ledger)
    row = ledger.sheets["见习协议"][0]
    row |= {"就业去向": None, "带教老师": "　"}
    ledger.columns["见习协议"] = [
        header for header in row if header not in ("结束日期", "结束方式", "保险单号")
    ]
    youth = ledger.sheets["见习人员"][0]
    youth["手机号"] = youth["毕业院校"] = ""
    ledger.columns["见习人员"] = [header for header in youth if header != "银行卡号"]
    assert counted(put(ledger), "updated") == {"见习人员": 1, "见习协议": 1}
    with in_region("chongqing"):
        agreement = Agreement.objects.get()
        assert (agreement.outcome, agreement.mentor) == ("", "")
        assert (agreement.ended_on, agreement.end_kind) == (date(2026, 3, 1), "completed")
        assert agreement.insurance_number == row["保险单号"]
        stored = Trainee.objects.get()
        assert (stored.phone, stored.phone_hash, stored.school) == ("", None, "")
        assert stored.bank_card == youth["银行卡号"]


def test_what_stays_counts_in_the_checks(ledger, put, told):
    ledger.case(到岗日期=None, 签订日期=date(2026, 1, 5))
    put(ledger)
    row = ledger.sheets["见习协议"][0]
    row |= {"结束日期": "2026-03-01", "结束方式": "期满"}
    ledger.columns["见习协议"] = [header for header in row if header != "到岗日期"]
    assert told(put(ledger)) == [
        ("见习协议", 2, "到岗日期", "没有填写；没有到岗的，结束方式应为未到岗取消")
    ]


def test_columns_and_sheets_may_be_absent_and_in_any_order(ledger, put, told):
    base = ledger.base()
    ledger.columns["见习基地"] = ["认定日期", "所属区县", "单位名称", "统一社会信用代码"]
    ledger.activity()
    ledger.columns["活动"] = ["活动类型", "活动日期", "备注", "活动编号", "所属区县"]
    ledger.sheets["说明"] = [{"怎样填": "略"}]
    outcome = put(ledger)
    assert told(outcome) == []
    assert sorted(outcome.counts) == ["活动", "见习基地"]
    assert outcome.notes == [
        "工作表“说明”不属于台账，没有读取",
        "工作表“活动”的列“备注”不属于台账，没有读取",
    ]
    with in_region("chongqing"):
        assert Base.objects.get().profile.name == base["单位名称"]


def test_a_required_column_that_is_missing_stops_everything(ledger, put):
    ledger.case()
    row = ledger.sheets["见习协议"][0]
    ledger.columns["见习协议"] = [h for h in row if h not in ("签订日期", "岗位编号")]
    before = everything()
    with pytest.raises(Unreadable) as fault:
        put(ledger)
    assert str(fault.value) == "工作表“见习协议”缺少这些列：岗位编号、签订日期（表头应在第一行）"
    assert everything() == before


def test_headers_may_carry_a_star_a_remark_or_blanks(ledger, put):
    row = ledger.activity()
    ledger.sheets["活动"] = [
        {
            "活动编号*": row["活动编号"],
            "所属 区县＊": row["所属区县"],
            "活动日期（必填）": row["活动日期"],
            "活动类型* (三选一)": row["活动类型"],
        }
    ]
    assert counted(put(ledger), "created") == {"活动": 1}


def test_blank_rows_are_no_rows(ledger, put):
    ledger.activity()
    ledger.sheets["活动"].append({"活动名称": "　 "})
    ledger.activity()
    outcome = put(ledger)
    assert outcome.counts["活动"]["rows"] == 2


def test_a_returned_workbooks_own_columns_are_not_read(ledger, put):
    ledger.activity(错误="所属区县：没有填写", 提示="请核对")
    outcome = put(ledger)
    assert (counted(outcome, "created"), outcome.notes) == ({"活动": 1}, [])


# ---------------------------------------------------------------- bases


def test_insured_staff_is_a_figure_with_a_date(ledger, put, told):
    ledger.base(参保人数=100)
    put(ledger)
    with in_region("chongqing"):
        InsuredHeadcount.objects.update(as_of=TODAY - timedelta(days=30))
    assert counted(put(ledger), "unchanged") == {"见习基地": 1}
    for count in (110, 120):  # the second corrects the first, of the same day
        ledger.sheets["见习基地"][0]["参保人数"] = count
        assert counted(put(ledger), "updated") == {"见习基地": 1}
    ledger.sheets["见习基地"][0]["参保人数"] = None
    outcome = put(ledger)
    assert counted(outcome, "unchanged") == {"见习基地": 1}
    assert told(outcome, hints=True) == [
        ("见习基地", 2, "参保人数", f"没有填写，仍用{TODAY}登记的120人")
    ]
    with in_region("chongqing"):
        figures = list(InsuredHeadcount.objects.values_list("as_of", "count"))
    assert figures == [(TODAY, 120), (TODAY - timedelta(days=30), 100)]


def test_a_base_is_not_moved_by_a_ledger(ledger, put, told):
    ledger.base("万州区")
    put(ledger)
    ledger.sheets["见习基地"][0]["所属区县"] = "黔江区"
    assert told(put(ledger)) == [
        ("见习基地", 2, "所属区县", "这家基地现在在万州区，换区县请在基地页面办理划转")
    ]
    with in_region("chongqing"):
        move_base(Base.objects.get(), "黔江区", date(2026, 3, 1))
    assert counted(put(ledger), "unchanged") == {"见习基地": 1}


def test_what_became_of_a_district_is_the_same_place(ledger, put, told):
    ledger.base("江北区")
    put(ledger)
    ledger.sheets["见习基地"][0]["所属区县"] = "两江新区"
    outcome = put(ledger)
    assert (told(outcome), counted(outcome, "unchanged")) == ([], {"见习基地": 1})
    with in_region("chongqing"):
        assert Base.objects.get().district == district("江北区")


def test_an_employer_is_one_for_all_regions_and_named_by_each(ledger, put):
    row = ledger.base("万州区", 单位名称="重庆叫法")
    put(ledger)
    row |= {"所属区县": "天心区", "单位名称": "长沙叫法"}
    put(ledger, region="changsha")
    employer = Employer.objects.get()
    assert employer.name == "重庆叫法"
    for slug, name in (("chongqing", "重庆叫法"), ("changsha", "长沙叫法")):
        with in_region(slug):
            profile = EmployerProfile.objects.get()
            assert (profile.name, profile.employer) == (name, employer)


def test_a_profile_left_by_a_voided_base_is_taken_up_again(ledger, put):
    ledger.base(行业="软件")
    put(ledger)
    with in_region("chongqing"):
        Base.objects.update(voided_at=timezone.now())
    ledger.columns["见习基地"] = ["单位名称", "统一社会信用代码", "所属区县", "认定日期"]
    assert counted(put(ledger), "created") == {"见习基地": 1}
    with in_region("chongqing"):
        assert [base.profile.industry for base in Base.objects.all()] == ["软件", "软件"]


def test_who_left_and_came_back_is_the_newest_base(ledger, put, told):
    """What hangs on the earlier one stays there, whatever is loaded again."""
    row = ledger.base(认定日期=date(2020, 1, 1), 有效期至=None)
    ledger.position(row, 岗位编号="GW旧")
    ledger.payment(row, 拨付编号="BT旧")
    put(ledger)
    again = date(2026, 1, 1)
    with in_region("chongqing") as region:
        old = Base.objects.get()
        Base.objects.update(exited_on=date(2022, 1, 1))
        facts = {"profile": old.profile, "district": old.district, "recognised_on": again}
        new = Base.objects.create(region=region, **facts)
        Placement.objects.create(region=region, base=new, district=new.district)
    words = "这家单位退出后于2026-01-01重新认定，台账里只填这一次的；以前的请在基地页面更正"
    assert ("见习基地", 2, "认定日期", words) in told(put(ledger))
    row["认定日期"] = again
    ledger.position(row, 岗位编号="GW新", 发布日期=date(2026, 2, 1))
    outcome = put(ledger)
    assert (told(outcome), counted(outcome, "created")) == ([], {"见习岗位": 1})
    with in_region("chongqing"):
        hung = dict(Position.objects.values_list("number", "base"))
        assert hung == {"GW旧": old.pk, "GW新": new.pk}
        assert Payment.objects.get().base_id == old.pk
        assert list(Base.objects.order_by("pk").values_list("recognised_on", "exited_on")) == [
            (date(2020, 1, 1), date(2022, 1, 1)),
            (again, None),
        ]


# ---------------------------------------------------------------- one running agreement


def two_agreements(ledger, first, second):
    person, position = ledger.person(), ledger.position(ledger.base())
    return ledger.agreement(person, position, **first), ledger.agreement(person, position, **second)


def ended(signed, end):
    return {"签订日期": signed, "到岗日期": signed, "结束日期": end, "结束方式": "期满"}


def test_two_at_once_refuse_the_later_row(ledger, put, told):
    two_agreements(
        ledger,
        ended(date(2025, 9, 1), date(2026, 3, 1)),
        ended(date(2026, 2, 1), date(2026, 8, 1)),
    )
    assert told(put(ledger)) == [
        (
            "见习协议",
            3,
            "签订日期",
            "与第2行的协议“XY000001”（2025-09-01签订，至2026-03-01）时间重叠，"
            "同一人同一时间只能有一份协议",
        )
    ]


def test_a_refused_row_stands_in_nobodys_way(ledger, put, told):
    first, _ = two_agreements(
        ledger,
        ended(date(2025, 9, 1), date(2026, 3, 1)),
        ended(date(2026, 2, 1), date(2026, 8, 1)),
    )
    first["岗位编号"] = "GW404"
    assert [fault[1:3] for fault in told(put(ledger))] == [(2, "岗位编号"), (2, "签订日期")]


def test_the_planned_end_ends_nothing(ledger, put, told):
    two_agreements(
        ledger,
        {"签订日期": date(2024, 1, 1), "约定结束": date(2024, 6, 1)},
        {"签订日期": date(2025, 1, 1)},
    )
    assert [fault[3] for fault in told(put(ledger))] == [
        "与第2行的协议“XY000001”（2024-01-01签订，未结束）时间重叠，同一人同一时间只能有一份协议"
    ]


def test_one_stored_before_takes_part(ledger, put, told):
    first, second = two_agreements(
        ledger, {"签订日期": date(2025, 9, 1)}, {"签订日期": date(2026, 2, 1)}
    )
    ledger.sheets["见习协议"] = [first]
    put(ledger)
    ledger.sheets["见习协议"] = [second]
    assert [fault[3] for fault in told(put(ledger))] == [
        "与已登记的协议“XY000001”（2025-09-01签订，未结束）时间重叠，同一人同一时间只能有一份协议"
    ]
    ledger.sheets["见习协议"] = [second, first | ended(date(2025, 9, 1), date(2026, 2, 1))]
    outcome = put(ledger)
    assert told(outcome) == []
    assert (counted(outcome, "created"), counted(outcome, "updated")) == (
        {"见习协议": 1},
        {"见习协议": 1},
    )


def test_two_agreements_may_exchange_their_days(ledger, put, told):
    early = ended(date(2025, 9, 1), date(2026, 1, 1))
    late = ended(date(2026, 1, 1), date(2026, 6, 1))
    first, second = two_agreements(ledger, early, late)
    put(ledger)
    first |= late
    second |= early
    outcome = put(ledger)
    assert (told(outcome), counted(outcome, "updated")) == ([], {"见习协议": 2})
    with in_region("chongqing"):
        assert list(Agreement.objects.order_by("number").values_list("signed_on", flat=True)) == [
            date(2026, 1, 1),
            date(2025, 9, 1),
        ]


def test_an_agreement_can_be_given_to_another_person(ledger, put, told):
    ledger.case()
    put(ledger)
    other = ledger.person(UNEMPLOYED)
    ledger.sheets["见习协议"][0]["证件号码"] = other["证件号码"]
    assert told(put(ledger)) == []
    with in_region("chongqing"):
        agreement = Agreement.objects.get()
        assert (agreement.trainee.name, agreement.group) == (other["姓名"], "unemployed_youth")
        assert agreement.person == agreement.trainee.person


def test_another_regions_clash_is_told_without_its_details(ledger, put, told):
    other = LedgerBuilder(seed=500)
    row = other.case("天心区", 签订日期=date(2025, 9, 1))
    put(other, region="changsha")
    base = ledger.base()
    person = ledger.person(证件号码=row["证件号码"])
    ledger.agreement(person, ledger.position(base), 签订日期=date(2026, 1, 1))
    [(sheet, number, column, message)] = told(put(ledger))
    assert (sheet, number, column) == ("见习协议", 2, "签订日期")
    assert message == "与其他统筹区的一份协议时间重叠，同一人同一时间只能有一份协议"
    assert Person.objects.count() == 1


# ---------------------------------------------------------------- payments


def test_an_opening_figures_number_is_not_a_payments(ledger, put, told):
    with in_region("chongqing") as region:
        Payment.objects.create(
            region=region,
            number="BF1",
            kind="opening",
            district=district("万州区"),
            paid_on=date(2026, 1, 1),
            amount=1,
        )
    ledger.payment(ledger.base(), 拨付编号="BF1")
    assert told(put(ledger)) == [("补贴拨付", 2, "拨付编号", "这个编号已用于期初数，请换一个编号")]


# ---------------------------------------------------------------- how it is done


def statements(put, ledger) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        put(ledger)
    return len(queries)


def test_a_file_of_too_many_rows_is_told(ledger, put, monkeypatch):
    fill(ledger, cases=1)
    monkeypatch.setattr(book, "MAX_IN_ALL", 7)
    with pytest.raises(Unreadable) as fault:
        put(ledger)
    assert str(fault.value) == "各工作表一共超过7行，请分成几个文件导入"


def test_the_number_of_statements_does_not_grow_with_rows(ledger, put):
    fill(ledger, cases=1)
    few = statements(put, ledger)
    more = LedgerBuilder(seed=1000)
    fill(more, cases=20)
    assert statements(put, more) == few


@pytest.mark.django_db(transaction=True)
def test_what_someone_else_stores_meanwhile_is_a_fault_of_the_row(ledger, put, told, monkeypatch):
    """Another region signs the same person after this file was judged and before it is stored."""
    row = ledger.case(签订日期=date(2026, 1, 1))
    other = LedgerBuilder(seed=500)
    other.agreement(
        other.person(证件号码=row["证件号码"]),
        other.position(other.base("天心区")),
        签订日期=date(2026, 2, 1),
    )
    store, pending = Book.store, [other]

    def elsewhere(theirs):
        put(theirs, region="changsha")
        connection.close()

    def meanwhile(self):
        if pending:
            thread = Thread(target=elsewhere, args=[pending.pop()])
            thread.start()
            thread.join()
        store(self)

    monkeypatch.setattr(Book, "store", meanwhile)
    assert [fault[3] for fault in told(put(ledger))] == [
        "与其他统筹区的一份协议时间重叠，同一人同一时间只能有一份协议"
    ]
    with in_region("chongqing"):
        assert (Trainee.objects.count(), Agreement.objects.count()) == (1, 0)


def test_persons_of_two_ledgers_are_the_same(put):
    one, other = LedgerBuilder(), LedgerBuilder()
    number = make_id_number("500101", date(2003, 1, 1), 3)
    for ledger in (one, other):
        ledger.person(证件号码=number)
    with transaction.atomic():
        put(one)
        assert counted(put(other), "unchanged") == {"见习人员": 1}
