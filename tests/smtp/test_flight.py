from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pillarbox.smtp.content import Content
from pillarbox.smtp.flight import Flight, Share
from pillarbox.smtp.policy import Policy


def test_room_is_given_whole_or_not_at_all() -> None:
    flight = Flight(100)
    one, other = Share(flight), Share(flight)
    assert one.cover(60)
    assert not other.cover(41)
    assert other.cover(40)
    assert not one.cover(61)
    assert (flight.octets, flight.peak) == (100, 100)


def test_what_is_covered_already_costs_nothing_more() -> None:
    flight = Flight(100)
    share = Share(flight)
    assert share.cover(80)
    assert share.cover(10)
    assert share.cover(90)
    assert flight.octets == 90


def test_released_room_is_there_for_others() -> None:
    flight = Flight(100)
    one, other = Share(flight), Share(flight)
    assert one.cover(100)
    one.release()
    one.release()
    assert other.cover(100)
    assert flight.peak == 100


def test_without_a_limit_it_is_only_counted() -> None:
    flight = Flight(0)
    assert Share(flight).cover(10**12)
    assert flight.octets == 10**12


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 120)), max_size=60))
def test_the_ledger_is_never_over_its_limit_and_comes_out_even(steps: list[tuple[int, int]]) -> None:
    flight = Flight(200)
    shares = [Share(flight) for _ in range(5)]
    for which, octets in steps:
        if octets > 100:
            shares[which].release()
        else:
            shares[which].cover(octets)
        assert 0 <= flight.octets <= flight.peak <= 200
    for share in shares:
        share.release()
    assert flight.octets == 0


def test_content_without_room_is_read_to_its_end_and_gives_back_what_it_had() -> None:
    flight = Flight(100)
    other = Share(flight)
    assert other.cover(50)
    share = Share(flight)
    content = Content(0, share)
    assert content.feed(b"a" * 40 + b"\r\n") is None
    assert flight.octets == 92
    assert content.feed(b"..b" * 5 + b"\r\n.") is None
    assert (content.crowded, content.over, flight.octets) == (True, False, 50)
    assert content.feed(b"\r\nNOOP\r\n") == b"NOOP\r\n"
    assert content.complete
    assert content.crossed == 62
    assert content.kept == b"a" * 40 + b"\r\n" + b"..b" * 5 + b"\r\n.\r\n"
    assert flight.octets == 50


def test_content_over_the_size_limit_gives_back_its_room_at_once() -> None:
    flight = Flight(1000)
    content = Content(10, Share(flight))
    content.feed(b"a" * 100)
    assert (content.over, content.crowded, flight.octets) == (True, False, 0)
    content.feed(b"a" * 100)
    assert flight.octets == 0


def test_content_that_comes_whole_has_its_room_until_it_is_released() -> None:
    flight = Flight(1000)
    share = Share(flight)
    content = Content(0, share)
    assert content.feed(b"hello\r\n.\r\n") == b""
    content.take()
    assert flight.octets == 10
    share.release()
    assert flight.octets == 0


def test_a_message_larger_than_what_may_be_in_flight_can_never_be_taken() -> None:
    assert Policy(hostname="x", max_message_size=100, max_bytes_in_flight=60).largest_message == 60
    assert Policy(hostname="x", max_message_size=100, max_bytes_in_flight=600).largest_message == 100
    assert Policy(hostname="x", max_message_size=0, max_bytes_in_flight=60).largest_message == 60
    assert Policy(hostname="x", max_message_size=0, max_bytes_in_flight=0).largest_message == 0
