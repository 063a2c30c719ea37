"""Where one instance keeps its things: data in the data directory, sockets in a short private directory under /tmp."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path


class EmbeddedError(RuntimeError):
    """An embedded server cannot be used. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Places:
    """The directories of one instance.

    Sockets cannot lie under `var`: their paths may have 107 bytes at most, some shared file systems refuse them, and as
    root PostgreSQL runs as a user who may not be able to reach `var` at all. `run` is short, private, and the same for
    every process of one user and data directory, whatever TMPDIR or XDG_RUNTIME_DIR say there.
    """

    var: Path
    run: Path

    @classmethod
    def of(cls, var: Path) -> Places:
        digest = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
        run = Path(f"/tmp/reflector-{os.geteuid()}-{digest}")  # noqa: S108 -- make() checks who owns it
        return cls(var=var, run=run)

    @property
    def locks(self) -> Path:
        return self.var / "locks"

    def lock(self, name: str) -> Path:
        return self.locks / f"{name}.lock"

    def make(self) -> None:
        """Makes what is missing. Raises `EmbeddedError` where somebody else owns the place."""
        try:
            self.var.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._check_owner(self.var)
            for directory in (self.locks, self.var / "log"):
                directory.mkdir(mode=0o700, exist_ok=True)
            # 0711: as root, the user that PostgreSQL runs as passes through here to its own directory.
            self.run.mkdir(mode=0o711, exist_ok=True)
            self._check_owner(self.run)
        except OSError as problem:
            raise EmbeddedError(
                f"{problem.filename} cannot be used ({problem.strerror}); set REFLECTOR_VAR to a directory of your "
                "own, or DATABASE_URL and REDIS_URL to servers that run elsewhere."
            ) from problem

    def remove_run(self) -> None:
        """Removes sockets and copies of programs; only for when no server runs."""
        shutil.rmtree(self.run, ignore_errors=True)

    def _check_owner(self, directory: Path) -> None:
        """Refuses what another user made, in /tmp perhaps on purpose, to get our data or to feed us theirs."""
        found = directory.lstat()
        if found.st_uid != os.geteuid() or not stat.S_ISDIR(found.st_mode):
            raise EmbeddedError(
                f"{directory} belongs to another user (uid {found.st_uid}); start Reflector as that user, or set "
                "REFLECTOR_VAR to a directory of your own."
            )
