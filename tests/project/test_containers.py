"""The image and the compose file, as far as they can be tried without a container engine.

Each command line and health check in them is run as it stands, by an unprivileged user; only ports and the places of
files are others. That the image itself can be built is not tried here: it takes an engine.
"""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from pillarbox.settings import TABLE, TcpAddress, read
from tests import running
from tests.balancer import balancer
from tests.project.image import Image, image, instructions, services, volumes
from tests.storage.cluster import Missing, running_cluster

OURS = [name for name, service in services().items() if service.get("image") == "pillarbox"]

NOBODY = 65534

BIN = Path(sys.executable).parent

Run = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="module")
def the_image() -> Image:
    return image()


def variables(service: Mapping[str, Any] | None, made: Image) -> dict[str, str]:
    """What a container of that service sees of ours."""
    all_of_them = made.environment | ((service or {}).get("environment") or {})
    return {name: str(value) for name, value in all_of_them.items() if name.startswith("PILLARBOX_")}


def unprivileged(command: Sequence[str]) -> list[str]:
    """The command by a user who may write nowhere and may, if this checkout lies in a private folder, read it."""
    if os.getuid() != 0:
        return list(command)
    if shutil.which("setpriv") is None:
        pytest.skip("setpriv (util-linux) is not installed, so root cannot run this as somebody else")
    reading = "+dac_read_search"
    return [
        "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs",
        f"--bounding-set=-all,{reading}", f"--inh-caps=-all,{reading}", f"--ambient-caps=-all,{reading}", *command,
    ]  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """What /data is in the container: a folder that belongs to the user who runs."""
    folder = tmp_path / "data"
    folder.mkdir()
    if os.getuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
        # pytest's folders are private to root; this user has to come through them.
        shared = Path(tempfile.gettempdir()).resolve()
        for parent in (tmp_path, *tmp_path.parents):
            if shared in parent.parents:
                parent.chmod(0o711)
    return folder


