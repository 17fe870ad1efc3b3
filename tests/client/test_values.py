"""The values of the client have what the API says, field by field."""

from __future__ import annotations

from dataclasses import fields

import pytest

from pillarbox import client
from pillarbox.client.failure import Difference, Failure, Nearest, RefusedSession, Result
from pillarbox.web.schemas import expected, inbox, info, message, session, wait
from pillarbox.web.schemas.problem import Problem
from pillarbox.web.schemas.shape import Shape

ONE_OF = [
    (client.Addr, [message.Addr]),
    (client.Attendee, [message.Attendee]),
    (client.Auth, [session.Auth]),
    (client.Calendar, [message.Calendar]),
    (client.Code, [message.Code]),
    (client.Defect, [message.Defect]),
    (client.Entry, [session.Entry]),
    (client.Envelope, [message.Envelope]),
    (client.Inbox, [inbox.Inbox]),
    (client.Link, [message.Link]),
    (client.Lint, [message.Lint]),
    (client.Listener, [info.Listener]),
    (client.Message, [message.Message]),
    (client.MessagePage, [message.MessageList]),
    (client.Part, [message.Part]),
    (client.Recipient, [message.Recipient]),
    (client.Sender, [message.Sender]),
    (client.Session, [session.SessionDetail]),
    (client.SessionPage, [session.SessionList]),
    (client.Smtp, [inbox.SmtpLogin]),
    (client.Summary, [message.Summary]),
    (client.Tls, [session.Tls]),
    (client.Transcript, [session.Transcript]),
    (Difference, [wait.FailedCondition, expected.Difference]),
    (Nearest, [wait.NearMessage, expected.NearestMessage]),
    (RefusedSession, [wait.RefusedSession]),
    (Result, [expected.MetExpectation, expected.FailedExpectation]),
]


def names(*shapes: type[Shape]) -> set[str]:
    return {one.alias or name for shape in shapes for name, one in shape.model_fields.items()}


@pytest.mark.parametrize(("value", "shapes"), ONE_OF, ids=[value.__name__ for value, _ in ONE_OF])
def test_a_value_has_every_field_of_its_shape(value: type, shapes: list[type[Shape]]) -> None:
    assert {one.name.removesuffix("_") for one in fields(value)} == names(*shapes)


def test_a_failure_has_what_its_problems_say_beyond_what_every_problem_does() -> None:
    beyond = names(wait.WaitProblem, expected.ExpectationProblem) - names(Problem) - {"passed"}
    assert {one.name for one in fields(Failure)} == beyond | {"detail"}


def test_every_value_that_people_import_is_compared() -> None:
    kinds = {kind for name in client.__all__ if hasattr(kind := getattr(client, name), "__dataclass_fields__")}
    assert kinds - {value for value, _ in ONE_OF} == {client.Failure, client.Info}
