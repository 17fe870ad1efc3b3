from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pillarbox.errors import UsageError
from pillarbox.service import listeners
from pillarbox.service.endpoints import local_url
from pillarbox.service.listeners import Bound, bind
from pillarbox.settings import Address, TcpAddress, UnixAddress


@contextmanager
def bound(address: Address) -> Iterator[list[Bound]]:
    found = bind(address, "--smtp")
    try:
        yield found
    finally:
        for one in found:
            one.close()


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1")
def test_an_address_without_host_is_both_loopbacks_on_one_port() -> None:
    with bound(TcpAddress(None, 0)) as found:
        assert [one.host for one in found] == ["127.0.0.1", "::1"]
        assert len({one.port for one in found}) == 1
        assert all(one.is_loopback for one in found)
        for one in found:
            socket.create_connection((str(one.host), int(one.port or 0))).close()


def test_an_address_without_host_is_the_old_loopback_where_there_is_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    # An address that no machine has (RFC 3849) stands for ::1 on a machine without it.
    monkeypatch.setattr(listeners, "_LOOPBACK", ("127.0.0.1", "2001:db8::1"))
    with bound(TcpAddress(None, 0)) as found:
        assert [one.host for one in found] == ["127.0.0.1"]


def test_a_free_port_is_one_that_is_free_on_both_loopbacks(monkeypatch: pytest.MonkeyPatch) -> None:
    if not has_ipv6():
        pytest.skip("this machine has no ::1")
    tried: list[int] = []
    with socket.socket(socket.AF_INET6) as other:
        other.bind(("::1", 0))
        other.listen()
        taken = other.getsockname()[1]
        real = listeners._bind_tcp

        def first_the_taken_one(host: str, port: int, flag: str, family: int) -> Bound:
            if host == "127.0.0.1" and not tried:
                port = taken
            tried.append(port)
            return real(host, port, flag, family)

        monkeypatch.setattr(listeners, "_bind_tcp", first_the_taken_one)
        with bound(TcpAddress(None, 0)) as found:
            assert tried[:2] == [taken, taken]
            assert len({one.port for one in found}) == 1
            assert found[0].port != taken


def test_a_taken_port_is_told_with_who_has_it_and_the_mend() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(UsageError) as error:
            bind(TcpAddress("127.0.0.1", port), "--smtp")
    said = str(error.value)
    assert said.startswith(f"Port {port} on 127.0.0.1 is taken by ")
    assert f"(pid {os.getpid()})" in said
    assert "stop that program or use --smtp :" in said


def test_nothing_stays_bound_when_one_loopback_is_taken() -> None:
    if not has_ipv6():
        pytest.skip("this machine has no ::1")
    with socket.socket(socket.AF_INET6) as other:
        other.bind(("::1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(UsageError, match=f"Port {port} on ::1 is taken"):
            bind(TcpAddress(None, port), "--smtp")
        with bound(TcpAddress("127.0.0.1", port)) as found:
            assert found[0].port == port


def test_an_address_that_this_machine_does_not_have_is_told() -> None:
    with pytest.raises(UsageError, match=r"does not have the address 192\.0\.2\.1"):
        bind(TcpAddress("192.0.2.1", 0), "--http")


def test_every_address_is_no_loopback_and_is_reached_by_one() -> None:
    with bound(TcpAddress("0.0.0.0", 0)) as found:
        assert not found[0].is_loopback
        assert local_url(found[0]) == f"http://127.0.0.1:{found[0].port}"


def test_a_unix_socket_is_removed_when_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "smtp"
    with bound(UnixAddress(path)) as found:
        assert stat.S_ISSOCK(path.stat().st_mode)
        assert found[0].is_loopback
        assert str(found[0]) == f"unix:{path}"
    assert not path.exists()


def test_a_unix_socket_that_a_killed_program_left_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "smtp"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    assert path.exists()
    with bound(UnixAddress(path)), socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))


def test_a_unix_socket_in_use_and_a_file_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "smtp"
    with bound(UnixAddress(path)), pytest.raises(UsageError, match="is taken"):
        bind(UnixAddress(path), "--smtp")
    path.write_text("precious")
    with pytest.raises(UsageError, match="is no socket, but something else; use another path with --smtp"):
        bind(UnixAddress(path), "--smtp")
    assert path.read_text() == "precious"


def test_a_unix_socket_in_no_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be made"):
        bind(UnixAddress(tmp_path / "missing" / "smtp"), "--smtp")
