"""From the application to the end of an internship by the programs of the three sides."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jianxi.history import acting
from tests.api.callers import Caller
from tests.factories import in_region, make_agreement, make_base, make_position, make_trainee
from tests.people import make_authority, make_member, make_office, make_person
from tests.trainees.contracts import make_youth
from trainees.models import Trainee

pytestmark = pytest.mark.django_db


class Somewhere:
    def __init__(self, slug="chongqing", where="渝中区", elsewhere="万州区"):
        with in_region(slug) as self.region:
            self.base = make_base(where, name="甲公司")
            self.position = make_position(self.base, title="数据助理", headcount=1)
            owner, other = make_person("周经办"), make_person("孙旁人")
            make_authority(owner, self.base)
            make_authority(other, make_base(elsewhere, name="乙公司"))
            self.trainee = make_youth(self.region)
            self.second = make_youth(self.region, "吴小雪")
            self.owner, self.other = Caller(owner), Caller(other)
            self.youth, self.rival = Caller(self.trainee.user), Caller(self.second.user)
            self.officer = Caller(make_member(make_office(where), "clerk", name="李经办"))
            self.elsewhere = Caller(make_member(make_office(elsewhere), "clerk"))


@pytest.fixture
def at():
    return Somewhere()


def apply(caller, at):
    return caller.post("own_applications", position=at.position.pk)


def names(answer):
    return [move["move"] for move in answer.json()["moves"]]


def test_a_youth_applies_the_district_passes_on_and_the_base_takes_the_youth(at):
    made = apply(at.youth, at)
    assert (made.status_code, made.json()["state"]) == (201, "submitted")
    pk = made.json()["id"]
    assert names(at.youth.get("application_moves", pk)) == ["withdraw"]
    assert at.owner.get("application_moves", pk).status_code == 404  # not passed on yet
    assert at.owner.get("received_applications").json()["results"] == []
    assert names(at.officer.get("application_moves", pk)) == ["refer", "return", "reject"]
    assert at.officer.post("application_moves", pk, move="refer").json()["state"] == "referred"
    (received,) = at.owner.get("received_applications").json()["results"]
    assert (received["id"], received["position"]) == (pk, at.position.pk)
    answer = at.owner.post("application_moves", pk, move="accept")
    assert answer.json()["state_label"] == "单位已接收"
    told = at.officer.get("applications", state="accepted").json()["results"]
    assert [row["id"] for row in told] == [pk]


def test_a_base_is_shown_what_its_page_shows(at):
    """Enough to decide by, and the name alone, masked, when it is over."""
    with in_region("chongqing"), acting("test"):
        about = {"education": "本科", "school": "示例大学", "major": "软件工程", "skills": "会测试"}
        Trainee.objects.filter(user=at.youth.user).update(**about)
        trainee = Trainee.objects.get(user=at.youth.user)
    made = at.youth.post("own_applications", position=at.position.pk, note="会一点前端")
    pk = made.json()["id"]
    at.officer.post("application_moves", pk, move="refer")

    def shown(caller=at.owner):
        return caller.get("received_application", pk)

    def personal(answer):
        keys = ["name", "education", "school", "major", "skills", "note", "phone"]
        return [answer.json()[key] for key in keys]

    about = ["本科", "示例大学", "软件工程", "会测试", "会一点前端"]
    assert personal(shown()) == [trainee.name, *about, trainee.phone]
    assert at.owner.get("received_applications").json()["results"] == [shown().json()]
    assert [shown(one).status_code for one in (at.other, at.youth, at.officer)] == [404] * 3
    at.owner.post("application_moves", pk, move="accept")
    assert personal(shown()) == [trainee.name, *about, trainee.phone]
    at.youth.post("application_moves", pk, move="withdraw")
    assert personal(shown()) == [trainee.masked("name"), *[None] * 6]


def test_what_is_for_offices_says_so_to_others(at):
    for caller in (at.owner, at.youth):
        refused = caller.get("applications")
        assert (refused.status_code, refused.json()["title"]) == (403, "没有权限")
        assert "own" in refused.json()["detail"]


def test_a_comment_that_is_missing_is_told_at_its_field(at):
    pk = apply(at.youth, at).json()["id"]
    for comment in ({}, {"comment": " "}):
        refused = at.officer.post("application_moves", pk, move="reject", **comment)
        assert refused.status_code == 400
        (fault,) = refused.json()["errors"]
        assert fault == {"field": "comment", "message": "不予通过需要写明意见。"}


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"remark": "x"}, "remark", "没有这个字段"),
        ({"state": "signed"}, "state", "不能提交"),
        ({"position": "abc"}, "position", "请填编号"),
        ({"position": 2**40}, "position", "没有编号为"),
    ],
)
def test_a_field_that_cannot_be_taken_is_told(at, sent, field, words):
    refused = at.youth.post("own_applications", **{"position": at.position.pk} | sent)
    assert refused.status_code == 400
    (fault,) = refused.json()["errors"]
    assert fault["field"] == field
    assert words in fault["message"]
    assert at.youth.get("own_applications").json()["results"] == []


def test_a_move_that_is_none_and_a_field_beside_it_are_refused(at):
    pk = apply(at.youth, at).json()["id"]
    for sent, field in (({"move": "fly"}, "move"), ({"move": "withdraw", "why": "x"}, "why")):
        refused = at.youth.post("application_moves", pk, **sent)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)
    assert at.youth.get("application_moves", pk).json()["state"] == "submitted"


def test_a_page_that_is_none_is_told_in_plain_words(at):
    refused = at.owner.get("received_applications", cursor="nonsense")
    assert "请用 next、previous" in refused.json()["detail"]


def test_the_last_place_goes_to_one(at):
    first, second = (apply(caller, at).json()["id"] for caller in (at.youth, at.rival))
    for pk in (first, second):
        at.officer.post("application_moves", pk, move="refer")
    assert at.owner.post("application_moves", first, move="accept").status_code == 200
    refused = at.owner.post("application_moves", second, move="accept")
    assert refused.status_code == 409
    assert refused.json()["detail"] == "岗位已满：招募 1 人，已占 1 人。"


def test_a_second_application_and_half_a_one_are_refused_in_words(at):
    apply(at.youth, at)
    again = apply(at.youth, at)
    assert (again.status_code, again.json()["detail"]) == (409, "您已经报过这个岗位，正在办理。")
    neither = at.youth.post("own_applications")
    assert neither.status_code == 400
    unknown = at.youth.post("own_applications", position=10**12)
    assert [fault["field"] for fault in unknown.json()["errors"]] == ["position"]


def test_others_see_nothing_of_it(at):
    pk = apply(at.youth, at).json()["id"]
    for caller in (at.other, at.elsewhere, at.rival):
        assert caller.get("application_moves", pk).status_code == 404
        assert caller.post("application_moves", pk, move="withdraw").status_code == 404
    assert at.rival.get("own_application", pk).status_code == 404
    assert at.elsewhere.get("application", pk).status_code == 404
    assert at.officer.post("application_moves", pk, move="accept").status_code == 403
    for name in ("sign", "close"):  # never by a program
        assert at.youth.post("application_moves", pk, move=name).status_code == 400


def test_who_is_no_youth_here_cannot_apply(at):
    for caller in (at.owner, at.officer):
        assert apply(caller, at).status_code == 404


def test_what_happens_to_an_agreement_is_entered_with_its_dates(at):
    today = timezone.localdate()
    with in_region("chongqing") as region:
        agreement = make_agreement(
            at.position,
            make_trainee(region),
            signed_on=today - timedelta(days=200),
            planned_start=today - timedelta(days=199),
            planned_end=today - timedelta(days=10),
        )

    def move(name, caller=at.owner, **facts):
        return caller.post("agreement_moves", agreement.pk, move=name, facts=facts)

    assert names(at.owner.get("agreement_moves", agreement.pk)) == ["arrive", "mentor", "cancel"]
    early = move("arrive", arrived_on=str(today - timedelta(days=300)))
    assert early.status_code == 400
    assert [fault["field"] for fault in early.json()["errors"]] == ["facts.arrived_on"]
    assert move("arrive", at.other, arrived_on=str(today)).status_code == 404
    assert move("arrive", at.elsewhere, arrived_on=str(today)).status_code == 404
    done = move("arrive", arrived_on=str(today - timedelta(days=199)))
    assert done.json()["state_label"] == "逾期未结束"
    ended = move(
        "end", ended_on=str(today - timedelta(days=9)), end_kind="completed", outcome="retained"
    )
    assert ended.json()["state"] == "ended"
    assert move("end", ended_on=str(today), end_kind="completed").status_code == 409
    agreement.refresh_from_db()
    assert (agreement.end_kind, agreement.outcome) == ("completed", "retained")
