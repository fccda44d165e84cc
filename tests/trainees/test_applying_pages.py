"""A youth applies on a phone, asks a guardian, and sees where it stands."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Message, Office, Outgoing
from jianxi.history import acting
from jianxi.identifiers import make_id_number
from jianxi.workflow import TransitionRefused
from tests.factories import district
from tests.people import make_person
from tests.positions.conftest import inside, make_filing
from tests.trainees.applications import make_application, make_scene, make_youth
from tests.trainees.test_register import GRADUATE
from trainees import standing
from trainees.applying import COURSE, apply
from trainees.facts import findings_of
from trainees.models import Application, Consent, Trainee

pytestmark = pytest.mark.django_db
State = Application.State
TODAY = timezone.localdate()
GUARDIAN = make_id_number("500103", timezone.localdate().replace(year=1980, day=1), 12)
GUARDIANS_PHONE = "13600001234"


@pytest.fixture
def dispatching(db):
    return make_scene("ningxia", "兴庆区", "金凤区")


def to(name, *args, region="chongqing", **query):
    return reverse(f"me:{name}", args=[region, *args], query=query)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def comer():
    """Somebody who signed in and did nothing yet."""
    with acting("test"):
        return make_person("", side="youth")


def applications(scene, **facts):
    with inside(scene):
        return list(Application.objects.filter(**facts).order_by("pk"))


def text(response):
    return response.content.decode()


# --- For a position


def test_a_registered_youth_applies_with_one_press(scene):
    client, url = signed_in(scene.youth), to("apply", scene.position.pk)
    page = text(client.get(url))
    told = ("前端开发见习生", "2,400 元/月", "还有 2 个名额", "符合条件，可以报名")
    assert [words for words in told if words not in page] == []
    assert scene.youth.phone not in page
    answer = client.post(url, {"note": "会一点前端"})
    (row,) = applications(scene)
    assert answer["Location"] == to("application", row.pk)
    assert (row.trainee, row.position, row.note, row.state, row.from_pool) == (
        scene.trainee,
        scene.position,
        "会一点前端",
        State.SUBMITTED,
        False,
    )
    assert "渝中区办理" in text(client.get(answer["Location"]))
    again = client.get(url)
    assert again["Location"] == to("application", row.pk)


def test_who_is_signed_out_or_not_registered_comes_back(scene):
    url = to("apply", scene.position.pk)
    sent = Client().get(url)
    assert sent["Location"] == f"{reverse('account_login')}?next={url}"
    newcomer = signed_in(comer())
    sent = newcomer.get(url)
    assert sent["Location"] == to("register", next=url)
    assert newcomer.post(sent["Location"], GRADUATE)["Location"] == url
    assert "符合条件，可以报名" in text(newcomer.get(url))


def test_whose_session_ran_out_is_told_that_nothing_typed_is_lost(scene):
    client = Client()
    for method, told in ((client.get, False), (client.post, True)):
        page = text(client.get(method(to("register"))["Location"]))
        assert ("登录已过期" in page) is told


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"employed": True}, "现在没有就业"),
        ({"schooling": ""}, "没有填写毕业学校类型"),
        ({"birth_date": timezone.localdate() - timedelta(days=17 * 365)}, "危险作业"),
    ],
)
def test_who_may_not_apply_is_told_why_and_where_to_mend_it(scene, facts, words):
    with inside(scene):
        scene.position.hazards = True
        scene.position.save()
        Trainee.objects.filter(pk=scene.trainee.pk).update(**facts)
    client, url = signed_in(scene.youth), to("apply", scene.position.pk)
    page = text(client.get(url))
    assert [one in page for one in ("现在还不能报名", words, "补充、修改登记")] == [True] * 3
    assert "介绍" not in page
    assert client.post(url, {}).status_code == 422
    assert applications(scene) == []


@pytest.mark.parametrize(
    ("asked", "own", "told"),
    [
        ("本科及以上", "大专、高职", "本人：大专、高职"),
        ("本科及以上", "", "没有填写学历"),
        ("本科及以上", "硕士", None),
        ("不限", "", None),
        ("", "高中、中专、技校", None),
    ],
)
def test_too_little_education_is_advice_and_stops_nobody(scene, asked, own, told):
    with inside(scene):
        scene.position.education = asked
        scene.position.save()
        Trainee.objects.filter(pk=scene.trainee.pk).update(education=own)
    client, url = signed_in(scene.youth), to("apply", scene.position.pk)
    advice = [(one["label"], one["detail"]) for one in client.get(url).context["findings"]]
    assert advice == ([("提示", told)] if told else [])
    assert client.post(url, {})["Location"] == to("application", applications(scene)[0].pk)
    case = reverse("office:application", args=["chongqing", applications(scene)[0].pk])
    assert ("岗位要求学历" in text(signed_in(scene.clerk).get(case))) is (asked == "本科及以上")


def test_where_no_education_may_be_asked_for_none_is_compared(dispatching):
    with inside(dispatching):
        dispatching.position.education = "博士"
        dispatching.position.save()
        found = findings_of(dispatching.trainee, dispatching.position)
    assert "education" not in [finding.key for finding in found]


def test_what_takes_nobody_leads_to_its_public_page(scene):
    with inside(scene):
        for trainee in (make_youth(scene.region), make_youth(scene.region)):
            make_application(scene, State.ACCEPTED, trainee)
    client, url = signed_in(scene.youth), to("apply", scene.position.pk)
    public = reverse("public:position", args=["chongqing", scene.position.pk])
    assert [client.get(url)["Location"], client.post(url)["Location"]] == [public] * 2
    assert client.get(to("apply", 2**40)).status_code == 404


@pytest.mark.parametrize(
    ("typed", "words"), [({"note": "x" * 1001}, "1000"), ({"note": "a\x07"}, "不能保存的字符")]
)
def test_a_note_that_cannot_be_kept_is_told(scene, typed, words):
    answer = signed_in(scene.youth).post(to("apply", scene.position.pk), typed)
    assert answer.status_code == 422
    assert words in "".join(answer.context["form"].errors["note"])
    assert applications(scene) == []


def test_the_public_page_leads_to_applying(scene, dispatching):
    page = text(Client().get(reverse("public:position", args=["chongqing", scene.position.pk])))
    assert to("apply", scene.position.pk) in page
    pk = dispatching.position.pk
    page = text(Client().get(reverse("public:position", args=["ningxia", pk])))
    assert to("pool", region="ningxia") + "?wish=" in page
    assert to("apply", pk, region="ningxia") not in page


# --- To the pool


def test_a_youth_leaves_the_choice_to_a_district(scene):
    client, url = signed_in(scene.youth), to("pool")
    with inside(scene):
        root, here = district("重庆市"), district("渝中区")
    assert client.post(url, {"district": root.pk, "wish": "测试"}).status_code == 422
    assert client.post(url, {"district": here.pk, "wish": ""}).status_code == 422
    assert applications(scene) == []
    answer = client.post(url, {"district": here.pk, "wish": "软件测试", "note": ""})
    (row,) = applications(scene)
    assert (row.from_pool, row.district, row.wish, row.position) == (True, here, "软件测试", None)
    assert answer["Location"] == client.get(url)["Location"] == to("application", row.pk)


def without_members(*offices):
    """Nobody works there any more."""
    with acting("test"):
        Membership.objects.filter(office_role__office__in=offices).update(ended_on=TODAY)


def test_only_units_that_somebody_answers_for_are_offered(dispatching):
    """First the region's own office answers for all, then none does, then no one at all."""
    client, url = signed_in(dispatching.youth), to("pool", region="ningxia")
    with inside(dispatching):
        here, orphan = district("兴庆区"), district("盐池县")
        root = Office.objects.get(district__parent=None)
        others = Office.objects.exclude(pk=root.pk)
    offered = dict(client.get(url).context["form"].fields["district"].choices)
    assert (offered[here.pk], offered[orphan.pk]) == ("兴庆区", f"盐池县（由{root}办理）")
    with inside(dispatching):
        without_members(root)
    offered = [label for _, label in client.get(url).context["form"].fields["district"].choices]
    assert offered == ["请选择", "兴庆区", "金凤区"]
    assert client.post(url, {"district": orphan.pk, "wish": "测试"}).status_code == 422
    with inside(dispatching):
        with pytest.raises(TransitionRefused, match="还没有单位在网上受理"):
            apply(dispatching.trainee, district=orphan, actor=dispatching.youth)
        without_members(*others)
    assert "现在报不了名" in text(client.get(url))
    assert client.post(url, {"district": here.pk, "wish": "测试"}).status_code == 422
    assert applications(dispatching) == []


