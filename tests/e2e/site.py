"""What browser tests do to a running site from outside the browser."""

from __future__ import annotations

import subprocess
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import httpx
from av.audio.resampler import AudioResampler
from playwright.sync_api import Page

from tests.stack import PASSWORD, PROJECT, Stack

RATE = 16_000

PEOPLE = 40
NEW_USERS = """
from accounts.models import User
for number in range({count}):
    User.objects.create_user(f"person-{{number}}@example.org", "{password}")
"""


def recording(path: Path, *, seconds: float) -> Path:
    """The beginning of the sample meeting as a WAV file."""
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(str(PROJECT / "static/sample/meeting.mp3")) as source, wave.open(str(path), "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(RATE)
        for frame in source.decode(audio=0):
            if frame.time is not None and frame.time > seconds:
                break
            for piece in resampler.resample(frame):
                target.writeframes(piece.to_ndarray().tobytes())
    return path


class Site:
    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.base = stack.base
        self._worker: subprocess.Popen[bytes] | None = None
        # All at once: a command takes seconds to start.
        stack.manage("shell", "--no-imports", "-c", NEW_USERS.format(count=PEOPLE, password=PASSWORD))
        self._people = (f"person-{number}@example.org" for number in range(PEOPLE))

    # --- people

    def new_user(self) -> str:
        """The e-mail address of somebody who has nothing here yet."""
        return next(self._people)

    def sign_in(self, page: Page, email: str) -> None:
        page.goto("/sign-in")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("/")

    # --- transcripts

    def upload(self, email: str, path: Path) -> str:
        """Send a file by the API and return the id of its transcript."""
        key = self.stack.manage("create_api_key", email).strip()
        with httpx.Client(base_url=f"{self.base}/v1", headers={"X-API-Key": key}, timeout=60) as api:
            created = api.post("/transcripts", json={"name": path.stem, "source_kind": "file"}).json()
            address = f"/transcripts/{created['id']}/record/upload"
            with path.open("rb") as file:
                api.post(
                    address, params={"chunk_number": 0, "total_chunks": 1}, files={"chunk": file}
                ).raise_for_status()
        return str(created["id"])

    def status(self, transcript: str) -> str:
        return str(self.stack.rows("SELECT status FROM transcripts_transcript WHERE id = %s", transcript)[0]["status"])

    # --- the worker

    def start_worker(self) -> None:
        self._worker = self.stack.worker()

    @contextmanager
    def worker_away(self) -> Iterator[None]:
        """Nobody works; a new worker comes at the end."""
        assert self._worker is not None
        self.stack.kill(self._worker)
        try:
            yield
        finally:
            self.start_worker()
