"""The employers and officers that positions are tried with."""

from tests.positions.conftest import changsha, ningxia, world  # noqa: F401
