"""Moving bases between districts."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from bases.models import Base
from bases.moves import move
from tests.factories import district, in_region, make_base
from tests.records import at, sign_in

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def places(base):
    with in_region("chongqing"):
        base = Base.objects.get(pk=base.pk)
        rows = [(row.district.name, row.since, row.until) for row in base.placements.all()]
        return base.district.name, rows


def test_a_move_is_a_dated_record():
    with in_region("chongqing"):
        base = make_base("渝中区")
        move([base], district("南岸区"), date(2026, 3, 1), actor="test", reason="搬迁", today=TODAY)
        move([base], district("渝中区"), date(2026, 9, 1), actor="test", reason="迁回", today=TODAY)
    assert places(base) == (
        "渝中区",
        [
            ("渝中区", None, date(2026, 3, 1)),
            ("南岸区", date(2026, 3, 1), date(2026, 9, 1)),
            ("渝中区", date(2026, 9, 1), None),
        ],
    )


def test_a_base_is_not_moved_before_it_was_recognised():
    with in_region("chongqing"):
        base = make_base("渝中区", recognised_on=date(2026, 5, 1))
        with pytest.raises(ValidationError, match="2026-05-01 才认定"):
            move(
                [base],
                district("万州区"),
                date(2026, 4, 30),
                actor="test",
                reason="早",
                today=TODAY,
            )
    assert places(base) == ("渝中区", [("渝中区", None, None)])


@pytest.mark.parametrize(
    ("to", "on", "words"),
    [
        ("南岸区", date(2026, 11, 21), "不能晚于今天"),
        ("渝中区", date(2026, 11, 1), "已在渝中区"),
        ("重庆市", date(2026, 11, 1), "请选到区县"),
        ("江北区", date(2026, 11, 1), "撤并"),
        ("两江新区", date(2026, 2, 1), "日期须晚于这一天"),
        ("两江新区", date(2026, 3, 1), "日期须晚于这一天"),
    ],
)
def test_a_move_that_makes_no_sense_is_refused_in_words(to, on, words):
    with in_region("chongqing"):
        base, other = make_base("南岸区", name="甲公司"), make_base("南岸区", name="乙公司")
        move([base], district("渝中区"), date(2026, 3, 1), actor="test", reason="搬迁", today=TODAY)
        before = places(base), places(other)
        with pytest.raises(ValidationError) as refused:
            move([other, base], district(to), on, actor="test", reason="再搬", today=TODAY)
        assert any("甲公司" in fault and words in fault for fault in refused.value.messages)
    assert (places(base), places(other)) == before


def test_bases_left_over_from_an_ended_unit_are_reassigned_together(client):
    with in_region("chongqing"):
        chosen = [make_base("江北区", name=f"江北{i}") for i in range(3)]
        target = district("北碚区").pk
    sign_in(client, "重庆市", "reviewer")
    ids = [base.pk for base in chosen[:2]]
    page = client.post(at("bases_move"), {"ids": ids})
    assert page.status_code == 200
    assert page.context["form"]["on"].value() == date(2026, 1, 1)

    data = {"ids": ids, "to": target, "on": "2026-01-01", "reason": "随镇街划转"}
    assert client.post(at("bases_move"), data).status_code == 302
    moved = ("北碚区", [("江北区", None, date(2026, 1, 1)), ("北碚区", date(2026, 1, 1), None)])
    assert [places(base) for base in chosen] == [moved, moved, ("江北区", [("江北区", None, None)])]

    entry = client.get(at("base", chosen[0].pk)).context["entries"][0]
    assert entry.note == "自 2026-01-01 划转到北碚区：随镇街划转"
    assert [(c.label, c.before, c.after) for c in entry.changes] == [
        ("所属区县", "江北区", "北碚区")
    ]


def test_both_sides_must_be_held(client):
    with in_region("chongqing"):
        base, target = make_base("渝中区"), district("南岸区").pk
    user = sign_in(client, "渝中区", "reviewer")
    data = {"ids": [base.pk], "to": target, "on": "2026-06-01", "reason": "搬迁"}
    page = client.post(at("bases_move"), data)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["to"]
    assert places(base)[0] == "渝中区"

    with in_region("chongqing"):
        from accounts.members import appoint
        from tests.people import make_office

        appoint(user, make_office("南岸区"), "reviewer")
    assert client.post(at("bases_move"), data).status_code == 302
    assert places(base)[0] == "南岸区"


def test_who_sees_a_base_but_may_not_move_it_is_refused(client):
    with in_region("chongqing"):
        base = make_base("渝中区")
    sign_in(client, "渝中区", "clerk")
    assert client.post(at("bases_move"), {"ids": [base.pk]}).status_code == 403
    assert "划转" not in client.get(at("base", base.pk)).text


def test_bases_of_another_district_are_not_found(client):
    with in_region("chongqing"):
        other = make_base("万州区", name="不可外泄")
    sign_in(client, "渝中区", "reviewer")
    page = client.post(at("bases_move"), {"ids": [other.pk]})
    assert page.status_code == 404
    assert "不可外泄" not in page.text


@pytest.mark.parametrize("ids", [[], ["x"], ["9" * 30], ["１"]])
def test_nothing_chosen_is_bad_input(client, ids):
    sign_in(client, "渝中区", "reviewer")
    assert client.post(at("bases_move"), {"ids": ids}).status_code == 400
