"""A ledger to fill in, and a way to load it."""

import pytest

from jianxi.ledger.book import load
from regions.models import Region
from tests.ledger.build import LedgerBuilder


@pytest.fixture
def ledger():
    return LedgerBuilder()


@pytest.fixture
def put(db):
    """`put(ledger)` loads it into Chongqing, or another region by `region=slug`."""

    def put(ledger, region="chongqing", **options):
        file = ledger.file() if isinstance(ledger, LedgerBuilder) else ledger
        found = Region.objects.get(slug=region)
        return load(file, region=found, actor="test", name="台账.xlsx", **options)

    return put


@pytest.fixture
def told():
    """What an outcome says of refused rows: [(sheet, row, column, message)]."""

    def told(outcome, hints=False):
        remarks = outcome.hints if hints else outcome.refused
        return [(r.sheet, r.row, r.column, r.message) for r in remarks]

    return told
