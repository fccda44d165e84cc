"""Settings, read from the environment; deploy/example.env lists them.

With nothing set the portal runs on embedded services (see `jianxi.embedded`) on the loopback
address. `JIANXI_ENV=production` demands real servers and secrets, and TLS in front.
"""

import logging
import os
from pathlib import Path
from urllib.parse import urlsplit

import pghistory
import pgtrigger
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from jianxi import embedded, keys, logs

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = embedded.home()

ENV = os.environ.get("JIANXI_ENV", "local")
if ENV not in {"local", "test", "production"}:
    raise ImproperlyConfigured(f"JIANXI_ENV is {ENV!r}; it may be local, test or production.")
PRODUCTION = ENV == "production"
DEBUG = not PRODUCTION and os.environ.get("DJANGO_DEBUG") == "1"

REQUIRED = [
    "SECRET_KEY",
    "JIANXI_ENCRYPTION_KEYS",
    "JIANXI_ENCRYPTION_ACTIVE",
    "JIANXI_HASH_KEY",
    "JIANXI_HOSTS",
    "DATABASE_URL",
    "REDIS_URL",
]
if PRODUCTION and (missing := [name for name in REQUIRED if not os.environ.get(name)]):
    raise ImproperlyConfigured(f"JIANXI_ENV=production needs a value for {', '.join(missing)}.")


def secret(name: str) -> str:
    """From the environment; outside production one drawn for this installation serves."""
    return os.environ.get(name) or embedded.local_secrets()[name]


def switch(name: str, default: bool) -> bool:
    """A setting that is on (1) or off (0)."""
    return os.environ.get(name, "1" if default else "0") == "1"


def listed(name: str, default: str = "") -> list[str]:
    """A setting of names separated by commas."""
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


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
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
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
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jianxi.logs.RequestLog",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.IdentityMiddleware",
    "jianxi.web.WayBackMiddleware",
    "jianxi.web.RegionMiddleware",
    "jianxi.web.TransactionMiddleware",
    "jianxi.web.GateMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.navigation.navigation",
            ]
        },
    }
]
FORM_RENDERER = "jianxi.form_rendering.FormRenderer"

LANGUAGE_CODE = "zh-hans"
FORMAT_MODULE_PATH = ["jianxi.formats"]  # dates as 2026-10-09
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

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


DATABASES = {
    "default": database(os.environ.get("DATABASE_URL") or embedded.database_url())
    | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
}

REDIS_URL = os.environ.get("REDIS_URL") or embedded.redis_url()
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
    }
}

if bucket := os.environ.get("JIANXI_S3_BUCKET"):
    private = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": os.environ.get("JIANXI_S3_ENDPOINT"),
            "default_acl": "private",
            "querystring_auth": True,
        },
    }
else:
    private = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": os.environ.get("JIANXI_FILES") or HOME / "files",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }
STORAGES = {
    "default": private,
    "private": private,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Static files: our own and, of the npm packages, just what pages load

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("JIANXI_STATIC") or HOME / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "jianxi.vendored.VendoredFinder",
]
NODE_MODULES = Path(os.environ.get("JIANXI_NODE_MODULES") or BASE_DIR / "node_modules")
VENDORED_STATIC = {  # prefix of the address: (folder of the package, files)
    "bootstrap": (
        "bootstrap/dist",
        [
            "css/bootstrap.min.css",
            "css/bootstrap.min.css.map",
            "js/bootstrap.bundle.min.js",
            "js/bootstrap.bundle.min.js.map",
        ],
    ),
    "htmx": ("htmx.org/dist", ["htmx.min.js"]),
    "echarts": ("echarts/dist", ["echarts.min.js"]),
}
if DEBUG:
    STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    WHITENOISE_USE_FINDERS = True

# --- Signing in

AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name"]},
    },
    {
        "NAME": "accounts.passwords.LengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOCKOUT_MINUTES = 15  # after five wrong passwords or codes
CODE_MINUTES = 5  # that a code sent to a phone is good for
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "request_login_code": "accounts.forms.PhoneForm",
    "confirm_login_code": "accounts.forms.CodeForm",
    "change_phone": "accounts.forms.NewPhoneForm",
    "verify_phone": "accounts.forms.NewPhoneCodeForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "change_password": "accounts.forms.ChangePasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "phone"}  # staff by user name, all others by phone
