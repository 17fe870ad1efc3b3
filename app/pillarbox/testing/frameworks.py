"""What each framework calls the settings that make it send into an inbox.

All of them send in the clear and with AUTH: the user name is what says which inbox the mail is for.
"""

from __future__ import annotations

from typing import Any

from pillarbox.client import Smtp

TIMEOUT = 30
"""Seconds after which an application gives a catcher up that does not answer."""


def django(smtp: Smtp) -> dict[str, Any]:
    """Django's own test runner, and pytest-django, put another backend in; so the backend stands here too."""
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": smtp.host,
        "EMAIL_PORT": smtp.port,
        "EMAIL_HOST_USER": smtp.username,
        "EMAIL_HOST_PASSWORD": smtp.password,
        "EMAIL_USE_TLS": False,
        "EMAIL_USE_SSL": False,
        "EMAIL_TIMEOUT": TIMEOUT,
    }


def flask_mail(smtp: Smtp) -> dict[str, Any]:
    """Flask-Mail sends nothing from an app that is being tested, unless MAIL_SUPPRESS_SEND says otherwise."""
    return {
        "MAIL_SERVER": smtp.host,
        "MAIL_PORT": smtp.port,
        "MAIL_USERNAME": smtp.username,
        "MAIL_PASSWORD": smtp.password,
        "MAIL_USE_TLS": False,
        "MAIL_USE_SSL": False,
        "MAIL_SUPPRESS_SEND": False,
    }


def fastapi_mail(smtp: Smtp) -> dict[str, Any]:
    """Arguments of its ConnectionConfig but MAIL_FROM, which is the application's."""
    return {
        "MAIL_SERVER": smtp.host,
        "MAIL_PORT": smtp.port,
        "MAIL_USERNAME": smtp.username,
        "MAIL_PASSWORD": smtp.password,
        "MAIL_STARTTLS": False,
        "MAIL_SSL_TLS": False,
        "USE_CREDENTIALS": True,
        "VALIDATE_CERTS": False,
        "SUPPRESS_SEND": 0,
        "TIMEOUT": TIMEOUT,
    }