def test_where_districts_dispatch_a_position_is_a_wish(dispatching):
    client = signed_in(dispatching.youth)
    sent = client.get(to("apply", dispatching.position.pk, region="ningxia"))
    assert sent["Location"] == to("pool", region="ningxia", wish="前端开发见习生")
    page = client.get(sent["Location"])
    assert page.context["form"]["wish"].value() == "前端开发见习生"
    assert "不用面试" in text(page)
    assert applications(dispatching) == []


# --- Where it stands


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.SUBMITTED, "done now ahead ahead ahead"),
        (State.RETURNED, "done stopped ahead ahead ahead"),
        (State.REJECTED, "done stopped ahead ahead ahead"),
        (State.REFERRED, "done done now ahead ahead"),
        (State.DECLINED, "done done stopped ahead ahead"),
        (State.ACCEPTED, "done done done now ahead"),
        (State.DISPATCHED, "done done done now ahead"),
        (State.SIGNED, "done done done done now"),
        (State.WITHDRAWN, "done stopped ahead ahead ahead"),
    ],
)
def test_the_way_in_steps(scene, state, expected):
    with inside(scene):
        pk = make_application(scene, state).pk
        row = Application.objects.with_contract().get(pk=pk)
        told = standing.steps(row, by_dispatch=False)
    assert [step.label for step in told] == [
        "提交报名",
        "渝中区审核",
        "甲公司答复",
        "签协议",
        "到岗",
    ]
    assert " ".join(step.state for step in told) == expected
    client = signed_in(scene.youth)
    for url in (to("application", pk), reverse("me:applications")):
        assert row.get_state_display() in text(client.get(url))


