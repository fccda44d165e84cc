"""Periods of reports are those that all apps have."""

from jianxi.periods import InvalidPeriod, Period

__all__ = ["InvalidPeriod", "Period"]
