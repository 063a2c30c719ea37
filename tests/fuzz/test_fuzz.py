"""Everything that the schema allows is answered as the schema says, and everything else is refused; never a 5xx."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz import fuzzer
from tests.fuzz.world import existing, fill, site
from tests.stack import Stack

#: `make fuzz` gives seconds for each run; without, it is bounded by a few examples per operation, always the same.
SECONDS = int(os.environ.get("FUZZ_SECONDS", "0")) or None
EXAMPLES = 1000 if SECONDS else 5


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, str]]:
    with site(tmp_path_factory.mktemp("fuzzed")) as (stack, token):
        fill(stack, token)
        yield stack, token


@pytest.mark.parametrize("who", ["anonymous", "owner"])
def test_schemathesis_finds_nothing(served: tuple[Stack, str], tmp_path: Path, who: str) -> None:
    stack, owner = served
    token = owner if who == "owner" else None
    done = fuzzer.run(stack, tmp_path, ids=existing(stack), token=token, examples=EXAMPLES, seconds=SECONDS)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    log = (stack.var / "log" / "web.log").read_text(errors="replace")
    assert "Traceback" not in log, log[log.index("Traceback") :][:5_000]
