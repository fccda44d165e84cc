"""What is frozen or approved is what was looked at; what was submitted can be had back and is kept
whole, version by version."""

from decimal import Decimal
from io import BytesIO
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from accounts.models import Office
from jianxi.history import acting
from reporting import corrections
from reporting.models import Report, Version
from reporting.paper import paper_then
from reporting.seen import NOT_LOOKED, moved_on, seal
from reporting.workflow import WORKFLOW
from subsidies.models import Payment
from tests.factories import make_payment
from tests.months import address, decide, officers, report_of, submitted
from tests.people import make_member, make_office

HERE, THERE, ABOVE = "渝中区", "万州区", "重庆市"
PDF = b"%PDF-1.4 stamped"


def pay(amount):
    with acting("test"):
        Payment.objects.update(amount=Decimal(amount))


def by_two(region):
    region.two_person_submission = True
    region.save()


def opened(client, user, **where):
    client.force_login(user)
    return client.get(address("month", **where))


def post(client, name, **sent):
    return client.post(address(name), sent)


def upload(client):
    file = BytesIO(PDF)
    file.name = "盖章.pdf"
    return client.post(address("month_scan"), {"scan": file})


# --- Looked at


def test_what_moved_on_is_told_and_nothing_is_frozen(client, people, chongqing):
    by_two(chongqing)
    WORKFLOW.move(report_of(HERE), "hand_up", actor=people[HERE, "clerk"])
    page = opened(client, people[HERE, "reviewer"])
    (confirm,) = [one for one in page.context["actions"] if one["name"] == "confirm"]
    assert confirm["confirm"].startswith(f"{HERE} 2026年3月：报送后，14 项数字")
    old = page.context["seen"]
    for amount, told in (
        ("2600.00", "14 本期发放补贴（万元） 0.21 → 0.26"),
        ("2100.51", "14 本期发放补贴（万元） 2,100.50 → 2,100.51 元"),
    ):
        pay(amount)
        answer = post(client, "month_submit", action="confirm", seen=old, comment="同意")
        label = next(i for i in page.context["month"].form.parsed.indicators if i.code == "14")
        told = told.replace("本期发放补贴（万元）", label.label)
        assert answer.status_code == 422
        assert answer.context["fault"] == (
            f"数字在您查看后有变动：{told}。没有报送，请核对后再办。"
        )
        assert "同意</textarea>" in answer.content.decode()
    assert (report_of(HERE).state, Version.objects.count()) == ("confirming", 0)
    again = {"action": "confirm", "seen": answer.context["seen"]}
    assert post(client, "month_submit", **again).status_code == 302
    assert Decimal(Version.objects.get().figures["14"]) == Decimal("2100.51")


def test_who_did_not_look_is_asked_to(client, people, chongqing):
    other = seal({"report": 0, "version": None, "figures": None})
    for two, name, action in ((False, "month_submit", "submit"), (True, "month_course", "hand_up")):
        chongqing.two_person_submission = two
        chongqing.save()
        client.force_login(people[HERE, "clerk"])
        for poor in ({}, {"seen": "x"}, {"seen": "\0" * 9}, {"seen": other}):
            answer = post(client, name, action=action, **poor)
            assert answer.status_code == 422
            assert answer.context["fault"].startswith(NOT_LOOKED)
        assert report_of(HERE).state == "compiled"
    assert decide(client, "hand_up").status_code == 302


FACTS = {
    "report": 1,
    "version": 1,
    "figures": {},
    "findings": {"S1": ["fail", 3, 2]},
    "explained": {"S1": "0a"},
    "scan": None,
}


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({}, ""),
        ({"findings": {}}, "规则 S1 的判断在您查看后有变动。"),
        ({"explained": {"S1": "0b"}, "scan": 2}, "规则 S1 的说明、盖章扫描件在您查看后有变动。"),
        ({"version": 2}, "您查看的是第1版，现在已是第2版。"),
        ({"version": 2, "figures": None}, "您查看的是第1版，现在已是第2版。"),
        ({"figures": None}, ""),  # a version is what it is
        ({"report": 2}, NOT_LOOKED),
    ],
)
def test_whatever_goes_with_a_submission_was_looked_at(month, now, told):
    form = report_of(HERE).compilation.form.parsed
    assert moved_on(form, seal(FACTS), FACTS | now) == told


