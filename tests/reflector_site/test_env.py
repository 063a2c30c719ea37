"""Reading settings: what is accepted, what is refused, and in which words."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reflector_site import env
from reflector_site.env import PROJECT_DIR, BadSetting, Setting

NAME = "REFLECTOR_TEST_SETTING"


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings that these tests declare are not the application's."""
    monkeypatch.setattr(env, "_declared", {})
    monkeypatch.delenv(NAME, raising=False)


def given(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)


READERS: dict[str, Callable[[], object]] = {
    "text": lambda: env.text(NAME, "default", help=""),
    "secret": lambda: env.secret(NAME, "default", help=""),
    "boolean": lambda: env.boolean(NAME, True, help=""),
    "integer": lambda: env.integer(NAME, 7, minimum=1, maximum=9, help=""),
    "number": lambda: env.number(NAME, 0.5, minimum=0, help=""),
    "choice": lambda: env.choice(NAME, "auto", ("auto", "openai"), help=""),
    "url": lambda: env.url(NAME, "", ("http", "https"), help=""),
    "database": lambda: env.url(NAME, "", ("postgresql",), help=""),
    "file": lambda: env.file(NAME, help=""),
    "path": lambda: env.path(NAME, Path("/data"), help=""),
    "size": lambda: env.size(NAME, "4GB", help=""),
    "port_range": lambda: env.port_range(NAME, help=""),
    "duration": lambda: env.duration(NAME, "20s", minimum=1, help=""),
    "rate": lambda: env.rate(NAME, "600/min", help=""),
}


@pytest.mark.parametrize(
    ("reader", "default"),
    [
        ("text", "default"),
        ("secret", "default"),
        ("boolean", True),
        ("integer", 7),
        ("number", 0.5),
        ("choice", "auto"),
        ("url", ""),
        ("file", ""),
        ("path", Path("/data")),
        ("size", 4_000_000_000),
        ("port_range", None),
        ("duration", 20.0),
        ("rate", (600, 60)),
    ],
)
@pytest.mark.parametrize("empty", [None, "", "  "])
def test_what_is_not_set_or_empty_has_its_default(
    reader: str, default: object, empty: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if empty is not None:
        given(monkeypatch, empty)
    assert READERS[reader]() == default


@pytest.mark.parametrize(
    ("reader", "value", "expected"),
    [
        ("text", " some text ", "some text"),
        ("secret", "s3cret", "s3cret"),
        ("boolean", "No", False),
        ("boolean", "1", True),
        ("integer", "9", 9),
        ("number", "1e3", 1000.0),
        ("choice", "OpenAI", "openai"),
        ("url", "https://example.org:8443/v1", "https://example.org:8443/v1"),
        ("database", "postgresql:///name?host=/tmp", "postgresql:///name?host=/tmp"),
        ("path", "/srv/audio", Path("/srv/audio")),
        ("path", "data/audio", PROJECT_DIR / "data/audio"),
        ("path", "~/audio", Path.home() / "audio"),
        ("size", "500", 500),
        ("size", "500MB", 500_000_000),
        ("size", "1.5 GiB", 3 * 2**29),
        ("size", "2g", 2_000_000_000),
        ("port_range", "50000-50100", (50_000, 50_100)),
        ("port_range", "7 - 7", (7, 7)),
        ("duration", "90", 90.0),
        ("duration", "1.5h", 5400.0),
        ("duration", "1h30m", 5400.0),
        ("duration", "1500 ms", 1.5),
        ("duration", "7d", 604_800.0),
        ("rate", "10/s", (10, 1)),
        ("rate", "5 / 15m", (5, 900)),
        ("rate", "1000/Hour", (1000, 3600)),
        ("rate", "OFF", None),
    ],
)
def test_values_are_read(reader: str, value: str, expected: object, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, value)
    assert READERS[reader]() == expected


@pytest.mark.parametrize(
    ("reader", "value", "sentence"),
    [
        ("boolean", "maybe", f"{NAME} is 'maybe'; set it to true or false."),
        ("integer", "x", f"{NAME} is 'x'; set it to a whole number from 1 to 9."),
        ("integer", "1.5", f"{NAME} is '1.5'; set it to a whole number from 1 to 9."),
        ("integer", "10", f"{NAME} is '10'; set it to a whole number from 1 to 9."),
        ("number", "-1", f"{NAME} is '-1'; set it to a number of at least 0."),
        ("number", "nan", f"{NAME} is 'nan'; set it to a number of at least 0."),
        ("choice", "magic", f"{NAME} is 'magic'; set it to one of auto, openai."),
        (
            "url",
            "ftp://x",
            f"{NAME} is no address that can be used; set it to an address that begins with http:// or https://.",
        ),
        (
            "url",
            "http://",
            f"{NAME} is no address that can be used; set it to an address that begins with http:// or https://.",
        ),
        (
            "url",
            "http://h:x",
            f"{NAME} is no address that can be used; set it to an address that begins with http:// or https://.",
        ),
        (
            "url",
            "http://a b",
            f"{NAME} is no address that can be used; set it to an address that begins with http:// or https://.",
        ),
        (
            "database",
            "mysql://h",
            f"{NAME} is no address that can be used; set it to an address that begins with postgresql://.",
        ),
        ("path", "~nobody-of-that-name/x", f"{NAME} is '~nobody-of-that-name/x'; set it to a path."),
        ("size", "4 XB", f"{NAME} is '4 XB'; set it to a size such as 500MB or 2GB."),
        ("size", "-4", f"{NAME} is '-4'; set it to a size such as 500MB or 2GB."),
        ("port_range", "50000", f"{NAME} is '50000'; set it to two ports such as 50000-50100."),
        ("port_range", "9-8", f"{NAME} is '9-8'; set it to two ports such as 50000-50100."),
        ("port_range", "0-70000", f"{NAME} is '0-70000'; set it to two ports such as 50000-50100."),
        ("duration", "1h x", f"{NAME} is '1h x'; set it to a time of at least 1 s, such as 30s, 15m or 2h."),
        ("rate", "fast", f"{NAME} is 'fast'; set it to a rate such as 600/min or 5/15m, or off."),
        ("rate", "0/min", f"{NAME} is '0/min'; set it to a rate such as 600/min or 5/15m, or off."),
        ("rate", "5/0s", f"{NAME} is '5/0s'; set it to a rate such as 600/min or 5/15m, or off."),
        ("rate", "600", f"{NAME} is '600'; set it to a rate such as 600/min or 5/15m, or off."),
        ("duration", "0", f"{NAME} is '0'; set it to a time of at least 1 s, such as 30s, 15m or 2h."),
    ],
)
def test_impossible_values_are_one_sentence_that_says_what_to_set(
    reader: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, value)
    with pytest.raises(BadSetting) as refused:
        READERS[reader]()
    assert str(refused.value) == sentence


def test_a_secret_is_read_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("from file\n")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    assert env.secret(NAME, "", help="") == "from file"


def test_a_secret_from_two_places_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, "hush")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    with pytest.raises(BadSetting) as refused:
        env.secret(NAME, "", help="")
    assert str(refused.value) == f"Both {NAME} and {NAME}_FILE are set; set only one of them."


