"""An employer's own program reads the month's list and confirms it."""

from datetime import date

import pytest
from django.utils import timezone

from jianxi.periods import Period
from tests.api.callers import Caller
from tests.factories import in_region, make_agreement, make_base, make_position
from tests.people import make_authority, make_member, make_office, make_person
from trainees.models import MonthCheck

pytestmark = pytest.mark.django_db
LONG_AGO = date(2025, 1, 6)


class Somewhere:
    def __init__(self):
        self.month = Period.month_of(timezone.localdate()).previous
        with in_region("chongqing") as self.region:
            self.base = make_base("渝中区", name="甲公司")
            self.position = make_position(self.base, headcount=9)
            owner, other = make_person("周经办"), make_person("孙旁人")
            make_authority(owner, self.base)
            make_authority(other, make_base("万州区", name="乙公司"))
            self.owner, self.other = Caller(owner), Caller(other)
            self.officer = Caller(make_member(make_office("渝中区"), "clerk"))
            self.agreement = self.add()

    def add(self, **facts):
        usual = {"signed_on": LONG_AGO, "planned_start": LONG_AGO, "arrived_on": LONG_AGO}
        usual["planned_end"] = date(2199, 1, 1)
        with in_region("chongqing"):
            return make_agreement(self.position, **usual | facts)


@pytest.fixture
def at():
    return Somewhere()


def read(at, caller=None):
    return (caller or at.owner).get("own_month", at.month)


def test_the_list_is_read_and_confirmed_and_confirmed_anew(at):
    told = read(at).json()
    assert (told["month"], told["base"], told["on_post"]) == (str(at.month), at.base.pk, 1)
    assert [row["id"] for row in told["agreements"]] == [at.agreement.pk]
    assert (told["confirmed_at"], told["not_now"]) == (None, "")
    done = at.owner.post("own_month", at.month, seen=told["seen"])
    assert (done.status_code, done.json()["confirmed_by"]) == (200, "周经办")
    at.add()
    assert read(at).json()["changes"] == 1
    stale = at.owner.post("own_month", at.month, seen=told["seen"])
    assert stale.status_code == 409
    again = at.owner.post("own_month", at.month, seen=read(at).json()["seen"])
    assert (again.json()["changes"], again.json()["on_post"]) == (0, 2)
    with in_region("chongqing"):
        assert MonthCheck.objects.count() == 1


def test_what_is_missing_wants_a_word(at):
    at.add(planned_end=at.month.start)
    told = read(at).json()
    assert [bool(row["missing"]) for row in told["agreements"]] == [False, True]
    refused = at.owner.post("own_month", at.month, seen=told["seen"])
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "note")
    told = at.owner.post("own_month", at.month, seen=told["seen"], note="下周补")
    assert (told.status_code, told.json()["note"]) == (200, "下周补")


def test_what_is_no_sound_question_is_refused(at):
    for month in ("2099-01", "2026-13", "now"):
        assert at.owner.get("own_month", month).status_code == 404
        assert at.owner.post("own_month", month, seen="x").status_code == 404
    for sent in ({}, {"seen": "x" * 65}, {"seen": "x", "note": "字" * 301}, {"seen": "x", "o": 1}):
        assert at.owner.post("own_month", at.month, **sent).status_code == 400
    assert at.owner.post("own_month", at.month, seen="x").status_code == 409


def test_others_read_their_own_or_nothing(at):
    assert read(at, at.officer).status_code == 404
    assert at.officer.post("own_month", at.month, seen="x").status_code == 404
    other = read(at, at.other).json()
    assert (other["agreements"], other["base"] != at.base.pk) == ([], True)
    assert at.owner.get("own_month", at.month, unit=at.base.profile_id + 999).status_code == 404
