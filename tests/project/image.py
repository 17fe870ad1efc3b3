"""Dockerfile and docker-compose.yml, read as data."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Image:
    """The last stage of the Dockerfile."""

    base: str = ""
    user: str = "root"
    environment: dict[str, str] = field(default_factory=dict)
    volumes: list[str] = field(default_factory=list)
    exposed: list[int] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)


def instructions() -> list[tuple[str, str]]:
    """Every instruction with its argument, continued lines joined, comments left out."""
    text = (ROOT / "Dockerfile").read_text("utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = lines.replace("\\\n", " ")
    found = []
    for line in joined.splitlines():
        if line.strip():
            name, _, argument = line.strip().partition(" ")
            found.append((name.upper(), argument.strip()))
    return found


def image() -> Image:
    made = Image()
    for name, argument in instructions():
        match name:
            case "FROM":
                made = Image(base=argument.split()[0])
            case "USER":
                made.user = argument
            case "ENV":
                made.environment |= dict(pair.split("=", 1) for pair in shlex.split(argument))
            case "VOLUME":
                made.volumes += argument.split()
            case "EXPOSE":
                made.exposed += [int(port) for port in argument.split()]
            case "CMD":
                made.command = _words(argument)
            case "HEALTHCHECK":
                made.health = _words(re.sub(r"^(--\S+\s+)*CMD\s+", "", argument))
            case "WORKDIR" | "COPY" | "RUN" | "STOPSIGNAL":
                pass
            case _:
                raise ValueError(f"the tests do not know the instruction {name}")
    return made


def _words(argument: str) -> list[str]:
    """The exec form, which needs no shell in the image."""
    words = json.loads(argument)
    assert isinstance(words, list)
    return [str(word) for word in words]


def services() -> dict[str, dict[str, Any]]:
    """The services of docker-compose.yml by name."""
    document = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    found = document["services"]
    assert isinstance(found, dict)
    return found


def volumes() -> set[str]:
    return set(yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["volumes"])
