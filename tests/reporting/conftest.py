"""March in a district, as most tests of a month begin."""

from copy import deepcopy

import pytest

from tests.factories import in_region
from tests.months import compiled, officers, records


@pytest.fixture(scope="module")
def march(shared_db):
    with in_region("chongqing") as region:
        made = records("渝中区")
        compiled(region)
        return made, officers("渝中区", "重庆市")


@pytest.fixture
def month(march, chongqing):
    """March, compiled; the base and the position of its records."""
    return deepcopy(march[0])


@pytest.fixture
def people(march, month):
    return deepcopy(march[1])
