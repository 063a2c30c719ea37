"""Models from the Hugging Face hub: is it here, can it be fetched, fetch it.

`huggingface_hub` lists a repository and knows the token; the bytes are fetched here, because since version 2 it throws
away what a killed process had fetched. A model of 500 MB on a slow line would start over with each restart of a
worker, and each cancel. Here a cut download goes on where it stopped, by HTTP Range, in whatever process comes next.

Layout: `<cache>/<owner>--<name>/<commit>/…` is a complete, verified model; `<commit>.partial/` is one on its way, and
becomes the former by one rename. HF_ENDPOINT, HF_TOKEN, HF_HOME and HF_HUB_OFFLINE mean what they mean everywhere;
the option `token` is for those who keep it out of the environment.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

import httpx

from transcripts.engines import hub_environment
from transcripts.engines.base import EngineError, Never, TryAgain

Report = Callable[[str, float, float], None]

TIMEOUT = httpx.Timeout(30.0, connect=10.0)
#: Attempts in a row that bring not one byte before the fetch is given up; a byte starts the count anew.
ATTEMPTS = 4
REPORTS_PER_SECOND = 4
MEGABYTE = 1_000_000

#: How long the hub may take to show that it is there, and for how long that is believed (seconds).
REACH_TIMEOUT = 1.5
REACH_BELIEVED = 60.0


@dataclass(frozen=True, slots=True)
class Model:
    """A repository and what is needed of it.

    `needed` are the files without which it does not work; `wanted` are patterns of all that should be fetched.
    """

    repository: str
    needed: tuple[str, ...]
    wanted: tuple[str, ...]

    @property
    def folder(self) -> str:
        return self.repository.replace("/", "--")


def find(model: Model, options: Mapping[str, Any]) -> Path | None:
    """Where the model lies on this machine: among what `fetch` got, or in the cache of huggingface_hub."""
    ours = _home(options) / model.folder
    theirs = hub_environment.cache() / f"models--{model.folder}" / "snapshots"
    snapshots = [path for place in (ours, theirs) if place.is_dir() for path in sorted(place.iterdir())]
    return next((path for path in snapshots if path.suffix != ".partial" and _complete(path, model)), None)


def unavailable(model: Model, options: Mapping[str, Any]) -> str | None:
    """Why the model is neither here nor to be had, as a sentence that says what to do; None when it is."""
    if find(model, options) is not None:
        return None
    if options.get("offline") or hub_environment.is_offline():
        return f"The model {model.repository} is not on this machine, and fetching models is switched off (OFFLINE)."
    return _unreachable(
        hub_environment.endpoint(), model.repository, options.get("token"), int(time.monotonic() / REACH_BELIEVED)
    )


def fetch(model: Model, options: Mapping[str, Any], report: Report) -> Path:
    """The directory of the model, fetched if it is not here. Takes up what an earlier attempt left.

    Raises TryAgain when the connection fails or a file is not what the hub promised, and Never when the hub has no
    such model or the disk no room.
    """
    found = find(model, options)
    if found is not None:
        return found
    if options.get("offline") or hub_environment.is_offline():
        raise Never(f"The model {model.repository} is not on this machine, and fetching is switched off (OFFLINE).")
    home = _home(options) / model.folder
    home.mkdir(parents=True, exist_ok=True)
    with _alone(home, lambda: report(f"Another process is fetching the model {model.repository}", 0, 0)):
        return find(model, options) or _fetch(model, home, options.get("token"), report)


def _fetch(model: Model, home: Path, token: str | None, report: Report) -> Path:
    commit, files = _listing(model, token)
    partial = home / f"{commit}.partial"
    partial.mkdir(exist_ok=True)
    _check_room(files, partial, model)
    counter = _Counter(model.repository, sum(file.size for file in files), report)
    with httpx.Client(timeout=TIMEOUT, follow_redirects=True, headers=hub_environment.headers(token)) as client:
        for file in files:
            address = f"{hub_environment.endpoint()}/{model.repository}/resolve/{commit}/{file.name}"
            _Download(client, address, file, partial / file.name, counter).run()
    partial.rename(home / commit)
    for stale in home.glob("*.partial"):  # of a commit that the hub has since moved on from
        shutil.rmtree(stale)
    return home / commit


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    size: int
    sha256: str | None  # known for large files only


class _Counter:
    """Bytes of the whole model, for people."""

    def __init__(self, repository: str, total: int, report: Report) -> None:
        self._repository, self._total, self._report = repository, total, report
        self._done = 0
        self._said = 0.0

    def add(self, count: int) -> None:
        self._done += count
        now = time.monotonic()
        if self._done < self._total and now - self._said < 1 / REPORTS_PER_SECOND:
            return
        self._said = now
        figures = f"{self._done / MEGABYTE:.0f} of {self._total / MEGABYTE:.0f} MB"
        self._report(f"Fetching the model {self._repository}: {figures}", self._done, self._total)


class _Download:
    """One file, from where it stands to its end."""

    def __init__(self, client: httpx.Client, address: str, file: _File, target: Path, counter: _Counter) -> None:
        self._client, self._address, self._file, self._target = client, address, file, target
        self._incomplete = target.with_name(f"{target.name}.incomplete")
        self._counter = counter

    def run(self) -> None:
        if self._target.exists():  # verified by an earlier attempt
            self._counter.add(self._file.size)
            return
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._incomplete.touch()
        self._counter.add(self._have())
        failures = 0
        while self._have() < self._file.size:
            before = self._have()
            try:
                self._go_on()
            except httpx.TransportError as error:
                failures = 0 if self._have() > before else failures + 1
                if failures == ATTEMPTS:
                    raise TryAgain(f"The connection to {self._address} keeps failing ({error}).") from error
                time.sleep(2.0 ** (failures - 1) if failures else 0)
        self._verify()
        self._incomplete.rename(self._target)

    def _have(self) -> int:
        return self._incomplete.stat().st_size

    def _go_on(self) -> None:
        have = self._have()
        headers = {"Range": f"bytes={have}-"} if have else {}
        # No compression: ranges and sizes are those of the file, not of what crosses the line.
        with self._client.stream("GET", self._address, headers={**headers, "Accept-Encoding": "identity"}) as response:
            if not response.is_success:
                raise _refusal(response)
            if have and response.status_code != httpx.codes.PARTIAL_CONTENT:
                self._counter.add(-have)  # it sends the whole file: begin anew
                self._incomplete.write_bytes(b"")
            with self._incomplete.open("ab") as file:
                for block in response.iter_raw():
                    file.write(block)
                    self._counter.add(len(block))
        if self._have() < self._file.size:
            raise httpx.RemoteProtocolError("the connection ended early")

    def _verify(self) -> None:
        with self._incomplete.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if self._have() == self._file.size and self._file.sha256 in (None, digest):
            return
        self._counter.add(-self._have())
        self._incomplete.unlink()
        raise TryAgain(f"The file {self._address} is not what the hub announced; it will be fetched anew.")


def _listing(model: Model, token: str | None) -> tuple[str, list[_File]]:
    """The current commit of the repository, and the files of it that are wanted."""
    from huggingface_hub import HfApi  # noqa: PLC0415 -- slow to import, and rarely needed
    from huggingface_hub.errors import HfHubHTTPError  # noqa: PLC0415

    try:
        api = HfApi(endpoint=hub_environment.endpoint(), token=token or None)  # an empty one would be sent
        info = api.model_info(model.repository, files_metadata=True, timeout=30)
    except HfHubHTTPError as error:
        status = error.response.status_code
        problem = f"The hub at {hub_environment.endpoint()} does not give the model {model.repository} ({status})."
        raise (Never if 400 <= status < 500 and status not in (408, 429) else TryAgain)(problem) from error
    except Exception as error:  # huggingface_hub changes its HTTP library, and the errors of it, now and then
        raise TryAgain(
            f"The hub at {hub_environment.endpoint()} cannot be reached ({type(error).__name__}: {error})."
        ) from error
    siblings = [each for each in info.siblings or [] if any(fnmatch(each.rfilename, one) for one in model.wanted)]
    files = [_File(each.rfilename, each.size or 0, each.lfs.sha256 if each.lfs else None) for each in siblings]
    _check_names(files, model)
    return str(info.sha), files


def _check_names(files: Sequence[_File], model: Model) -> None:
    names = {file.name for file in files}
    missing = [name for name in model.needed if name not in names]
    if missing:
        raise Never(f"The model {model.repository} on the hub has no {', '.join(missing)}: choose another one.")
    for name in names:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise Never(f"The model {model.repository} wants to write outside of its directory ({name}).")


def _check_room(files: Sequence[_File], place: Path, model: Model) -> None:
    have = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
    missing = sum(file.size for file in files) - have
    free = shutil.disk_usage(place).free
    if missing > free:
        raise Never(
            f"The model {model.repository} needs {missing / MEGABYTE:.0f} MB more, and {place.parent} has "
            f"{free / MEGABYTE:.0f} MB left. Make room there."
        )


def _refusal(response: httpx.Response) -> EngineError:
    status = response.status_code
    sentence = f"The hub refused {response.url} ({status})."
    return TryAgain(sentence) if status >= 500 or status in (408, 416, 429) else Never(sentence)


@contextmanager
def _alone(home: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """One process at a time fetches a model; the lock goes with the process, however that ends."""
    with (home / "lock").open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting()
                time.sleep(0.5)
            else:
                break
        yield


def _complete(directory: Path, model: Model) -> bool:
    return all((directory / name).is_file() for name in model.needed)


@lru_cache(maxsize=16)
def _unreachable(endpoint: str, repository: str, token: str | None, moment: int) -> str | None:
    """Asked in a thread of its own, because looking up a name has no time-out. `moment` lets the answer age."""
    found: list[str | None] = []
    headers = hub_environment.headers(token)
    asking = threading.Thread(target=lambda: found.append(_ask(endpoint, repository, headers)), daemon=True)
    asking.start()
    asking.join(REACH_TIMEOUT)
    problem = found[0] if found else "no answer in time"
    if problem is None:
        return None
    return f"The model {repository} is not on this machine and cannot be fetched from {endpoint} ({problem})."


def _ask(endpoint: str, repository: str, headers: Mapping[str, str]) -> str | None:
    try:
        address = f"{endpoint}/{repository}/resolve/main/config.json"
        response = httpx.head(address, headers=headers, timeout=REACH_TIMEOUT)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return type(error).__name__
    return None if response.status_code < 400 else f"answer {response.status_code}"


def _home(options: Mapping[str, Any]) -> Path:
    return Path(options.get("cache") or hub_environment.home() / "reflector").expanduser()
