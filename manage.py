#!/usr/bin/env python
"""Django's command line. Starts the embedded servers first for every command that needs them."""

from __future__ import annotations

import os
import sys

from reflector_site import embedded, env

#: `serve` starts them itself, because it watches them.
WITHOUT_SERVERS = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "serve",
    "settings",
    "spectacular",
    "version",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflector_site.settings")
    with env.or_exit():
        if needs_servers(sys.argv[1:]):
            start_servers(sys.argv[1])
        from django.core.management import execute_from_command_line  # noqa: PLC0415 -- slow, and not needed to fail

        execute_from_command_line(sys.argv)


def needs_servers(arguments: list[str]) -> bool:
    """Whether a command line needs PostgreSQL or Redis."""
    command = next((argument for argument in arguments if not argument.startswith("-")), "help")
    if {"-h", "--help", "--version"} & set(arguments):
        return False
    return command not in WITHOUT_SERVERS or "--database" in arguments


def start_servers(command: str) -> None:
    """Ends the program with the reason where they cannot start; `doctor` goes on, since that is when it is asked."""
    try:
        embedded.ensure()
    except embedded.EmbeddedError as problem:
        if command != "doctor":
            sys.exit(str(problem))
        sys.stderr.write(f"{problem}\n")


if __name__ == "__main__":
    main()
