"""Voiding takes two: who asks, and another who agrees."""

from contextlib import suppress

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Role
from jianxi.history import acting
from jianxi.models import VoidRequest
from jianxi.tenancy import scope
from jianxi.workflow import TransitionRefused
from portal.workflow import VOIDING
from tests.factories import (
    district,
    in_region,
    make_activity,
    make_agreement,
    make_base,
    make_payment,
    make_position,
)
from tests.people import make_member, make_office
from tests.records import at, fresh, known_trainee, names_in, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    with in_region("chongqing") as region:
        base = make_base("渝中区", name="甲公司")
        position = make_position(base, title="助理", number="GW-1")
        trainee = known_trainee(region, home_district=district("渝中区"))
        return {
            "base": base,
            "position": position,
            "trainee": trainee,
            "agreement": make_agreement(position, trainee, number="XY-1"),
            "payment": make_payment(base, number="BT-1"),
            "activity": make_activity("渝中区", number="HD-1"),
        }


def ask(client, kind, row, reason="重复登记"):
    return client.post(at("void", kind, row.pk), {"reason": reason})


def decide(client, action, comment=""):
    with in_region("chongqing"):
        request = VoidRequest.objects.latest("pk")
    return client.post(at("void_request", request.pk), {"action": action, "comment": comment})


@pytest.mark.parametrize("kind", ["agreement", "payment", "activity"])
def test_a_record_is_gone_from_the_list_when_another_agrees(client, rows, kind):
    row, asker = rows[kind], sign_in(client, "渝中区", "clerk")
    assert ask(client, kind, row).url == at(kind, row.pk)
    assert fresh(row).voided_at is None
    page = client.get(at(kind, row.pk))
    assert "正在等另一位同事同意作废" in page.text

    sign_in(client, "渝中区", "reviewer")
    waiting = client.get(at("void_requests"))
    assert [str(request.asked_by) for request in waiting.context["listing"].rows] == [str(asker)]
    assert decide(client, "agree").url == at("void_requests")
    assert fresh(row).voided_at is not None
    plural = {"agreement": "agreements", "payment": "payments", "activity": "activities"}[kind]
    assert names_in(client.get(at(plural))) == []
    page = client.get(at(kind, row.pk))
    assert page.context["case"]["state_label"] == "已作废"
    assert page.context["entries"][0].note == f"作废：重复登记（{asker}申请）"
    assert client.get(at("void_requests")).context["listing"].rows == []
    assert client.get(at("void_requests", tab="gone")).status_code == 404
    decided = client.get(at("void_requests", tab="decided")).context["listing"].rows
    assert [request.state for request in decided] == ["agreed"]


def test_who_asks_cannot_agree(client, rows):
    sign_in(client, "渝中区", "clerk", "reviewer")
    ask(client, "activity", rows["activity"])
    for action in ("agree", "refuse"):
        assert decide(client, action, "理由").status_code == 403
    assert fresh(rows["activity"]).voided_at is None


def test_the_database_holds_that_it_takes_two(client, rows):
    user = sign_in(client, "渝中区", "clerk")
    ask(client, "activity", rows["activity"])
    with (
        in_region("chongqing"),
        pytest.raises(IntegrityError, match="void_takes_two"),
        transaction.atomic(),
    ):
        VoidRequest.objects.update(state="agreed", decided_by=user)


