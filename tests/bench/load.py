"""Ten thousand transcripts of one owner, in a database that is kept: what the benchmarks of the API ask for.

A thousand have 10,000 words, the others 200; each has topics, people, summaries and a run. `python -m tests.bench.load`
builds them without measuring anything.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.bench.load_rows import Meeting, meeting, rows_of
from tests.stack import PASSWORD, PROJECT, Stack, running

VERSION = 3  # of what is built; another one is built anew
OWNER = "bench@example.org"
SECONDS_BETWEEN = 6000  # from one transcript to the next: two years in all

COPY = {
    "transcripts_transcript": "id, user_id, room_id, name, status, error, source_kind, share_mode, locked, reviewed,"
    " source_language, source_url, source_title, source_description, source_author, target_language, detected_language,"
    " duration, title, short_summary, long_summary, summary_citations, action_items, waveform, engines, edited,"
    " created_at, updated_at, change_seq",
    "transcripts_participant": "id, transcript_id, speaker, name",
    "transcripts_topic": "id, transcript_id, position, title, summary, timestamp, duration",
    "transcripts_utterance": 'transcript_id, topic_id, position, speaker, start, "end", text, words',
}
#: One finished run of each, as it is after a file.
RUNS = """
INSERT INTO transcripts_run (id, transcript_id, plan, state, lane, percent, stage, stages, message, stretch, pauses,
    keep_edits, language, before, created_at, started_at, finished_at)
SELECT gen_random_uuid(), id, 'file', 'ended', 'short', 100, 'Finished', '[]', '', 1, 0, true, '', '{}', created_at,
    created_at, created_at + interval '5 minutes' FROM transcripts_transcript;
INSERT INTO transcripts_step (run_id, name, position, state, carried, message, expected, learnt)
SELECT run.id, step.name, step.position, 'done', false, '', 0, false FROM transcripts_run run,
    unnest(array['gather', 'probe', 'read', 'transcribe', 'diarize', 'align', 'topics', 'title', 'summary', 'actions',
        'check', 'finish']) WITH ORDINALITY step (name, position);
SELECT setval('transcript_change_seq', (SELECT max(change_seq) FROM transcripts_transcript));
"""


@dataclass(frozen=True)
class Shape:
    """How many transcripts of how many words; `name` is that of its directory under var/bench."""

    name: str
    sizes: tuple[tuple[int, int], ...]  # count, words

    def meetings(self) -> Iterator[Meeting]:
        """The long ones evenly among the others, the newest first."""
        total = sum(count for count, _ in self.sizes)
        for number in range(total):
            words = next((w for count, w in self.sizes if number % (total // count) == 0), self.sizes[-1][1])
            yield meeting(number, words, age=number * SECONDS_BETWEEN)


API = Shape("api", ((1_000, 10_000), (9_000, 200)))
MILLION = Shape("search-million", ((10_000, 1_200),))


@contextmanager
def loaded(shape: Shape = API) -> Iterator[Stack]:
    """A stack whose database holds the load, built when it is not there yet. Nothing but the servers runs."""
    var = PROJECT / "var" / "bench" / shape.name
    stamp = var / "load"
    if not stamp.exists() or stamp.read_text() != str(VERSION):
        shutil.rmtree(var, ignore_errors=True)
    with running(var) as stack:
        if not stamp.exists():
            _build(stack, shape)
            stamp.write_text(str(VERSION))
        yield stack


def long_ones(stack: Stack) -> list[str]:
    """Ids of those with many words, the newest first."""
    longest = "SELECT id::text FROM transcripts_transcript ORDER BY duration > 1000000 DESC, created_at DESC LIMIT 100"
    return [row["id"] for row in stack.rows(longest)]


def _build(stack: Stack, shape: Shape) -> None:
    begun = time.monotonic()
    print(f"Building {shape.name} (once; it is kept in {stack.var}) …", flush=True)
    stack.manage("shell", "--no-imports", "-c", PEOPLE)
    with psycopg.connect(stack.addresses["database_url"]) as database:
        # No triggers and no checks of keys, row by row: what they would do is done at the end.
        database.execute("SET session_replication_role = replica")
        for table, files in _written(stack, shape).items():
            with files.open("rb") as file, database.cursor().copy(f"COPY {table} ({COPY[table]}) FROM STDIN") as copy:
                while block := file.read(1 << 20):
                    copy.write(block)
            files.unlink()
        database.execute(RUNS)
        database.execute("SELECT transcripts_search_rebuild()")
    with psycopg.connect(stack.addresses["database_url"], autocommit=True) as database:
        database.execute("VACUUM ANALYZE")
    print(f"… built in {time.monotonic() - begun:.0f} s", flush=True)


def _written(stack: Stack, shape: Shape) -> dict[str, Path]:
    """A file for each table, in its order: keys exist before what points to them."""
    owner = stack.rows("SELECT id::text FROM accounts_user WHERE email = %s", OWNER)[0]["id"]
    rooms = [row["id"] for row in stack.rows("SELECT id::text FROM meetings_room ORDER BY name")]
    paths = {table: stack.var / f"{table}.copy" for table in COPY}
    files = {table: path.open("w", encoding="utf-8") for table, path in paths.items()}
    for found in shape.meetings():
        for table, text in rows_of(found, owner, rooms):
            files[table].write(text)
    for file in files.values():
        file.close()
    return paths


PEOPLE = f"""
from accounts.models import User
from meetings.models import Room
owner = User.objects.create_user("{OWNER}", "{PASSWORD}", name="Bench")
for name in ("atrium", "board", "canteen", "den", "end"):
    Room.objects.create(name=name, user=owner)
"""

if __name__ == "__main__":
    for shape in (API,):
        with loaded(shape) as stack:
            print(stack.rows("SELECT count(*) FROM transcripts_utterance")[0])
