"""Django's settings: what is the same for every Department, and what its configuration decides.

The module can be imported without a configuration (the type checker does). `bot.web.app` lays `for_department` over it.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.config import Loaded

SECRET_KEY = secrets.token_urlsafe(32)
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
ROOT_URLCONF = "bot.web.urls"
LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "django_htmx",
    "bot.web.apps.WebConfig",
]
MIDDLEWARE = [
    "bot.web.middleware.safe_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bot.web.middleware.RecordUnavailable",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bot.web.middleware.SignInFirst",
    "bot.web.middleware.not_to_be_opened",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).with_name("templates")],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "bot.web.site.context",
            ],
        },
    }
]
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            # Not WAL: SQLite before 3.51.3 can corrupt a WAL database when a checkpoint meets another's write.
            "init_command": "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;",
        },
    }
}

AUTH_USER_MODEL = "web.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "board"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "bot.web.access.LocalAccounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True

SESSION_COOKIE_NAME = "ofrecord_session"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "ofrecord_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "bot.web.views.errors.forged"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False

# The command line decides how programs log; Django adds no handler of its own and mails nobody.
LOGGING_CONFIG = None


def for_department(config: Loaded, secret_key: str) -> dict[str, Any]:
    """The settings that a Department's configuration decides, by name."""
    hosts = [*ALLOWED_HOSTS, config.web.host]
    if name := urlsplit(config.web.url).hostname:
        hosts.append(name)
    database = DATABASES["default"] | {"NAME": str(accounts_file(config))}
    return {
        "SECRET_KEY": secret_key,
        "ALLOWED_HOSTS": hosts,
        "TIME_ZONE": config.department.timezone,
        "DATABASES": {"default": database},
        "SESSION_COOKIE_SECURE": config.web.secure,
        "CSRF_COOKIE_SECURE": config.web.secure,
    }


def accounts_file(config: Loaded) -> Path:
    """Where Django keeps who may sign in; the record is elsewhere."""
    return config.store_dir / "accounts.sqlite3"
