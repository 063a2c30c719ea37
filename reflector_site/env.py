"""Settings from the environment and from `.env`: typed, checked, and remembered for the table in docs/settings.md.

The environment wins over the file; an empty value counts as not set. The file is `.env` in the project's directory, or
the one that REFLECTOR_ENV_FILE names. Its values are put into `os.environ`, so that libraries with variables of their
own (HF_ENDPOINT, AWS_PROFILE, SSL_CERT_FILE…) see them too.

Every reader takes a name, a default and `help`, and raises `BadSetting`, whose message is one sentence that says what
to set. Nothing here needs Django.
"""

from __future__ import annotations

import contextlib
import functools
import math
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from dotenv import dotenv_values
from psycopg.conninfo import conninfo_to_dict

from reflector_site.quantities import limits, rate_of, seconds_of, size_of, within

PROJECT_DIR = Path(__file__).resolve().parent.parent

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


class BadSetting(ValueError):
    """A setting has an impossible value. The message is one sentence for the person who starts the program."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One declared setting, as the table in docs/settings.md shows it."""

    name: str
    kind: str  # in words, with its limits: "whole number from 1 to 65535"
    default: str
    help: str


_declared = {
    "REFLECTOR_ENV_FILE": Setting("REFLECTOR_ENV_FILE", "path", ".env", "The file with settings. Environment only."),
}


def declared() -> list[Setting]:
    """Every setting that was read so far, in the order of its first reading."""
    return list(_declared.values())


@contextlib.contextmanager
def or_exit() -> Iterator[None]:
    """Turns a `BadSetting` into its sentence on stderr and exit code 2: a person reads it, so no traceback."""
    try:
        yield
    except BadSetting as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(2)


def declare(name: str, kind: str, default: str, help: str) -> None:
    """Puts a name into the table. Readers do it themselves; call it for what libraries read from the environment."""
    known = _declared.setdefault(name, Setting(name, kind, default, help))
    if (known.kind, known.default) != (kind, default):
        raise RuntimeError(f"{name} is read in two places that do not agree: {known}, and {kind} {default!r}.")


# --- Readers


def raw(name: str) -> str:
    """The value as it was given, stripped; "" when it is not set. Declares nothing."""
    _load_file()
    return os.environ.get(name, "").strip()


def text(name: str, default: str, *, help: str) -> str:
    """Any text."""
    declare(name, "text", default, help)
    return raw(name) or default


def secret(name: str, default: str, *, help: str) -> str:
    """Text that is never shown, from NAME or from the file that NAME_FILE names, as container platforms give it."""
    declare(name, f"secret, also as {name}_FILE", "", help)
    file = raw(f"{name}_FILE")
    if not file:
        return raw(name) or default
    if raw(name):
        raise BadSetting(f"Both {name} and {name}_FILE are set; set only one of them.")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise BadSetting(
            f"{name}_FILE is {file!r}, which cannot be read ({_reason(problem)}); set it to a readable text file."
        ) from problem


def boolean(name: str, default: bool, *, help: str) -> bool:  # noqa: FBT001 -- every reader takes its default second
    """true/false, yes/no, on/off or 1/0, in any case."""
    declare(name, "true or false", "true" if default else "false", help)
    value = raw(name)
    if not value:
        return default
    if value.lower() not in _TRUE | _FALSE:
        raise _bad(name, value, "true or false")
    return value.lower() in _TRUE


def integer(name: str, default: int, *, minimum: int | None = None, maximum: int | None = None, help: str) -> int:
    """A whole number within limits (both included)."""
    kind = f"whole number{limits(minimum, maximum)}"
    declare(name, kind, str(default), help)
    value = raw(name)
    if not value:
        return default
    try:
        parsed = int(value)
    except ValueError:
        raise _bad(name, value, f"a {kind}") from None
    if not within(parsed, minimum, maximum):
        raise _bad(name, value, f"a {kind}")
    return parsed


def number(
    name: str, default: float, *, minimum: float | None = None, maximum: float | None = None, help: str
) -> float:
    """A number within limits (both included)."""
    kind = f"number{limits(minimum, maximum)}"
    declare(name, kind, f"{default:g}", help)
    value = raw(name)
    if not value:
        return float(default)
    try:
        parsed = float(value)
    except ValueError:
        raise _bad(name, value, f"a {kind}") from None
    if not math.isfinite(parsed) or not within(parsed, minimum, maximum):
        raise _bad(name, value, f"a {kind}")
    return parsed


def port_range(name: str, *, help: str) -> tuple[int, int] | None:
    """The first and last of a range of ports, such as 50000-50100; None when it is not set."""
    kind = "two ports such as 50000-50100"
    declare(name, kind, "", help)
    value = raw(name)
    if not value:
        return None
    match = re.fullmatch(r"(\d{1,5})\s*-\s*(\d{1,5})", value)
    first, last = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= first <= last <= 65_535:
        raise _bad(name, value, kind)
    return first, last


def choice(name: str, default: str, choices: Sequence[str], *, help: str) -> str:
    """One of `choices`, given in any case, returned as declared."""
    kind = f"one of {', '.join(choices)}"
    declare(name, kind, default, help)
    value = raw(name)
    if not value:
        return default
    for known in choices:
        if known.lower() == value.lower():
            return known
    raise _bad(name, value, kind)


