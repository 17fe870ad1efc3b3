"""The settings of each framework, with the framework itself."""

from __future__ import annotations

import asyncio

import django
import pytest
from django.conf import settings
from django.core.mail import send_mail
from django.test.utils import override_settings, setup_test_environment
from fastapi_mail import ConnectionConfig, FastMail, MessageSchema, MessageType
from flask import Flask
from flask_mail import Mail, Message
from pydantic import NameEmail

from pillarbox.testing import Inbox

settings.configure()
django.setup()
setup_test_environment()


def test_django_whose_test_runner_keeps_mail_to_itself(inbox: Inbox) -> None:
    assert settings.EMAIL_BACKEND == "django.core.mail.backends.locmem.EmailBackend"
    with override_settings(**inbox.django()):
        send_mail("Welcome", "Hello", "app@example.org", ["anna@example.org"])
    assert inbox.wait_for(subject="Welcome").to[0].address == "anna@example.org"


def test_flask_mail_which_sends_nothing_from_an_app_under_test(inbox: Inbox) -> None:
    app = Flask("app")
    app.config.update(TESTING=True, **inbox.flask_mail())
    mail = Mail(app)
    with app.app_context():
        mail.send(Message("Welcome", ["anna@example.org"], "Hello", sender="app@example.org"))
    assert inbox.wait_for(subject="Welcome").to[0].address == "anna@example.org"


def test_fastapi_mail(inbox: Inbox) -> None:
    config = ConnectionConfig(MAIL_FROM="app@example.org", **inbox.fastapi_mail())
    anna = NameEmail("Anna", "anna@example.org")
    letter = MessageSchema(subject="Welcome", recipients=[anna], body="Hello", subtype=MessageType.plain)
    asyncio.run(FastMail(config).send_message(letter))
    assert inbox.wait_for(subject="Welcome").to[0].address == "anna@example.org"


@pytest.fixture(scope="session")
def pillarbox_settings() -> dict[str, object]:
    """Every one of them logs in, so one that did not would be refused."""
    return {"require_auth": True}
