"""From the application to the end of an internship by the programs of the three sides."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.api.callers import Caller
from tests.factories import in_region, make_agreement, make_base, make_position, make_trainee
from tests.people import make_authority, make_member, make_office, make_person
from tests.trainees.contracts import make_youth

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
    return [move["name"] for move in answer.json()["moves"]]


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
