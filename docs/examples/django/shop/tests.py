from django.test import SimpleTestCase, override_settings
from pillarbox.testing import Catcher


class SignUpTest(SimpleTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.catcher = cls.enterClassContext(Catcher())

    def setUp(self) -> None:
        self.inbox = self.catcher.inbox()
        # Django's runner puts a backend in that sends nothing; this one sends, into the inbox of this test.
        self.enterContext(override_settings(**self.inbox.django()))

    def test_the_link_of_the_mail_confirms_the_address(self) -> None:
        self.client.post("/sign-up", {"address": "anna@example.org"})
        mail = self.inbox.wait_for(to="anna@example.org", subject="Confirm")
        self.assertContains(self.client.get(mail.links[0].href), "Welcome, anna@example.org")

    def test_each_test_has_an_inbox_of_its_own(self) -> None:
        self.client.post("/sign-up", {"address": "boris@example.org"})
        self.inbox.expect({"to": "boris@example.org"}, subject="Confirm your address")