def test_where_districts_dispatch_the_base_does_not_answer(dispatching):
    with inside(dispatching):
        pk = make_application(dispatching, State.DISPATCHED, from_pool=True).pk
        row = Application.objects.with_contract().get(pk=pk)
        told = standing.steps(row, by_dispatch=True)
    assert [(step.label, step.state) for step in told] == [
        ("提交报名", "done"),
        ("兴庆区安排岗位", "done"),
        ("签协议", "now"),
        ("到岗", "ahead"),
    ]


def test_what_was_said_on_return_is_read_and_mended(scene):
    with inside(scene):
        row = make_application(scene)
        COURSE.move(row, "return", actor=scene.clerk, comment="请写明会哪些技能")
    client, url = signed_in(scene.youth), to("application", row.pk)
    page = text(client.get(url))
    assert [words in page for words in ("请写明会哪些技能", "重新提交", "撤回报名")] == [True] * 3
    assert "去补正" in text(client.get(reverse("me:home")))
    assert client.post(url, {"action": "resubmit", "note": "x" * 1001}).status_code == 422
    client.post(url, {"action": "resubmit", "note": "会 Python"})
    (row,) = applications(scene)
    assert (row.state, row.note) == (State.SUBMITTED, "会 Python")
    late = client.post(url, {"action": "resubmit", "note": "再来"})
    assert (late.status_code, applications(scene)[0].note) == (422, "会 Python")
    assert "不能重新提交" in text(late)


def test_a_full_position_is_told_on_the_youths_own_page(scene):
    """Its public page is gone by then."""
    with inside(scene):
        scene.position.benefits, scene.position.contact = "包午餐", "人力资源部 023-60000000"
        scene.position.headcount = 1
        scene.position.save()
        row = make_application(scene)
        COURSE.move(row, "refer", actor=scene.clerk)
        COURSE.move(row, "accept", actor=scene.employer)
    public = reverse("public:position", args=["chongqing", scene.position.pk])
    assert Client().get(public).status_code == 410
    page = text(signed_in(scene.youth).get(to("application", row.pk)))
    told = ["示例大道1号", "2,400 元/月", "6 个月", "包午餐", "023-60000000", "编写网页"]
    assert [words for words in told if words not in page] == []
    assert f'href="{public}"' not in page
    assert f"甲公司拟定协议（{timezone.localtime():%Y-%m-%d}" in re.sub(r"\s*（", "（", page)


def test_what_is_over_says_what_to_do_next(scene):
    with inside(scene):
        row = make_application(scene, State.WITHDRAWN)
    client, again = signed_in(scene.youth), to("apply", scene.position.pk)
    url = to("application", row.pk)
    assert f'href="{again}"' in text(client.get(url))
    with inside(scene):
        scene.position.closed_on = TODAY
        scene.position.save()
    page = text(client.get(url))
    assert f'href="{again}"' not in page
    assert "看别的岗位" in page