ACCOUNT_SIGNUP_FIELDS = ["username*", "phone", "password1*", "password2*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PHONE_VERIFICATION_TIMEOUT = CODE_MINUTES * 60
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before phone or password change
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {  # a whole office, or a school, may share one address
    "login": "60/m/ip",
    "login_failed": f"20/m/ip,5/{LOCKOUT_MINUTES}m/key",
    "request_login_code": "30/m/ip,300/h/ip,1/55s/key,5/h/key,10/d/key",
    "send_code": "1/55s/key",
    "verify_phone": "20/h/ip,1/55s/key,5/h/key",
    "verify_email": "10/h/user,1/55s/key,5/h/key",
    "change_phone": "5/h/user",
}
SOCIALACCOUNT_ADAPTER = "accounts.provincial.ProvincialAdapter"
OIDC_URL = os.environ.get("JIANXI_OIDC_URL", "")
OIDC_ID = "province" if OIDC_URL else ""
OIDC_PHONE_CLAIM = os.environ.get("JIANXI_OIDC_PHONE_CLAIM") or "phone_number"
OIDC_ORIGINS = listed("JIANXI_OIDC_ORIGINS")  # where its sign-in page is, if not at the URL's
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True}}
if OIDC_URL:
    if not os.environ.get("JIANXI_OIDC_CLIENT"):
        raise ImproperlyConfigured("JIANXI_OIDC_URL needs a value for JIANXI_OIDC_CLIENT.")
    OIDC_ORIGINS.append("{0.scheme}://{0.netloc}".format(urlsplit(OIDC_URL)))
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = [
        {
            "provider_id": OIDC_ID,
            "name": os.environ.get("JIANXI_OIDC_NAME") or "省统一身份认证",
            "client_id": os.environ["JIANXI_OIDC_CLIENT"],
            "secret": os.environ.get("JIANXI_OIDC_SECRET", ""),
            "settings": {
                "server_url": OIDC_URL,
                "scope": listed("JIANXI_OIDC_SCOPES") or ["openid", "profile", "phone"],
            },
        }
    ]
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_FORMS = {
    "activate_totp": "accounts.second_factor.ActivateForm",
    "authenticate": "accounts.second_factor.AuthenticateForm",
    "reauthenticate": "accounts.second_factor.ReauthenticateForm",
}
MFA_TOTP_ISSUER = "就业见习"
MFA_TOTP_TOLERANCE = 1  # half a minute either way, for clocks that are off
STAFF_TOTP_REQUIRED = switch("JIANXI_STAFF_TOTP", PRODUCTION)
OFFICE_RULE = "accounts.access.enter_office"  # who enters a page of the office
API_RULE = "accounts.api.enter_api"  # whose token a view of the API lets in
ANONYMOUS_USER_NAME = None  # guardian: nobody is nobody

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 30 * 60  # idle
SESSION_LIFETIME = 12 * 60 * 60  # at most, in use or not
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- Messages: by an SMS gateway and by mail where they are named; a demonstration shows them

