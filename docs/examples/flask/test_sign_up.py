import pytest
from flask.testing import FlaskClient
from pillarbox.testing import Inbox
from shop import create_app


@pytest.fixture
def shop(inbox: Inbox) -> FlaskClient:
    return create_app(TESTING=True, **inbox.flask_mail()).test_client()


def test_the_link_of_the_mail_confirms_the_address(shop: FlaskClient, inbox: Inbox) -> None:
    shop.post("/sign-up", data={"address": "anna@example.org"})
    mail = inbox.wait_for(to="anna@example.org", subject="Confirm")
    assert shop.get(mail.links[0].href).text == "Welcome, anna@example.org"


def test_each_test_has_an_inbox_of_its_own(shop: FlaskClient, inbox: Inbox) -> None:
    shop.post("/sign-up", data={"address": "boris@example.org"})
    inbox.expect({"to": "boris@example.org"}, subject="Confirm your address")