def test_it_is_given_up_once(scene):
    with inside(scene):
        row = make_application(scene, State.REFERRED)
    client, url = signed_in(scene.youth), to("application", row.pk)
    assert client.post(url, {"action": "withdraw"})["Location"] == url
    assert applications(scene)[0].state == State.WITHDRAWN
    assert client.post(url, {"action": "withdraw"}).status_code == 422
    assert "撤回报名</button>" not in text(client.get(url))


@pytest.mark.parametrize("action", ["", "accept", "refer", "sign", "constructor"])
def test_nothing_else_can_be_done_with_it(scene, action):
    with inside(scene):
        row = make_application(scene)
    url = to("application", row.pk)
    assert signed_in(scene.youth).post(url, {"action": action}).status_code == 404
    assert applications(scene)[0].state == State.SUBMITTED


def test_anothers_is_not_found(scene):
    with inside(scene):
        row = make_application(scene, note="不可外泄")
    other = signed_in(scene.rival)
    url = to("application", row.pk)
    assert [other.get(url).status_code, other.post(url, {"action": "withdraw"}).status_code] == [
        404,
        404,
    ]
    assert url not in text(other.get(reverse("me:applications")))
    assert applications(scene)[0].state == State.SUBMITTED


def test_a_card_is_asked_for_once_it_is_needed(scene):
    client = signed_in(scene.youth)
    with inside(scene):
        make_application(scene)
    assert "收生活费的银行卡" not in text(client.get(reverse("me:home")))
    with inside(scene):
        Application.objects.update(state=State.ACCEPTED, due_on=None)
    assert "填写收生活费的银行卡" in text(client.get(reverse("me:home")))


def test_who_has_nothing_under_way_is_shown_what_may_suit(scene):
    with inside(scene):
        here = district("渝中区")
        Trainee.objects.filter(pk=scene.trainee.pk).update(
            home_district=here, education="大专、高职"
        )
        make_filing(scene.base, "published", title="硕士岗", education="硕士及以上")
        make_filing(scene.base, "paused", title="暂停岗")
        make_filing(scene.other, "published", title="远处岗")
    client, url = signed_in(scene.youth), reverse("me:applications")
    shown = client.get(url).context["places"][0]["suitable"]
    assert [row.title for row in shown] == ["前端开发见习生"]
    assert "也许适合您" in text(client.get(url))
    with inside(scene):
        make_application(scene)
    assert client.get(url).context["places"][0]["suitable"] == []


# --- A guardian's consent


@pytest.fixture
def minor(scene):
    with inside(scene):
        born = timezone.localdate() - timedelta(days=17 * 365)
        Trainee.objects.filter(pk=scene.trainee.pk).update(birth_date=born)
    return signed_in(scene.youth)


FACTS = {
    "action": "ask",
    "guardian": "何大山",
    "relation": "父亲",
    "document_number": GUARDIAN,
    "phone": GUARDIANS_PHONE,
}


def code_to(phone):
    sent = [row for row in Outgoing.objects.filter(kind="code") if row.recipient == phone]
    return re.search(r"验证码 (\d{6})", sent[0].text).group(1) if sent else None


def consents_in(scene):
    with inside(scene):
        return list(Consent.objects.all())


@pytest.mark.parametrize("relation", ["母亲", "其他监护人"])
def test_a_guardian_is_told_who_asks_for_whom_and_where_to_make_sure(scene, minor, relation):
    minor.post(to("consent"), FACTS | {"relation": relation})
    (said,) = [row.text for row in Outgoing.objects.filter(kind="code")]
    told = [
        "重庆市就业见习平台",
        "何**未满 18 周岁",
        "重庆市人力资源和社会保障局主管",
        "何**登录后的“监护人同意”页面",
        "http://testserver/chongqing/offices/",
    ]
    assert [words for words in told if words not in said] == []
    assert [words for words in ("何小雨", "孩子") if words in said] == []


