import pytest

from tests.bases.applications import make_world


@pytest.fixture
def world(db):
    return make_world("chongqing", "渝中区", "万州区")


@pytest.fixture
def changsha(db):
    return make_world("changsha", "岳麓区", "芙蓉区")
