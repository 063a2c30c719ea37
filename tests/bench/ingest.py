"""Programs that follow the list by `change_seq` over HTTP, beside writers that make it hard for them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from tests.ingest import Fetch, missed
from tests.stack import EMAIL, Stack, running


def nothing_is_missed() -> None:
    """Eight writers for 30 seconds, and two followers, who must know the last state of every row in the end."""
    seconds = float(os.environ.get("BENCH_SECONDS", "30"))
    with tempfile.TemporaryDirectory() as directory, running(Path(directory) / "var") as stack:
        stack.web()
        followers = {name: _fetching(stack) for name in ("cursor", "pages")}
        with stack.client() as api:
            pattern = api.post("/v1/transcripts", json={"name": "bench"}).raise_for_status().json()["id"]
        wrong = missed(stack.addresses["database_url"], pattern, followers, seconds=seconds)
    for line in wrong[:10]:
        print(line)
    print(f"{len(wrong)} states missed in {seconds:.0f} s   target 0")
    assert not wrong


def _fetching(stack: Stack) -> Fetch:
    """Ask with a key of its own, over one connection."""
    key = stack.manage("create_api_key", EMAIL).strip()
    client = httpx.Client(base_url=stack.base, headers={"X-API-Key": key}, timeout=30)

    def fetch(query: Mapping[str, object]) -> Any:
        return client.get("/v1/transcripts", params={k: str(v) for k, v in query.items()}).raise_for_status().json()

    return fetch
