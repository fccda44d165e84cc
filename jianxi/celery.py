"""The Celery application. Options are the CELERY_* names of the settings."""

import logging.config
import os

from celery import Celery
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jianxi.settings")

app = Celery("jianxi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def log_like_the_rest(**kwargs):
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)
