"""The scenes that applications and agreements are tried in, one a module."""

from copy import deepcopy

import pytest

from tests.trainees.applications import make_scene


@pytest.fixture(scope="module")
def shared_scene(shared_db):
    return make_scene()


@pytest.fixture
def scene(shared_scene, db):
    return deepcopy(shared_scene)


@pytest.fixture(scope="module")
def shared_ningxia(shared_db):
    return make_scene("ningxia", "兴庆区", "金凤区")


@pytest.fixture
def ningxia(shared_ningxia, db):
    return deepcopy(shared_ningxia)