DEMO = switch("JIANXI_DEMO", not PRODUCTION)
SMS_URL = os.environ.get("JIANXI_SMS_URL", "")
SMS_TOKEN = os.environ.get("JIANXI_SMS_TOKEN", "")
SMS_TEMPLATE = os.environ.get("JIANXI_SMS_TEMPLATE", "")
EMAIL_HOST = os.environ.get("JIANXI_MAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("JIANXI_MAIL_PORT") or 465)
EMAIL_HOST_USER = os.environ.get("JIANXI_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("JIANXI_MAIL_PASSWORD", "")
EMAIL_USE_SSL = switch("JIANXI_MAIL_TLS", True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("JIANXI_MAIL_FROM") or EMAIL_HOST_USER
SHOWN = "accounts.senders.shown" if DEMO else ""
SENDERS = {  # "": nothing goes out by it
    "sms": "accounts.senders.by_http" if SMS_URL else SHOWN,
    "email": "accounts.senders.by_mail" if EMAIL_HOST else SHOWN,
}

# --- Secrets, and what guards the way in

SECRET_KEY = keys.long_enough("SECRET_KEY", secret("SECRET_KEY"), keys.SECRET_KEY_LENGTH)
SECRET_KEY_FALLBACKS = listed("SECRET_KEY_FALLBACKS")
ENCRYPTION_ACTIVE_KEY = secret("JIANXI_ENCRYPTION_ACTIVE")
ENCRYPTION_KEYS = keys.read_encryption_keys(secret("JIANXI_ENCRYPTION_KEYS"), ENCRYPTION_ACTIVE_KEY)
HASH_KEY = keys.long_enough("JIANXI_HASH_KEY", secret("JIANXI_HASH_KEY"), keys.HASH_KEY_LENGTH)

ALLOWED_HOSTS = listed("JIANXI_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if PRODUCTION else []
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("JIANXI_PROXIES", "1" if PRODUCTION else "0"))

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]  # asked by the machine beside us, without TLS
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap draws its marks as data: images
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF, *OIDC_ORIGINS],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- Jobs: delivered until acknowledged, acknowledged when done; ids only, as JSON


def broker(url: str) -> str:
    """Celery's form of the Redis address; it names a socket differently."""
    if not url.startswith("unix://"):
        return url
    return url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")


CELERY_BROKER_URL = broker(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 60 * 60,  # seconds, after which an unacknowledged job is sent again
    "global_keyprefix": "jobs:",
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 55 * 60
CELERY_TASK_IGNORE_RESULT = True  # results are rows
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False  # let it finish; it is locked
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "jobs.sweep": {"task": "jobs.sweep", "schedule": 60},
    "positions.index": {"task": "positions.index", "schedule": 60},
    "accounts.send_due": {"task": "accounts.send_due", "schedule": 60},
    "accounts.clear_sessions": {
        "task": "accounts.clear_sessions",
        "schedule": crontab(hour=3, minute=0),
    },
    "accounts.clear_outbox": {
        "task": "accounts.clear_outbox",
        "schedule": crontab(hour=3, minute=15),
    },
    "files.remove_expired": {
        "task": "files.remove_expired",
        "schedule": crontab(hour=3, minute=30),
    },
    "portal.remind": {"task": "portal.remind", "schedule": crontab(hour=8, minute=30)},
    "trainees.chase": {"task": "trainees.chase", "schedule": crontab(hour=9, minute=0)},
    "reporting.nightly": {"task": "reporting.nightly", "schedule": crontab(hour=1, minute=0)},
}

# --- Logs

LOGGING = logs.config(level=os.environ.get("JIANXI_LOG_LEVEL", "INFO"), words=DEBUG)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = PRODUCTION  # the proxy sets it

# --- API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.tokens.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],  # the gate has judged before (accounts.api.api)
    "DEFAULT_THROTTLE_CLASSES": ["accounts.tokens.ApiThrottle"],
    "DEFAULT_THROTTLE_RATES": {"api": "600/min"},
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
    "EXCEPTION_HANDLER": "accounts.api.problem_details",
    "DEFAULT_RENDERER_CLASSES": [
        "jianxi.renderers.Renderer",
        "rest_framework.renderers.BrowsableAPIRenderer",
    ],
    "DEFAULT_SCHEMA_CLASS": "jianxi.api.Schema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "青年就业见习接口",
    "VERSION": "1",
    "DESCRIPTION": "各统筹区的见习基地、岗位、人员、协议、补贴、活动和月报。",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1/",
    "TAGS": [
        {"name": name, "description": words}
        for name, words in {
            "reports": "月报",
            "forms": "报表",
            "targets": "年度目标",
            "bulletins": "通报",
            "bases": "见习基地",
            "positions": "见习岗位",
            "base-applications": "基地申报",
            "trainees": "见习人员",
            "applications": "见习报名",
            "contracts": "协议签订",
            "agreements": "见习协议",
            "payments": "补贴拨付",
            "activities": "活动",
            "districts": "区县",
            "policies": "政策",
            "regions": "统筹区",
            "own": "自己的事项",
            "public": "开放数据",
        }.items()
    ],
    "ENUM_NAME_OVERRIDES": {
        "DistrictKind": "regions.models.District.Kind",
        "PaymentKind": "subsidies.models.Payment.Kind",
        "ActivityKind": "activities.models.Activity.Kind",
        "PositionState": "positions.models.Position.State",
        "BaseApplicationState": "bases.models.BaseApplication.State",
        "ApplicationState": "trainees.models.Application.State",
        "ReportState": "reporting.models.Report.State",
        "CorrectionState": "reporting.models.Correction.State",
        "ExplanationState": "reporting.models.Explanation.State",
    },
}

# --- History: one trigger call a statement; no row without a known actor; nothing rewritten

PGHISTORY_LEVEL = pgtrigger.Statement
PGHISTORY_APPEND_ONLY = True
PGHISTORY_CONTEXT_FIELD = pghistory.ContextForeignKey(null=False, db_index=False)
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True)