def test_a_guardian_reads_and_agrees_by_the_own_phone(scene, minor):
    url = to("consent")
    assert minor.post(url, FACTS)["Location"] == f"{url}#confirm-consent"
    page = text(minor.get(url))
    assert [words in page for words in ("我是何大山，是何小雨的父亲", "136****1234")] == [True] * 2
    assert GUARDIAN not in page
    assert consents_in(scene) == []
    code = code_to(GUARDIANS_PHONE)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    answer = minor.post(url, {"action": "confirm", "code": wrong})
    assert (answer.status_code, answer.context["form"].errors["code"]) == (
        422,
        ["验证码不对，请核对短信里的 6 位数字。"],
    )
    assert minor.post(url, {"action": "confirm", "code": code})["Location"] == url
    (row,) = consents_in(scene)
    assert (row.trainee, row.guardian, row.relation, row.document_number, row.phone) == (
        scene.trainee,
        "何大山",
        "父亲",
        GUARDIAN,
        GUARDIANS_PHONE,
    )
    assert (len(row.text_hash), "我是何大山" in row.text) == (64, True)
    minor.post(url, {"action": "confirm", "code": code})
    assert len(consents_in(scene)) == 1
    assert "已同意" in text(minor.get(url))
    minor.post(url, {"action": "withdraw"})
    assert consents_in(scene)[0].withdrawn_at is not None
    assert "监护人姓名" in text(minor.get(url))


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"guardian": ""}, "guardian", "请填写"),
        ({"guardian": "何小雨"}, "guardian", "自己的姓名"),
        ({"guardian": "<b>"}, "guardian", "不会有"),
        ({"relation": "邻居"}, "relation", "选"),
        ({"document_number": "1"}, "document_number", "18位"),
        (
            {"document_number": make_id_number("500103", timezone.localdate(), 12)},
            "document_number",
            "年满 18",
        ),
        ({"document_number": "own"}, "document_number", "自己的号码"),
        ({"phone": "own"}, "phone", "自己的手机号"),
        ({"phone": "12"}, "phone", "11位"),
    ],
)
def test_who_cannot_be_the_guardian_is_told(scene, minor, typed, field, words):
    own = {"document_number": scene.trainee.document_number, "phone": scene.youth.phone}
    typed = {name: own[name] if value == "own" else value for name, value in typed.items()}
    answer = minor.post(to("consent"), FACTS | typed)
    assert answer.status_code == 422
    assert words in "".join(answer.context["form"].errors[field])
    assert Outgoing.objects.count() == 0


def test_a_code_is_spent_after_a_few_wrong_ones(scene, minor):
    url = to("consent")
    minor.post(url, FACTS)
    code = code_to(GUARDIANS_PHONE)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    tries = [minor.post(url, {"action": "confirm", "code": wrong}).status_code for _ in range(5)]
    assert tries == [422] * 5
    assert minor.post(url, {"action": "confirm", "code": code}).status_code == 302
    assert consents_in(scene) == []
    again = minor.post(url, FACTS)
    assert "发送太频繁" in "".join(again.context["form"].errors["phone"])


def test_a_code_does_not_last(scene, minor, monkeypatch):
    url = to("consent")
    minor.post(url, FACTS)
    monkeypatch.setattr("accounts.codes.MINUTES", 0)
    answer = minor.post(url, {"action": "confirm", "code": code_to(GUARDIANS_PHONE)}, follow=True)
    assert "验证码已过期" in text(answer)
    assert consents_in(scene) == []


def test_a_minor_applies_first_and_is_reminded_of_the_guardian(scene, minor):
    url = to("apply", scene.position.pk)
    page = text(minor.get(url))
    assert "签协议前要监护人同意" in page
    with inside(scene):
        Trainee.objects.filter(pk=scene.trainee.pk).update(
            group="unemployed_youth", graduated_on=None
        )
    assert minor.post(url)["Location"] == to("application", applications(scene)[0].pk)
    assert "请监护人同意" in text(minor.get(reverse("me:home")))


def test_an_adult_needs_nobody(scene):
    client = signed_in(scene.youth)
    assert "不需要监护人同意" in text(client.get(to("consent")))
    client.post(to("consent"), FACTS)
    assert Outgoing.objects.count() == 0


# --- Around


def test_the_bar_leads_everywhere(scene):
    client = signed_in(scene.youth)
    with inside(scene):
        Message.objects.create(user=scene.youth, kind="application", title="消息")
    names = ["岗位", "报名", "见习", "我的"]
    for url, active in [
        (reverse("me:home"), "我的"),
        (reverse("me:applications"), "报名"),
        (to("pool"), "报名"),
        (reverse("me:internships"), "见习"),
        (to("region"), "我的"),
        (reverse("me:messages"), "我的"),
    ]:
        page = client.get(url)
        bar = page.context["nav"]
        assert [item["label"] for item in bar] == names
        assert [item["label"] for item in bar if item["active"]] == [active]
        assert bar[0]["url"] == reverse("public:positions", args=["chongqing"])
    assert client.get(reverse("me:home")).context["nav"][3]["count"] == 1
    nowhere = signed_in(comer()).get(reverse("me:applications"))
    assert nowhere.context["nav"][0]["url"] == "/"
