from copy import deepcopy

import pytest

from tests.bases.applications import make_world


@pytest.fixture(scope="module")
def shared_world(shared_db):
    return make_world("chongqing", "渝中区", "万州区")


@pytest.fixture
def world(shared_world, db):
    return deepcopy(shared_world)


@pytest.fixture(scope="module")
def shared_changsha(shared_db):
    return make_world("changsha", "岳麓区", "芙蓉区")


@pytest.fixture
def changsha(shared_changsha, db):
    return deepcopy(shared_changsha)
