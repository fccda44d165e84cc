"""Settings of the tests: an installation of their own, whose database need not survive."""

import os
from pathlib import Path

if os.environ.get("JIANXI_ENV") != "test":  # else set by the process that started this one
    base = Path(os.environ.get("JIANXI_HOME") or Path(__file__).resolve().parents[1] / ".local")
    os.environ["JIANXI_HOME"] = str(base.resolve() / "test")
    os.environ["JIANXI_ENV"] = "test"
    os.environ["JIANXI_FILES"] = f"{os.environ['JIANXI_HOME']}/files/{os.getpid()}"

from jianxi import embedded
from jianxi.settings import *  # noqa: F403

# Each process keeps to its own Redis database; the PostgreSQL one is cloned in conftest.py.
if not os.environ.get("REDIS_URL"):
    REDIS_URL = embedded.redis_url(os.getpid() % embedded.REDIS_DATABASES)
CACHES["default"]["LOCATION"] = REDIS_URL  # noqa: F405
CELERY_BROKER_URL = broker(REDIS_URL)  # noqa: F405
CELERY_TASK_ALWAYS_EAGER = CELERY_TASK_EAGER_PROPAGATES = os.environ.get("CELERY_EAGER", "1") == "1"

DATABASES["default"] |= {"CONN_MAX_AGE": 0}  # noqa: F405
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING = logs.config(level="WARNING")  # noqa: F405
