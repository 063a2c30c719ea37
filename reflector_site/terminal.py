"""Lines of several processes in one terminal, each behind its process's name, and in one log file per process."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path
from typing import BinaryIO, TextIO

_COLOURS = (36, 33, 35, 32, 34, 31)  # cyan, yellow, magenta, green, blue, red
_LOG_LIMIT = 10_000_000
_LINE_LIMIT = 64 * 1024


class Terminal:
    """Where the lines go. No colour where the output is no terminal or NO_COLOR is set (https://no-color.org)."""

    def __init__(self, names: list[str], stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        if isinstance(self._stream, io.TextIOWrapper):
            self._stream.reconfigure(errors="replace")  # a terminal that is not UTF-8 shows question marks
        self._width = max(map(len, names))
        self._colours = {name: _COLOURS[place % len(_COLOURS)] for place, name in enumerate(names)}
        self._colourful = self._stream.isatty() and not os.environ.get("NO_COLOR")

    def show(self, name: str, line: str) -> None:
        """Writes one line behind its name. A terminal that has gone away is no reason to fail."""
        label = f"{name:<{self._width}} │"
        if self._colourful:
            label = f"\x1b[{self._colours[name]}m{label}\x1b[0m"
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(f"{label} {line}\n")
            self._stream.flush()


class Lines:
    """Cuts the bytes of one process into lines for the terminal and its log."""

    def __init__(self, name: str, terminal: Terminal, log: Path) -> None:
        self._name = name
        self._terminal = terminal
        self._log = _Log(log)
        self._rest = b""

    def feed(self, data: bytes) -> None:
        """Takes what was read; shows what makes whole lines, or is too long to wait for its end."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > _LINE_LIMIT:
            lines.append(self._rest)
            self._rest = b""
        for line in lines:
            self._put(line)

    def end(self) -> None:
        """Shows an unfinished last line and closes the log until there is more."""
        if self._rest:
            self._put(self._rest)
            self._rest = b""
        self._log.close()

    def _put(self, line: bytes) -> None:
        self._log.write(line.rstrip(b"\r") + b"\n")
        self._terminal.show(self._name, line.decode(errors="replace").rstrip("\r"))


class _Log:
    """A log file and one predecessor, of about 10 MB each. A full disk loses lines and nothing else."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def write(self, line: bytes) -> None:
        with contextlib.suppress(OSError):
            if self._file is None:
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._file = self._path.open("ab", buffering=0)
            self._file.write(line)
            if self._file.tell() > _LOG_LIMIT:
                self.close()
                self._path.replace(self._path.with_suffix(".log.1"))

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
