"""Writers that make it hard for those who follow the list of transcripts, and two kinds of followers."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import psycopg

ROWS = 12  # of each writer
Fetch = Callable[[Mapping[str, object]], Any]

#: A copy of a transcript under another id.
COPY = """
INSERT INTO transcripts_transcript SELECT (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid(),
    'title', %s::text))).* FROM transcripts_transcript t WHERE id = %s RETURNING id
"""
UPDATE = "UPDATE transcripts_transcript SET title = %s WHERE id = %s"
STATE = "SELECT id::text, title FROM transcripts_transcript"


class Writer(threading.Thread):
    """Changes rows of its own: one at a time, several at once, slowly, within savepoints of which some are undone."""

    def __init__(self, conninfo: str, pattern: str, seed: int, until: float) -> None:
        super().__init__(name=f"writer-{seed}")
        self.conninfo, self.pattern, self.until = conninfo, pattern, until
        self.random = random.Random(seed)
        self.count = 0
        self.problem: BaseException | None = None

    def run(self) -> None:
        try:
            with psycopg.connect(self.conninfo, autocommit=True) as self.database:
                self.rows = [self._copied() for _ in range(ROWS)]
                while time.monotonic() < self.until:
                    self.rows += [self._copied() for _ in range(ROWS - len(self.rows))]
                    self.random.choice((self._one, self._one, self._several, self._slowly, self._in_savepoints))()
                    time.sleep(self.random.random() / 10)  # followers shall keep up, and read where it is being written
        except BaseException as problem:  # noqa: BLE001 -- raised again by whoever started it
            self.problem = problem

    def _copied(self) -> str:
        row = self.database.execute(COPY, [self._title(), self.pattern]).fetchone()
        assert row is not None
        return str(row[0])

    def _title(self) -> str:
        self.count += 1
        return f"{self.name} wrote {self.count}"

    def _write(self, row: str) -> None:
        """Rows are left alone after a few writes, so that a write that nobody has seen is not made good by the next."""
        self.database.execute(UPDATE, [self._title(), row])
        if self.random.random() < 0.3:
            self.rows.remove(row)

    def _one(self) -> None:
        self._write(self.random.choice(self.rows))

    def _several(self) -> None:
        with self.database.transaction():
            for row in self.random.sample(self.rows, 5):
                self._write(row)

    def _slowly(self) -> None:
        with self.database.transaction():
            for row in self.random.sample(self.rows, 3):
                self._write(row)
                time.sleep(self.random.random() / 5)

    def _in_savepoints(self) -> None:
        with self.database.transaction():
            for row in self.random.sample(self.rows, 3):
                with self.database.transaction() as savepoint:
                    self._write(row)
                    time.sleep(self.random.random() / 50)
                    if self.random.random() < 0.5:
                        raise psycopg.Rollback(savepoint)


class Follower(threading.Thread):
    """Asks for what is new until nothing is, as the documentation says; `seen` holds the last title of each id."""

    query: Mapping[str, object] = {"sort_by": "change_seq", "size": 100}

    def __init__(self, fetch: Fetch, over: threading.Event) -> None:
        super().__init__()
        self.fetch, self.over = fetch, over
        self.cursor = 0
        self.seen: dict[str, str] = {}
        self.pages = 0
        self.problem: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.over.is_set():
                self.follow()
            while self.follow():
                pass
        except BaseException as problem:  # noqa: BLE001 -- raised again by whoever started it
            self.problem = problem

    def follow(self) -> bool:
        """Read once what has changed after the cursor; whether anything has."""
        return bool(self.read(page=1)["items"])

    def read(self, *, page: int, since: int | None = None) -> Any:
        since = self.cursor if since is None else since
        answer = self.fetch({**self.query, "change_seq_from": since, "page": page})
        self.pages += 1
        for item in answer["items"]:
            self.seen[item["id"]] = item["title"]
            self.cursor = max(self.cursor, item["change_seq"])
        return answer


class PageTurner(Follower):
    """Reads all pages of one query before it moves its cursor, slowly, while rows move to the end."""

    query: Mapping[str, object] = {"sort_by": "change_seq", "size": 8}

    def follow(self) -> bool:
        since, page = self.cursor, 1
        answer = self.read(page=page, since=since)
        while page < answer["pages"]:
            time.sleep(0.01)
            page += 1
            answer = self.read(page=page, since=since)
        return self.cursor > since


def missed(conninfo: str, pattern: str, fetches: Mapping[str, Fetch], *, seconds: float, writers: int = 8) -> list[str]:
    """Let all of them go; what followers know wrongly in the end, and how much was done, as sentences."""
    over = threading.Event()
    until = time.monotonic() + seconds
    writing = [Writer(conninfo, pattern, seed, until) for seed in range(writers)]
    kinds = {"cursor": Follower, "pages": PageTurner}
    following = {name: kinds[name](fetch, over) for name, fetch in fetches.items()}
    for thread in (*following.values(), *writing):
        thread.start()
    for writer in writing:
        writer.join()
    over.set()
    for follower in following.values():
        follower.join()
    for thread in (*writing, *following.values()):
        if thread.problem is not None:
            raise thread.problem
    with psycopg.connect(conninfo) as database:
        state = dict(database.execute(STATE).fetchall())
    print(f"{sum(writer.count for writer in writing)} writes of {len(state)} transcripts, ", end="")
    print(", ".join(f"{follower.pages} pages read by {name}" for name, follower in following.items()))
    return [
        f"{name}: {transcript} is {title!r}, not {follower.seen.get(transcript)!r}"
        for name, follower in following.items()
        for transcript, title in state.items()
        if follower.seen.get(transcript) != title
    ]
