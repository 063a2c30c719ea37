"""`make run`: everything that a site needs, in one terminal."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from accounts.domain import Credentials, create_first_admin
from reflector_site import embedded, web
from reflector_site.supervisor import Child, Say, Supervisor

#: Seconds until servers that could not be started again are tried once more.
REVIVAL_PAUSE = 10.0


def children() -> list[Child]:
    """What runs beside the servers. The short lane has a worker of its own, so that it never waits behind long work."""
    python = sys.executable
    manage = [python, str(settings.BASE_DIR / "manage.py")]
    return [
        Child("web", web.command(settings.HOST, settings.PORT), web.ENVIRONMENT),
        Child("worker", [*manage, "worker", "--lanes", "long", "--threads", str(os.cpu_count() or 1)]),
        Child("short", [*manage, "worker", "--lanes", "short", "--threads", "1"]),
        Child("live", [*manage, "live"]),
        Child("scheduler", [*manage, "scheduler"]),
    ]


class Command(BaseCommand):
    help = "Start the database, Redis, web, workers and scheduler here, and keep them running until Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        _leave_quietly_on_signals()
        refuse_taken_port(settings.HOST, settings.PORT)
        credentials = self._prepare()
        code = self._supervise(credentials)
        try:
            embedded.stop(patience=3.0)
        except embedded.EmbeddedError as problem:
            raise CommandError(str(problem)) from problem
        sys.exit(code)

    def _prepare(self) -> Credentials | None:
        """Servers, tables, first admin."""
        self.stdout.write("Preparing the database…")
        try:
            embedded.ensure()
        except embedded.EmbeddedError as problem:
            raise CommandError(str(problem)) from problem
        call_command("migrate", interactive=False, verbosity=0)
        credentials = create_first_admin(email=settings.ADMIN_EMAIL, password=settings.ADMIN_PASSWORD or None)
        connections.close_all()
        return credentials

    def _supervise(self, credentials: Credentials | None) -> int:
        announcement = Announcement(credentials)
        supervisor = Supervisor(
            children(),
            logs=Path(settings.VAR_DIR) / "log",
            is_ready=lambda: is_healthy(settings.HOST, settings.PORT),
            on_ready=announcement.show,
            look_after=ServerWatch().revive,
        )
        try:
            return supervisor.run()
        finally:
            # A first start that was broken off has made the admin all the same, and the next one would not tell.
            announcement.show_credentials(supervisor.say)


class Announcement:
    """What the person at the terminal waits for. Credentials are shown once, even if the site never gets ready."""

    def __init__(self, credentials: Credentials | None) -> None:
        self._credentials = credentials

    def show(self, say: Say) -> None:
        say(f"Reflector is ready: {address_of_site(settings.HOST, settings.PORT)}")
        self.show_credentials(say)
        say("Ctrl-C stops everything.")

    def show_credentials(self, say: Say) -> None:
        if self._credentials:
            say(f"Sign in as {self._credentials.email} with the password {self._credentials.password}")
            say("This is the first admin; the password is shown only this once.")
            self._credentials = None


class ServerWatch:
    """Starts embedded servers again that have died; not over and over where that fails."""

    def __init__(self) -> None:
        self._not_before = 0.0

    def revive(self, say: Say) -> None:
        if embedded.alive() or time.monotonic() < self._not_before:
            return
        say("PostgreSQL or Redis has died; it is started again.")
        try:
            embedded.ensure()
        except embedded.EmbeddedError as problem:
            self._not_before = time.monotonic() + REVIVAL_PAUSE
            say(str(problem))


def refuse_taken_port(host: str, port: int) -> None:
    """Raises `CommandError` if nobody can listen there: one sentence now, not a web process that dies for ever."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as problem:
            raise CommandError(
                f"Port {port} of {host} cannot be used ({problem.strerror}); stop what uses it, or set PORT to another."
            ) from problem


def address_of_site(host: str, port: int) -> str:
    """The address of the site as seen from this machine."""
    name = _reachable(host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def is_healthy(host: str, port: int) -> bool:
    """Whether GET /health answers 200 within a second."""
    connection = http.client.HTTPConnection(_reachable(host), port, timeout=1.0)  # knows no proxies, unlike urllib
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _reachable(host: str) -> str:
    """`host`, or this machine's own address where it stands for every interface."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- read, not bound


def _leave_quietly_on_signals() -> None:
    """Until the supervisor takes over, and after it, a signal ends the command without a traceback."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: sys.exit(0))