def url(name: str, default: str, schemes: Sequence[str], *, help: str) -> str:
    """An address with one of `schemes`; "" stands for none. http and https need a host."""
    kind = "address that begins with " + " or ".join(f"{scheme}://" for scheme in schemes)
    declare(name, kind, default, help)
    value = raw(name)
    if not value:
        return default
    if not _is_address(value, schemes):
        # The value is left out: addresses of databases and services carry passwords.
        raise BadSetting(f"{name} is no address that can be used; set it to an {kind}.")
    return value


def path(name: str, default: Path, *, help: str) -> Path:
    """An absolute path; `~` is expanded, a relative one starts in the project's directory. It need not exist."""
    declare(name, "path", _shown(default), help)
    return _absolute(name) or default


def file(name: str, *, help: str) -> str:
    """The path of a file that is there, absolute as `path` gives it; "" when it is not set."""
    declare(name, "path of a file", "", help=help)
    found = _absolute(name)
    if found and not found.is_file():
        raise BadSetting(f"{name} is {str(found)!r}, and there is no such file; set it to the path of one.")
    return str(found or "")


def size(name: str, default: str, *, minimum: str = "0", help: str) -> int:
    """Bytes, from "500MB", "2GB", "1.5 GiB" or a plain number. MB is a million, MiB is 2**20."""
    least = f" of at least {minimum}" if minimum != "0" else ""
    kind = f"size{least}, such as 500MB or 2GB"
    declare(name, kind, default, help)
    value = raw(name) or default
    count = size_of(value)
    if count is None or count < (size_of(minimum) or 0):
        raise _bad(name, value, f"a {kind}" if least else "a size such as 500MB or 2GB")
    return count


def duration(
    name: str, default: str, *, minimum: float | None = None, maximum: float | None = None, help: str
) -> float:
    """Seconds, from "90", "90s", "1.5h", "1h30m" or "7d". The limits are seconds (both included)."""
    kind = f"time{limits(minimum, maximum, unit=' s')}, such as 30s, 15m or 2h"
    declare(name, kind, default, help)
    value = raw(name) or default
    seconds = seconds_of(value)
    if seconds is None or not within(seconds, minimum, maximum):
        raise _bad(name, value, f"a {kind}")
    return seconds


def rate(name: str, default: str, *, help: str) -> tuple[int, int] | None:
    """How often in how many seconds, from "600/min", "10/s" or "5/15m"; None for "off"."""
    kind = "rate such as 600/min or 5/15m, or off"
    declare(name, kind, default, help)
    value = raw(name) or default
    if value.lower() == "off":
        return None
    found = rate_of(value)
    if found is None:
        raise _bad(name, value, f"a {kind}")
    return found


def database(address: str) -> dict[str, Any]:
    """The entry of Django's DATABASES for a `postgresql://` address, read as libpq reads it, `?sslmode=…` included."""
    try:
        parts: dict[str, Any] = dict(conninfo_to_dict(address))
    except psycopg.ProgrammingError as problem:
        raise BadSetting(
            "DATABASE_URL is no address that PostgreSQL understands; set it to something like "
            "postgresql://user:password@host:5432/name."
        ) from problem
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "") or "postgres",
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "OPTIONS": parts,
    }


# --- How they work


@functools.cache
def _load_file() -> None:
    """Puts the values of `.env` under those of the environment; once per process."""
    named = os.environ.get("REFLECTOR_ENV_FILE")
    file = PROJECT_DIR / Path(named or ".env").expanduser()
    if not file.exists():
        if named:
            raise BadSetting(f"REFLECTOR_ENV_FILE is {named!r}, and there is no such file; set it to the path of one.")
        return
    try:
        values = dotenv_values(file)
    except (OSError, UnicodeDecodeError) as problem:
        raise BadSetting(f"{file} cannot be read ({_reason(problem)}); make it a readable text file.") from problem
    for name, value in values.items():
        if value is not None:
            os.environ.setdefault(name, value)


def _absolute(name: str) -> Path | None:
    value = raw(name)
    try:
        return PROJECT_DIR / Path(value).expanduser() if value else None
    except RuntimeError:  # the home directory of `~somebody` is not known
        raise _bad(name, value, "a path") from None


def _bad(name: str, value: str, expected: str) -> BadSetting:
    return BadSetting(f"{name} is {value!r}; set it to {expected}.")


def _reason(problem: OSError | UnicodeDecodeError) -> str:
    return (problem.strerror or str(problem)).lower() if isinstance(problem, OSError) else "not UTF-8"


def _is_address(value: str, schemes: Sequence[str]) -> bool:
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port  # the port is checked by reading it
    except ValueError:
        return False
    if parts.scheme not in schemes or any(character.isspace() for character in value):
        return False
    return bool(host) if parts.scheme in ("http", "https") else "://" in value


def _shown(default: Path) -> str:
    """A default path as documentation shows it: the same on every machine, wherever the data directory is."""
    data_dir = PROJECT_DIR / (raw("REFLECTOR_VAR") or "var")
    for root, prefix in ((data_dir, Path("var")), (PROJECT_DIR, Path())):
        if default.is_relative_to(root) and default != root:
            return str(prefix / default.relative_to(root))
    return str(default)