def test_another_version_than_the_one_looked_at_is_not_approved(client, people):
    reviewer, clerk = people[ABOVE, "reviewer"], people[HERE, "clerk"]
    submitted(HERE, clerk)
    old = opened(client, reviewer).context["seen"]
    whole = opened(client, reviewer, unit=ABOVE)
    (row,) = [row for row in whole.context["waiting"] if row["is_submitted"]]
    WORKFLOW.move(report_of(HERE), "return", actor=reviewer, comment="请核对")
    submitted(HERE, clerk)
    words = "您查看的是第1版，现在已是第2版。没有审定，请核对后再办。"
    answer = post(client, "month_course", action="approve", seen=old)
    assert (answer.status_code, answer.context["fault"]) == (422, words)
    key = row["line"].unit.key
    batch = client.post(
        address("month_approve_below", unit=ABOVE),
        {"ids": [key], f"seen-{key}": row["seen"]},
        follow=True,
    )
    assert [str(message) for message in batch.context["messages"]] == [f"{HERE}：{words}"]
    assert report_of(HERE).state == "submitted"
    assert decide(client, "approve").status_code == 302


def test_the_scan_uploaded_below_the_figures_leaves_them_looked_at(client, people):
    old = opened(client, people[HERE, "clerk"]).context["seen"]
    upload(client)
    assert post(client, "month_submit", action="submit", seen=old).status_code == 302


def test_another_scan_than_the_one_looked_at_is_not_confirmed(client, people, chongqing):
    by_two(chongqing)
    client.force_login(people[HERE, "clerk"])
    upload(client)
    decide(client, "hand_up")
    old = opened(client, people[HERE, "reviewer"]).context["seen"]
    decide(client, "send_back", "扫描件不清楚")
    client.force_login(people[HERE, "clerk"])
    upload(client)
    decide(client, "hand_up")
    client.force_login(people[HERE, "reviewer"])
    answer = post(client, "month_submit", action="confirm", seen=old)
    assert answer.context["fault"].startswith("盖章扫描件在您查看后有变动。")
    assert report_of(HERE).state == "confirming"


# --- Drift before the approval


def test_what_drifted_says_what_to_do_and_is_asked_about(client, people):
    reviewer, clerk = people[ABOVE, "reviewer"], people[HERE, "clerk"]
    submitted(HERE, clerk)
    assert opened(client, clerk).context["next_step"] == ""
    assert opened(client, reviewer).context["actions"][0]["confirm"] == ""
    pay("2600.00")
    assert "撤回报送" in opened(client, clerk).context["next_step"]
    page = opened(client, reviewer)
    assert "请退回" in page.context["next_step"]
    assert "0.21 → 0.26。审定的是第1版报送的数字" in page.context["actions"][0]["confirm"]
    whole = opened(client, reviewer, unit=ABOVE)
    assert f"{HERE}（1 项）" in whole.context["drifted_below"]
    assert decide(client, "approve").status_code == 302
    assert "由报送单位申请更正" in opened(client, reviewer).context["next_step"]
    assert "请申请更正" in opened(client, clerk).context["next_step"]


def test_a_submission_is_taken_back_and_the_page_keeps_why(client, people):
    """March was late; it stays so."""
    reviewer, clerk = people[ABOVE, "reviewer"], people[HERE, "clerk"]
    submitted(HERE, clerk)
    client.force_login(clerk)
    poor = post(client, "month_course", action="withdraw", comment=" ")
    assert (poor.status_code, report_of(HERE).state) == (422, "submitted")
    assert poor.context["back_fault"] == "撤回报送需要写明意见。"
    sent = post(client, "month_course", action="withdraw", comment="14项要改")
    assert (sent.status_code, report_of(HERE).state) == (302, "returned")
    page = opened(client, clerk)
    assert (page.context["given_back"].what, page.context["given_back"].note) == (
        "撤回报送",
        "14项要改",
    )
    assert page.content.decode().count(">迟报</span>") == 2  # of the month, and of its version
    assert "已撤回（由本单位）" in page.content.decode()
    assert "已退回" not in page.content.decode()
    (state,) = page.context["entries"][0].changes
    assert (state.before, state.after) == ("已报送", "已撤回")
    back = {"label": "1 撤回未重报", "tone": "due"}
    assert back in opened(client, reviewer, unit=ABOVE).context["standing"]
    client.force_login(clerk)
    decide(client, "submit")
    assert opened(client, clerk).context["given_back"] is None
    client.force_login(reviewer)
    post(client, "month_course", action="return", comment="第14项再核对")
    told = opened(client, clerk)
    assert "第14项再核对" in told.content.decode()
    assert told.context["report"].state_word == "已退回"
    courses = [one.before for entry in told.context["entries"] for one in entry.changes]
    assert "已撤回" in courses  # what it was submitted anew from


# --- Versions, whole


@pytest.fixture
def corrected(client, people, month):
    """March approved with a stamped scan, then corrected without one."""
    reviewer, clerk = people[ABOVE, "reviewer"], people[HERE, "clerk"]
    client.force_login(clerk)
    upload(client)
    decide(client, "submit")
    WORKFLOW.move(report_of(HERE), "approve", actor=reviewer)
    asked = corrections.ask(report_of(HERE), actor=clerk, reason="漏报了三月九日发放的一笔补贴")
    corrections.COURSE.move(asked, "approve_correction", actor=reviewer)
    assert "第1版的扫描件留在那一版" in client.get(address("month")).content.decode()
    make_payment(month[0], amount="500.00")
    decide(client, "submit")
    return client