def test_a_refusal_needs_words_and_leaves_the_record(client, rows):
    sign_in(client, "渝中区", "clerk")
    ask(client, "activity", rows["activity"])
    sign_in(client, "渝中区", "reviewer")
    page = decide(client, "refuse")
    assert page.status_code == 422
    assert "不同意需要写明意见" in page.text
    assert decide(client, "refuse", "不是重复").status_code == 302
    assert fresh(rows["activity"]).voided_at is None
    assert "作废" not in client.get(at("activity", rows["activity"].pk)).context["case"]["title"]
    # and may be asked anew
    assert ask(client, "activity", rows["activity"]).status_code == 302


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("base", ["见习岗位 1 条（助理）", "补贴拨付 1 条（BT-1）"]),
        ("position", ["见习协议 1 条（XY-1）"]),
        ("trainee", ["见习协议 1 条（XY-1）"]),
    ],
)
def test_what_others_stand_on_cannot_be_voided(client, rows, kind, words):
    sign_in(client, "渝中区", "clerk")
    page = client.get(at("void", kind, rows[kind].pk))
    assert all(word in page.text for word in words)
    page = ask(client, kind, rows[kind])
    assert page.status_code == 422
    assert all(word in page.text for word in words)
    with in_region("chongqing"):
        assert not VoidRequest.objects.exists()


def test_what_came_to_stand_on_it_since_stands_in_the_way_of_agreeing(client, rows):
    with in_region("chongqing"):
        base = make_base("渝中区", name="乙公司")
    sign_in(client, "渝中区", "clerk")
    ask(client, "base", base)
    with in_region("chongqing"):
        make_position(base, title="后来的岗位")
    sign_in(client, "渝中区", "reviewer")
    page = decide(client, "agree")
    assert page.status_code == 422
    assert "后来的岗位" in page.text
    assert fresh(base).voided_at is None


def test_one_request_at_a_time(client, rows):
    sign_in(client, "渝中区", "clerk")
    ask(client, "activity", rows["activity"])
    page = ask(client, "activity", rows["activity"])
    assert page.status_code == 422
    assert "已有待同意的作废申请" in page.text
    with in_region("chongqing"):
        assert VoidRequest.objects.count() == 1


def test_a_request_names_no_person_in_full(client, rows):
    with in_region("chongqing"):
        rows["agreement"].delete()
    sign_in(client, "渝中区", "clerk")
    ask(client, "trainee", rows["trainee"])
    page = client.get(at("void_requests"))
    assert "见习人员 何**" in page.text
    assert "何小雨" not in page.text


@pytest.mark.parametrize("reason", ["", "x", "x" * 301])
def test_a_reason_is_needed(client, rows, reason):
    sign_in(client, "渝中区", "clerk")
    page = ask(client, "activity", rows["activity"], reason)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["reason"]


def test_requests_of_another_district_are_not_found(client, rows):
    sign_in(client, "渝中区", "clerk")
    ask(client, "activity", rows["activity"], "不可外泄的事由")
    sign_in(client, "万州区", "reviewer")
    assert "不可外泄" not in client.get(at("void_requests")).text
    assert decide(client, "agree").status_code == 404
    assert client.get(at("void", "activity", rows["activity"].pk)).status_code == 404
    assert client.get(at("void", "user", 1)).status_code == 404


# --- The transition table


def test_every_transition_in_every_state_by_every_role(rows):
    """Asked → agreed or refused, by who holds the right and did not ask; nothing else."""
    with in_region("chongqing") as region:
        office = make_office("渝中区")
        asker = make_member(office, Role.CLERK)
        actors = {role: make_member(office, role) for role in Role.values} | {"asker": asker}
        elsewhere = make_office("万州区")
        actors |= {f"{role} elsewhere": make_member(elsewhere, role) for role in Role.values}
    done = set()
    for name in VOIDING.transitions:
        for state in VoidRequest.State.values:
            for who, actor in actors.items():
                with scope(region=region), transaction.atomic():
                    with acting("test"):
                        request = VoidRequest.objects.create(
                            region=region,
                            table="activity",
                            row_id=rows["activity"].pk,
                            title="活动",
                            district=district("渝中区"),
                            reason="重复",
                            asked_by=asker,
                            state=state,
                            decided_by=None if state == "asked" else actors["reviewer"],
                        )
                    with suppress(TransitionRefused, PermissionDenied):
                        VOIDING.move(request, name, actor=actor, comment="理由")
                        done.add((name, state, who))
                    transaction.set_rollback(True)
    assert done == {
        (name, "asked", who) for name in ("agree", "refuse") for who in ("clerk", "reviewer")
    }