def test_a_secret_in_a_missing_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "none"))
    with pytest.raises(
        BadSetting, match=r"cannot be read \(no such file or directory\); set it to a readable text file"
    ):
        env.secret(NAME, "", help="")


def test_declared_settings_are_remembered_in_order() -> None:
    env.integer("B", 1, minimum=0, help="The second letter.")
    env.secret("A", "generated", help="The first letter.")
    env.integer("B", 1, minimum=0, help="The second letter.")
    assert env.declared() == [
        Setting("B", "whole number of at least 0", "1", "The second letter."),
        Setting("A", "secret, also as A_FILE", "", "The first letter."),
    ]


def test_two_declarations_that_disagree_are_a_programming_error() -> None:
    env.integer("B", 1, help="")
    with pytest.raises(RuntimeError, match="B is read in two places"):
        env.integer("B", 2, help="")


def test_default_paths_are_shown_alike_on_every_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFLECTOR_VAR", str(tmp_path))
    env.path("A", tmp_path / "audio", help="")
    env.path("B", PROJECT_DIR / "var", help="")
    env.path("C", Path("/etc/x"), help="")
    assert [setting.default for setting in env.declared()] == ["var/audio", "var", "/etc/x"]


def test_a_database_address_becomes_djangos_settings() -> None:
    assert env.database("postgresql://u:p%40ss@db.example:5433/name?sslmode=require") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "name",
        "USER": "u",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }
    assert env.database("postgresql://reflector@/reflector?host=/tmp/x&port=5432")["HOST"] == "/tmp/x"


def test_an_address_that_postgresql_does_not_know_is_refused_without_showing_it() -> None:
    with pytest.raises(BadSetting, match="DATABASE_URL") as refused:
        env.database("postgresql://u:hush@h/name?colour=red")
    assert "hush" not in str(refused.value)


def run_with_env_file(file: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    script = (
        "from reflector_site import env\n"
        "with env.or_exit():\n"
        "    print(env.integer('PORT', 8000, maximum=65535, help=''), env.text('OTHER', '-', help=''))"
    )
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT_DIR,
        env={"PATH": os.defpath, "REFLECTOR_ENV_FILE": str(file), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# a comment\nPORT=9000\nOTHER='quoted value'\n")
    assert run_with_env_file(file).stdout == "9000 quoted value\n"
    assert run_with_env_file(file, PORT="9001").stdout == "9001 quoted value\n"
    assert run_with_env_file(Path(os.devnull)).stdout == "8000 -\n"


def test_a_file_that_was_named_and_is_not_there_is_refused(tmp_path: Path) -> None:
    done = run_with_env_file(tmp_path / "none")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"REFLECTOR_ENV_FILE is '{tmp_path / 'none'}', and there is no such file; set it to the path of one.\n"
    )


def test_a_named_file_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, str(tmp_path))
    with pytest.raises(BadSetting, match=f"{NAME} is '{tmp_path}', and there is no such file"):
        env.file(NAME, help="")
    (tmp_path / "grammar").touch()
    given(monkeypatch, str(tmp_path / "grammar"))
    assert env.file(NAME, help="") == str(tmp_path / "grammar")


def test_a_size_has_a_least(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, "0")
    with pytest.raises(BadSetting, match=f"{NAME} is '0'; set it to a size of at least 1KB, such as 500MB or 2GB"):
        env.size(NAME, "4GB", minimum="1KB", help="")


def test_a_bad_setting_ends_the_program_with_its_sentence() -> None:
    done = run_with_env_file(Path(os.devnull), PORT="http")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "PORT is 'http'; set it to a whole number of at most 65535.\n"