def test_each_version_is_had_on_paper_as_it_was(corrected, people):
    def row(query):
        answer = corrected.get(address("month_xlsx"), query)
        sheet = load_workbook(BytesIO(answer.getvalue())).active
        found = next(row for row in sheet.iter_rows(values_only=True) if row[0] == HERE)
        text = " ".join(str(one) for line in sheet.iter_rows(values_only=True) for one in line)
        return found[-1], HERE in text, unquote(answer["Content-Disposition"])

    def printed(query):
        page = corrected.get(address("month_print"), query)
        (line,) = page.context["figures"]["rows"]
        return line["cells"][-1]["text"]

    first, _, name = row({"version": "1"})
    assert (first, "第1版.xlsx" in name) == (0.21, True)
    assert (row({"version": "2"})[0], row({})[0]) == (0.26, 0.26)
    assert [printed({"version": n}) for n in ("1", "2")] == ["0.21", "0.26"]
    for name in ("month_xlsx", "month_print"):
        for none in ("3", "0", "x", "9" * 30):
            assert corrected.get(address(name), {"version": none}).status_code == 404
        whole = address(name, unit=ABOVE)
        corrected.force_login(people[ABOVE, "viewer"])
        assert corrected.get(whole, {"version": "1"}).status_code == 404
        corrected.force_login(people[HERE, "clerk"])


def test_a_version_is_signed_by_who_handed_it_up(client, people, chongqing):
    """Where two submit a month; each version by its own."""

    def signed(number):
        client.force_login(people[HERE, "viewer"])
        page = client.get(address("month_print"), {"version": number})
        return dict(page.context["footer"])["填报人"]

    submitted(HERE, people[HERE, "clerk"])
    move("return", people[ABOVE, "reviewer"])
    by_two(chongqing)
    people[HERE, "reviewer"].name, people[ABOVE, "clerk"].name = "复核乙", "代办丙"
    for who in ((HERE, "reviewer"), (ABOVE, "clerk")):
        people[who].save()
    for name, who in (
        ("hand_up", (HERE, "clerk")),
        ("send_back", (HERE, "reviewer")),
        ("hand_up", (ABOVE, "clerk")),
        ("confirm", (HERE, "reviewer")),
    ):
        move(name, people[who])
    assert [signed(number) for number in (1, 2)] == [str(people[HERE, "clerk"]), "代办丙"]
    version = Version.objects.get(number=2)
    assert paper_then(version, report_of(HERE).district).details["复核人"] == "复核乙"


def move(name, actor):
    WORKFLOW.move(report_of(HERE), name, actor=actor, comment="请核对")


def test_a_correction_leads_to_what_it_changed(corrected):
    url = f"{address('month_changes', 1)}?to=2"
    version = corrected.get(address("month_version", 2))
    assert version.context["bridges"] == [{"label": "从第1版到第2版的变动", "url": url}]
    first = corrected.get(address("month_version", 1))
    assert first.context["bridges"] == []
    badge = '<span class="badge tone-due">更正</span>'
    assert [badge in page.content.decode() for page in (first, version)] == [False, True]
    assert "点指标的名称，看是哪些记录变了" in corrected.get(url).content.decode()
    page = corrected.get(address("month"))
    assert page.context["mended"] == [
        {"old": 1, "new": 2, "reason": "漏报了三月九日发放的一笔补贴", "url": url}
    ]
    assert "已更正：第1版 → 第2版" in page.content.decode()


def test_who_confirms_reads_the_stamped_paper(client, people, chongqing):
    by_two(chongqing)
    client.force_login(people[HERE, "clerk"])
    upload(client)
    decide(client, "hand_up")
    elsewhere = officers(THERE)[THERE, "reviewer"]
    department = make_member(make_office(HERE, kind=Office.Kind.DEPARTMENT), "viewer")
    answers = {}
    for who in (people[HERE, "reviewer"], people[HERE, "clerk"], elsewhere, department):
        page = opened(client, who)
        shown = page.status_code == 200 and address("month_scan") in page.content.decode()
        read = client.get(address("month_scan"))
        answers[who] = (shown, read.status_code, read.status_code == 200 and b"".join(read))
    assert answers == {
        people[HERE, "reviewer"]: (True, 200, PDF),
        people[HERE, "clerk"]: (True, 200, PDF),
        elsewhere: (False, 404, False),
        department: (False, 403, False),
    }
    client.force_login(people[HERE, "reviewer"])
    assert client.post(address("month_scan"), {"remove": "1"}).status_code == 403
    assert Report.objects.get(pk=report_of(HERE).pk).scan is not None
