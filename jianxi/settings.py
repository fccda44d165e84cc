"""Settings, read from the environment.

With nothing set the portal runs on embedded services (see `jianxi.embedded`) on the
loopback address. `JIANXI_ENV=production` demands real servers and secrets and turns on
everything that needs TLS.
"""

import os
from pathlib import Path

import pghistory
import pgtrigger
from psycopg.conninfo import conninfo_to_dict

from jianxi import embedded

BASE_DIR = Path(__file__).resolve().parent.parent

# --- The installation

AUTH_USER_MODEL = "accounts.User"
INSTALLED_APPS = [
    # lowest layer first: an app imports only from those above it
    "jianxi",
    "regions",
    "accounts",
    "bases",
    "positions",
    "trainees",
    "subsidies",
    "activities",
    "reporting",
    "portal",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "guardian",
    "pghistory",
    "pgtrigger",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_htmx",
    "csp",
    "django_structlog",
]
ROOT_URLCONF = "jianxi.urls"
WSGI_APPLICATION = "jianxi.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

SECRET_KEY = embedded.secret("SECRET_KEY")

# --- Stores


def database(url: str) -> dict:
    """Django's form of a libpq address; options it has no key for go to OPTIONS."""
    parts = conninfo_to_dict(url)
    named = {
        key: str(parts.pop(name, ""))
        for key, name in [
            ("NAME", "dbname"),
            ("USER", "user"),
            ("PASSWORD", "password"),
            ("HOST", "host"),
            ("PORT", "port"),
        ]
    }
    return named | {"ENGINE": "django.db.backends.postgresql", "OPTIONS": parts}


DATABASES = {"default": database(os.environ.get("DATABASE_URL") or embedded.database_url())}


# --- History: one trigger call a statement; no row without a known actor; nothing rewritten

PGHISTORY_LEVEL = pgtrigger.Statement
PGHISTORY_APPEND_ONLY = True
PGHISTORY_CONTEXT_FIELD = pghistory.ContextForeignKey(null=False, db_index=False)
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True)
