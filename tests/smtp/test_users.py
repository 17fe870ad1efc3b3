from __future__ import annotations

import base64

import argon2
import bcrypt
import pytest

from pillarbox.errors import StoreUnavailable, UsageError
from pillarbox.smtp import replies, users
from pillarbox.smtp.authentication import Authentication
from pillarbox.smtp.sasl import MECHANISMS, cram_md5
from pillarbox.smtp.sasl.scram_keys import ScramKeys
from pillarbox.smtp.secret import BcryptSecret

BCRYPT = bcrypt.hashpw(b"sesame", b"$2b$04$abcdefghijklmnopqrstuu").decode()
ARGON2 = argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash("sesame", salt=b"fixed-for-tests!")
# RFC 7677 section 3, whose password is pencil.
SCRAM = (
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
    "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
)
ALL = set(MECHANISMS)


@pytest.mark.parametrize(
    ("secret", "right"),
    [
        ("plain:sesame", "sesame"),
        ("plain: se:same# ", " se:same# "),
        ("plain:schlüssel", "schlu\u0308ssel"),
        ("plain:\U0001f511", "\U0001f511"),
        (BCRYPT, "sesame"),
        (BCRYPT.replace("$2b$", "$2y$"), "sesame"),
        (f"  {BCRYPT}  ", "sesame"),
        (ARGON2, "sesame"),
        (SCRAM, "pencil"),
    ],
)
def test_each_kind_of_secret_is_verified(secret: str, right: str) -> None:
    known = users.parse(f"# staff\n\n  # more\nanna:{secret}\r\nbob:plain:other\n", "users")
    assert known.verify("anna", right)
    assert not known.verify("anna", right + "x")
    assert not known.verify("anna", "")
    assert not known.verify("bob", right)
    assert not known.verify("carol", right)


def test_bcrypt_sees_72_octets() -> None:
    long = "x" * 80
    known = users.parse(f"anna:{bcrypt.hashpw(long.encode()[:72], bcrypt.gensalt(4)).decode()}\n", "users")
    assert known.verify("anna", long)


@pytest.mark.parametrize(
    ("secrets", "missing"),
    [
        (["plain:a"], set()),
        ([BCRYPT], {"CRAM-MD5", "SCRAM-SHA-256"}),
        ([ARGON2], {"CRAM-MD5", "SCRAM-SHA-256"}),
        ([SCRAM], {"CRAM-MD5"}),
        ([BCRYPT, SCRAM], {"CRAM-MD5"}),
        ([BCRYPT, "plain:a"], set()),
    ],
)
def test_only_what_a_user_can_complete_is_offered(secrets: list[str], missing: set[str]) -> None:
    text = "".join(f"user{number}:{secret}\n" for number, secret in enumerate(secrets))
    offered = users.parse(text, "users").mechanisms
    assert set(offered) == ALL - missing
    assert list(offered) == [name for name in MECHANISMS if name in offered]


