"""A URL that cannot work is one sentence with the mend, and nothing is left open behind it."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from pillarbox.errors import DatabaseError
from pillarbox.storage.engine import open_database
from pillarbox.storage.store import open_store
from tests.storage.cluster import Cluster


def refusal(url: str) -> str:
    with pytest.raises(DatabaseError) as caught:
        open_store(url, lambda events: None)
    text = str(caught.value)
    assert "\n" not in text
    assert "Traceback" not in text
    return text


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://root@localhost/x", "no store for mysql:// databases: use sqlite:///PATH"),
        ("postgresql+asyncpg://x/y", "no store for postgresql+asyncpg:// databases"),
        ("/var/lib/mail.db", "cannot be read: use sqlite:///PATH"),
        ("", "cannot be read"),
        ("sqlite:///:memory:", "keeps no database in memory: use sqlite://"),
        ("sqlite://host/path.db", "has a host or parameters"),
        ("sqlite:////tmp/x.db?mode=ro", "has a host or parameters"),
    ],
)
def test_a_url_of_no_use_names_those_that_are(url: str, said: str) -> None:
    assert said in refusal(url)


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        text = refusal(f"postgresql+psycopg://anna:secret@127.0.0.1:{taken.getsockname()[1]}/mail")
    assert "cannot be reached" in text
    assert "start it, or mend --database" in text
    assert "secret" not in text


def test_a_database_that_does_not_exist_is_named(cluster: Cluster) -> None:
    assert 'database "nowhere" does not exist' in refusal(cluster.url("nowhere"))


def test_a_database_of_another_encoding_is_refused(cluster: Cluster) -> None:
    name = cluster.create("ENCODING 'LATIN1' LOCALE 'C'")
    text = refusal(cluster.url(name))
    assert "has the encoding LATIN1: make one with CREATE DATABASE … ENCODING 'UTF8'" in text
    cluster.drop(name)


def test_a_missing_driver_is_named_with_the_command_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "pip install 'pillarbox[postgresql]'" in refusal("postgresql+psycopg://x/y")


def test_short_names_of_postgresql_are_understood(cluster: Cluster) -> None:
    name = cluster.create()
    for scheme in ("postgresql", "postgres"):
        open_database(cluster.url(name).replace("postgresql+psycopg", scheme)).close()
    cluster.drop(name)


def test_the_url_of_a_store_shows_no_password(cluster: Cluster) -> None:
    name = cluster.create()
    store = open_store(cluster.url(name).replace("pillarbox@", "pillarbox:secret@"), lambda events: None)
    store.close()
    assert store.url == cluster.url(name).replace("pillarbox@", "pillarbox:***@")
    cluster.drop(name)


def test_the_url_of_a_file_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_store("sqlite:///a b?.db".replace("?", "%3F"), lambda events: None)
    store.close()
    assert store.url.startswith(f"sqlite:///{tmp_path}/a b")
