"""The employers and officers that positions are tried with."""

from tests.positions.conftest import (  # noqa: F401
    changsha,
    ningxia,
    shared_changsha,
    shared_ningxia,
    shared_world,
    world,
)