def test_anybody_is_offered_everything_but_scram() -> None:
    assert users.AnyUser().mechanisms == ("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER")
    assert users.AnyUser().verify("anna", "whatever")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "FILE names no user; write lines name:secret"),
        ("# nobody\n", "FILE names no user"),
        ("anna\n", "FILE, line 1: there is no colon; write name:secret."),
        (":plain:hush\n", "FILE, line 1: there is no name before the colon"),
        ("\n# x\nanna:hush\n", "FILE, line 3: the secret is of no known kind; write plain:TEXT, $2b$"),
        ("anna:plain:\n", "FILE, line 1: the secret is empty"),
        ("anna:\n", "FILE, line 1: the secret is of no known kind"),
        ("an\x07na:plain:hush\n", "FILE, line 1: the user name has characters that none may have"),
        ("anna:plain:hush\nbob:plain:x\nanna:plain:hush\n", "FILE, line 3: 'anna' stands in line 1 too; keep one."),
        ("anna:$2b$10$hush\n", "FILE, line 1: the bcrypt hash is not whole"),
        ("anna:$2b$03$" + "a" * 53 + "\n", "FILE, line 1: the bcrypt hash is not whole"),
        ("anna:$2b$04$" + "x" * 53 + "\n", "FILE, line 1: the bcrypt hash is not whole"),
        ("anna:$argon2id$hush\n", "FILE, line 1: the Argon2id hash is not whole"),
        ("anna:$argon2id$v=19$m=x,t=1,p=1$hush$hush\n", "FILE, line 1: the Argon2id hash is not whole"),
        (f"anna:{ARGON2[:-1]}\n", "FILE, line 1: the Argon2id hash is not whole"),
        (f"anna:{ARGON2.replace('t=1', 't=0')}\n", "FILE, line 1: the Argon2id hash is not whole"),
        (f"anna:{ARGON2.replace('m=64', 'm=7')}\n", "FILE, line 1: the Argon2id hash is not whole"),
        (f"anna:{ARGON2.replace('m=64', 'm=4194305')}\n", "FILE, line 1: the Argon2id hash asks for more than 4 GiB"),
        ("anna:$argon2id$v=19$m=64,t=1,p=1$aHVzaA$aHVzaGh1c2g\n", "FILE, line 1: the Argon2id hash is not whole"),
        ("anna:$argon2i$v=19$m=64,t=1,p=1$hush$hush\n", "FILE, line 1: the secret is of no known kind"),
        ("anna:SCRAM-SHA-256$4096:hush\n", "FILE, line 1: the keys of SCRAM are not whole"),
        (f"anna:{SCRAM.replace('4096', '0')}\n", "FILE, line 1: the keys of SCRAM are not whole"),
        (f"anna:{SCRAM.replace('WG5d', 'WG5')}\n", "FILE, line 1: the keys of SCRAM are not whole"),
        (f"anna:{SCRAM.replace('WG5d', '')}\n", "FILE, line 1: the keys of SCRAM are not whole"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_without_the_secret(text: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        users.parse(text, "FILE")
    assert str(error.value).startswith(said)
    assert "hush" not in str(error.value)


def test_a_file_may_begin_with_a_byte_order_mark() -> None:
    assert users.parse("\ufeffanna:plain:x\n", "users").verify("anna", "x")


def test_a_digest_is_made_with_a_plain_secret_only() -> None:
    known = users.parse(f"anna:plain:sesame\nbob:{BCRYPT}\n", "users")
    digest = cram_md5.digest(b"sesame", b"<1@x>")
    assert known.verify_digest("anna", b"<1@x>", digest)
    assert not known.verify_digest("anna", b"<2@x>", digest)
    assert not known.verify_digest("bob", b"<1@x>", digest)
    assert not known.verify_digest("carol", b"<1@x>", digest)


@pytest.mark.parametrize("name", ["anna", "carol"])
def test_a_name_that_is_not_known_takes_the_same_work(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = []
    matches = BcryptSecret.matches

    def counted(self: BcryptSecret, given: str) -> bool:
        hashed.append(given)
        return matches(self, given)

    monkeypatch.setattr(BcryptSecret, "matches", counted)
    known = users.parse(f"anna:plain:sesame\nbob:{BCRYPT}\n", "users")
    known.verify("bob", "x")
    known.verify(name, "y")
    assert hashed == ["x", "y"]


def test_a_secret_shows_itself_to_nobody() -> None:
    known = users.parse(f"anna:plain:hush\nbob:{BCRYPT}\ncarol:{ARGON2}\ndora:{SCRAM}\n", "users")
    shown = repr(vars(known))
    for secret in ("hush", BCRYPT[7:], ARGON2[20:], "WG5d", "wfPL"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("name", "mechanism", "said"),
    [
        ("anna", "PLAIN", "that is not the secret of anna"),
        ("carol", "PLAIN", "the users file has no user of that name, and there is no such inbox"),
        ("bob", "CRAM-MD5", "CRAM-MD5 needs a plain secret, and bob has a hashed one"),
        ("bob", "SCRAM-SHA-256", "SCRAM-SHA-256 needs a plain secret or SCRAM's own, and bob has a hashed one"),
        ("anna", "SCRAM-SHA-256", "that is not the secret of anna"),
    ],
)
def test_the_reader_is_told_why_somebody_was_refused(name: str, mechanism: str, said: str) -> None:
    assert users.parse(f"anna:plain:x\nbob:{BCRYPT}\n", "users").why_not(name, mechanism) == said


PASSWORDS = {"signup": "x7k2mqp4", "anna": "of-the-inbox"}


def with_inboxes(text: str) -> users.Users:
    return users.parse(text, "users").with_inboxes(PASSWORDS.get)


def test_an_inbox_is_a_user_by_its_name_in_any_case_and_its_password() -> None:
    known = with_inboxes(f"bob:{BCRYPT}\n")
    assert known.verify("signup", "x7k2mqp4")
    assert known.verify("SignUp", "x7k2mqp4")
    assert not known.verify("signup", "x7k2mqp5")
    assert not known.verify("signup", "")
    assert not known.verify("other", "x7k2mqp4")
    assert not known.verify("sign up", "x7k2mqp4")
    assert known.verify("bob", "sesame")
    assert known.verify_digest("signup", b"<1@h>", cram_md5.digest(b"x7k2mqp4", b"<1@h>"))
    assert not known.verify_digest("signup", b"<1@h>", cram_md5.digest(b"x", b"<1@h>"))
    keys = known.scram("signup")
    assert keys == ScramKeys.derive("x7k2mqp4", keys.salt, keys.iterations)


def test_the_mechanisms_are_those_of_the_file() -> None:
    assert with_inboxes(f"bob:{BCRYPT}\n").mechanisms == ("PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER")


def test_an_inbox_of_a_users_name_takes_neither_away() -> None:
    known = with_inboxes("anna:plain:sesame\n")
    for secret in ("sesame", "of-the-inbox"):
        assert known.verify("anna", secret)
        assert known.verify_digest("anna", b"<1@h>", cram_md5.digest(secret.encode(), b"<1@h>"))
    keys = known.scram("anna")
    assert keys == ScramKeys.derive("sesame", keys.salt, keys.iterations)


def test_a_password_that_has_changed_is_not_remembered() -> None:
    passwords = {"signup": "first"}
    known = users.parse("anna:plain:sesame\n", "users").with_inboxes(passwords.get)
    before = known.scram("signup")
    passwords["signup"] = "second"
    after = known.scram("signup")
    assert (before.salt, before.stored_key) != (after.salt, after.stored_key)
    assert after == ScramKeys.derive("second", after.salt, after.iterations)
    assert not known.verify("signup", "first")


def test_the_reader_is_told_that_it_was_an_inbox() -> None:
    known = with_inboxes(f"bob:{BCRYPT}\n")
    assert known.why_not("SignUp", "PLAIN") == "that is not the password of the inbox signup"


def test_users_of_the_file_come_in_while_the_database_does_not_answer() -> None:
    def down(name: str) -> str | None:
        raise StoreUnavailable("The database does not answer.")

    known = users.parse("anna:plain:sesame\n", "users").with_inboxes(down)
    assert known.verify("anna", "sesame")
    assert not known.verify("anna", "x")
    with pytest.raises(StoreUnavailable):
        known.verify("signup", "x")
    exchange = Authentication("PLAIN", known, "h", base64.b64encode(b"\0signup\0x").decode())
    assert exchange.begin() is replies.AUTH_UNAVAILABLE
    assert exchange.verdict == "PLAIN could not be judged. The database does not answer."
    assert exchange.username is None