@pytest.fixture
def run(data: Path) -> Iterator[Run]:
    started: list[subprocess.Popen[str]] = []

    def start(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[str]:
        program = BIN / command[0] if (BIN / command[0]).exists() else Path(shutil.which(command[0]) or command[0])
        if command[0] == "pillarbox" and not (BIN / "pillarbox").exists():
            whole = [sys.executable, "-m", "pillarbox", *command[1:]]
        else:
            whole = [str(program), *command[1:]]
        process = subprocess.Popen(
            unprivileged(whole),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=data,
            env=running.environment(HOME=str(data), **environment),
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def elsewhere(environment: Mapping[str, str], data: Path, database: str | None = None) -> dict[str, str]:
    """The variables with any free port and with /data where this test may write."""
    moved = {}
    for name, value in environment.items():
        if name in ("PILLARBOX_SMTP", "PILLARBOX_HTTP"):
            value = re.sub(r":[0-9]+$", ":0", value)
        if name == "PILLARBOX_DATABASE":
            value = database or value.replace("/data/", f"{data}/")
        moved[name] = value
    return moved | {"PILLARBOX_READY_FILE": str(data / "ready.json")}


def ready(process: subprocess.Popen[str], data: Path) -> dict[str, Any]:
    """Waits for the first line, which comes when the ready file is there."""
    assert process.stdout is not None
    said = ""
    while not (data / "ready.json").exists():
        assert select.select([process.stdout], [], [], running.START_LIMIT)[0], said
        line = process.stdout.readline()
        said += line
        assert line, f"it ended: {said}"
    found = json.loads((data / "ready.json").read_text())
    assert isinstance(found, dict)
    return found


def health_of(service: Mapping[str, Any] | None, made: Image) -> list[str]:
    test = ((service or {}).get("healthcheck") or {}).get("test")
    return made.health if test is None else list(test)[1:]


# The image


def test_the_image_runs_as_nobody_in_particular(the_image: Image) -> None:
    names = [name for name, _ in instructions()]
    assert the_image.user not in ("", "root", "0")
    assert len(names) - names[::-1].index("USER") < names.index("CMD")
    assert the_image.volumes == ["/data"]


def test_every_variable_of_the_image_is_a_setting_with_a_value_it_takes(the_image: Image) -> None:
    known = {setting.variable for setting in TABLE}
    ours = variables(None, the_image)
    assert ours
    assert set(ours) <= known
    settings = read({}, ours)
    assert settings.smtp == (TcpAddress("0.0.0.0", 1025),)
    assert settings.http == TcpAddress("0.0.0.0", 8025)
    assert settings.database.startswith(f"sqlite:///{the_image.volumes[0]}/")
    assert the_image.exposed == [1025, 8025]


def test_the_files_that_the_image_takes_exist_and_are_let_through() -> None:
    root = Path(__file__).resolve().parents[2]
    let_through = {line[1:] for line in (root / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for name, argument in instructions():
        if name == "COPY" and not argument.startswith("--from"):
            for source in argument.split()[:-1]:
                assert (root / source).exists(), source
                assert source in let_through


def test_the_images_command_and_health_check_work(the_image: Image, run: Run, data: Path) -> None:
    check_one(None, the_image, run, data)


# The compose file


@pytest.mark.parametrize("name", OURS)
def test_every_variable_of_a_service_is_a_setting_with_a_value_it_takes(name: str, the_image: Image) -> None:
    service = services()[name]
    assert set(variables(service, the_image)) <= {setting.variable for setting in TABLE}
    settings = read({}, variables(service, the_image))
    assert settings.smtp == (TcpAddress("0.0.0.0", 1025),)
    assert settings.http == TcpAddress("0.0.0.0", 8025)


def test_one_service_builds_the_image_and_the_others_take_that_one() -> None:
    found = services()
    assert [name for name in OURS if "build" in found[name]] == ["pillarbox"]
    assert found["pillarbox"]["build"] == "."
    assert all(found[name]["pull_policy"] == "never" for name in OURS if name != "pillarbox")


def test_ports_are_published_on_this_machine_only_and_once_each() -> None:
    published = [port for service in services().values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)
    assert {port.rpartition(":")[2] for port in published} == {"1025", "8025"}
    assert len({port.rpartition(":")[0] for port in published}) == len(published)


def test_the_nodes_are_reached_through_the_balancer_only_which_says_who_the_client_is(the_image: Image) -> None:
    found = services()
    nodes = [name for name in OURS if found[name].get("profiles") == ["postgresql"]]
    assert [name for name in nodes if "ports" in found[name]] == []
    assert all(read({}, variables(found[name], the_image)).proxy_protocol for name in nodes)
    assert found["balancer"]["profiles"] == ["postgresql"]
    assert found["balancer"]["depends_on"] == nodes
    assert [one["source"] for one in found["balancer"]["configs"]] == ["balancer"]


def test_every_named_volume_is_declared_and_mail_lies_in_one(the_image: Image) -> None:
    mounts = [mount.split(":") for service in services().values() for mount in service.get("volumes", [])]
    assert {name for name, _ in mounts} == volumes()
    assert ["mail", the_image.volumes[0]] in mounts


def test_there_is_one_service_by_default_and_a_profile_with_two_nodes_on_one_postgresql(the_image: Image) -> None:
    found = services()
    assert [name for name, service in found.items() if "profiles" not in service] == ["pillarbox"]
    nodes = [name for name in OURS if found[name].get("profiles") == ["postgresql"]]
    assert len(nodes) == 2
    urls = {variables(found[name], the_image)["PILLARBOX_DATABASE"] for name in nodes}
    database = found["database"]["environment"]
    assert urls == {f"postgresql+psycopg://{database['POSTGRES_USER']}@database/{database['POSTGRES_DB']}"}
    assert all("database" in found[name]["depends_on"] for name in nodes)


def test_the_default_service_and_its_health_check_work(the_image: Image, run: Run, data: Path) -> None:
    check_one(services()["pillarbox"], the_image, run, data)


def check_one(service: Mapping[str, Any] | None, made: Image, run: Run, data: Path) -> None:
    """Start it, ask its health check, send it a mail, stop it, ask again."""
    command = list((service or {}).get("command") or made.command)
    process = run(command, elsewhere(variables(service, made), data))
    found = ready(process, data)
    if os.getuid() == 0:
        status = Path(f"/proc/{process.pid}/status").read_text()
        assert f"Uid:\t{NOBODY}\t{NOBODY}" in status
    address = {"PILLARBOX_URL": found["url"]}
    health = health_of(service, made)
    asked = run(health, address)
    assert (asked.wait(60), asked.communicate()[0]) == (0, f"{found['url']} is ready.\n")
    sent = run(["pillarbox", "send", "--smtp", f"127.0.0.1:{found['smtp'][0]['port']}"], {})
    assert sent.wait(60) == 0, sent.communicate()[0]
    assert httpx.get(f"{found['url']}/api/v1/messages").json()["total"] == 3
    assert list(data.glob("pillarbox.db"))
    process.terminate()
    assert process.wait(60) == 0
    assert run(health, address).wait(60) == 1


def test_the_profiles_nodes_share_one_postgresql(the_image: Image, run: Run, data: Path) -> None:
    """Its database container is a private cluster here, made the way its variables say."""
    found = services()
    nodes = [name for name in OURS if found[name].get("profiles") == ["postgresql"]]
    try:
        with running_cluster() as cluster:
            wanted = found["database"]["environment"]
            assert wanted["POSTGRES_INITDB_ARGS"] == "--encoding=UTF8 --locale=C.UTF-8"
            with cluster.connect() as connection:
                connection.execute(f"CREATE DATABASE {wanted['POSTGRES_DB']} OWNER {wanted['POSTGRES_USER']}")
            alive = run(health_of(found["database"], the_image), {"PGHOST": "127.0.0.1", "PGPORT": str(cluster.port)})
            assert alive.wait(60) == 0
            urls = []
            for name in nodes:
                folder = data / name
                folder.mkdir()
                if os.getuid() == 0:
                    os.chown(folder, NOBODY, NOBODY)
                own = variables(found[name], the_image)
                where = own["PILLARBOX_DATABASE"].replace("@database/", f"@127.0.0.1:{cluster.port}/")
                process = run(the_image.command, elsewhere(own, folder, where))
                urls.append(ready(process, folder))
                assert run(health_of(found[name], the_image), {"PILLARBOX_URL": urls[-1]["url"]}).wait(60) == 0
            with balancer(data, [(url["smtp"][0]["port"], url["http"][0]["port"]) for url in urls]) as before:
                sent = run(["pillarbox", "send", "--smtp", f"127.0.0.1:{before.smtp_port}"], {})
                assert sent.wait(60) == 0, sent.communicate()[0]
                apis = [before.api, *(f"{url['url']}/api/v1" for url in urls)]
                lists = [httpx.get(f"{api}/messages").json()["messages"] for api in apis]
            assert len(lists[0]) == 3
            assert lists[0] == lists[1] == lists[2]
    except Missing as reason:
        pytest.skip(str(reason))
