"""Who runs PostgreSQL, which refuses to run as root: ourselves, or with root's help an unprivileged user."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reflector_site.embedded.places import EmbeddedError

#: In this order; every Linux has the second.
_UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """The user and group of a server; None where it runs as whoever starts it."""

    user: int | None = None
    group: int | None = None

    @classmethod
    def for_data(cls, directory: Path) -> Account:
        """The account for the data in `directory`: its owner's, where root starts the server and the data exists."""
        if os.geteuid() != 0:
            return cls()
        if directory.exists() and (owner := directory.stat()).st_uid != 0:
            return cls(owner.st_uid, owner.st_gid)
        account = cls._unprivileged()
        if directory.exists():  # the copy of a checkout that root made
            account.take(directory)
        return account

    @property
    def options(self) -> dict[str, Any]:
        """Arguments for `subprocess.run`."""
        return {} if self.user is None else {"user": self.user, "group": self.group, "extra_groups": []}

    def take(self, directory: Path) -> None:
        """Makes `directory` and all in it the account's own."""
        if self.user is None or self.group is None:
            return
        os.chown(directory, self.user, self.group)
        for path in directory.rglob("*"):
            os.chown(path, self.user, self.group, follow_symlinks=False)

    def data_argument(self, directory: Path) -> str:
        """What to call the data directory when the server is started inside it.

        Another user may be unable to follow the path, as under /root. The kernel follows this link without asking the
        directories on the way, so none of their permissions need to be opened.
        """
        return str(directory) if self.user is None else "/proc/self/cwd"

    def can_execute(self, program: Path) -> bool:
        """Tries it, with --version."""
        try:
            return (
                subprocess.run([program, "--version"], capture_output=True, check=False, **self.options).returncode == 0
            )
        except PermissionError:
            return False

    @classmethod
    def _unprivileged(cls) -> Account:
        for name in _UNPRIVILEGED:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        raise EmbeddedError(
            "PostgreSQL does not run as root, and this machine has neither a user `postgres` nor `nobody`; start "
            "Reflector as another user, or set DATABASE_URL to a server that runs elsewhere."
        )
