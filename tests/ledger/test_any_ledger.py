"""Whatever rows a ledger has: it loads in part, never half, and again without a change."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ledger.build import LedgerBuilder

DAYS = st.integers(0, 9).map(lambda n: date(2026, 3, 1) + timedelta(days=n))
ENDS = st.sampled_from([None, "期满", "提前留用", "非正常结束", "未到岗取消", "别的"])
AFTERWARDS = st.sampled_from([None, "留用", "其他方式就业", "未就业"])


@st.composite
def rows(draw):
    """Agreements of two persons under four numbers, as likely as not to make sense."""
    return {
        "协议编号": f"XY{draw(st.integers(1, 4))}",
        "person": draw(st.integers(0, 1)),
        "签订日期": draw(DAYS),
        "到岗日期": draw(st.none() | DAYS),
        "结束日期": draw(st.none() | DAYS),
        "结束方式": draw(ENDS),
        "就业去向": draw(AFTERWARDS),
    }


def ledger_of(wanted) -> LedgerBuilder:
    ledger = LedgerBuilder()
    position = ledger.position(ledger.base())
    people = [ledger.person(), ledger.person()]
    for row in wanted:
        facts = {name: value for name, value in row.items() if name != "person"}
        ledger.agreement(people[row["person"]], position, **facts)
    return ledger


@pytest.mark.django_db
@given(st.lists(st.lists(rows(), max_size=5), min_size=1, max_size=2))
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_ledgers_in_any_order_load_and_settle(put, ledgers):
    with transaction.atomic():
        for wanted in ledgers:
            ledger = ledger_of(wanted)
            planned = put(ledger, dry_run=True)
            first = put(ledger)
            assert first.as_json() == planned.as_json()
            again = put(ledger)
            for counts in again.counts.values():
                assert (counts["created"], counts["updated"]) == (0, 0)
            accepted = first.counts.get("见习协议", {})
            assert again.counts.get("见习协议", {}).get("unchanged", 0) >= accepted.get(
                "created", 0
            )
        transaction.set_rollback(True)
