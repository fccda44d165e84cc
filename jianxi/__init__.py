"""The frame every app stands on: settings, services and shared mechanisms."""

from jianxi.celery import app as celery_app

__all__ = ["celery_app"]
