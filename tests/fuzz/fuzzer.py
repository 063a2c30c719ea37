"""Schemathesis against a running site: all its checks, over every operation of the published schema.

What it may take for granted is in `configuration`: the ids of what is there, and which refusals are right although a
request fits the schema.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.stack import Stack

#: Statuses with which a request that fits the schema may be answered: 400 is "not now, and why" (locked, no audio…).
RIGHT = ["2xx", "3xx", 400, 401, 403, 404, 409, 415, 429, 503]
#: Where more does not fit than a schema can say: which links lead anywhere; and the fuzzer makes no dates and ids where
#: they may be null.
ALSO_UNFIT = (
    "/v1/transcripts/import",
    "/v1/transcripts/{transcript_id}",
    "/v1/transcripts/{transcript_id}/speaker/assign",  # what begins must not end before it
    "/v1/transcripts/{transcript_id}/grants",
    "/v1/user/api-keys",
)


def configuration(ids: Mapping[str, Sequence[str]], token: str | None) -> str:
    """The text of a schemathesis.toml. `ids`: by the name of a path parameter, values of things that exist."""
    lines = [
        "max-stream-events = 3",
        "request-timeout = 20",
        "[generation]",
        "allow-x00 = false",  # in a text it is refused, as the database keeps none, which no schema says
        "[checks.positive_data_acceptance]",
        f"expected-statuses = {json.dumps(RIGHT)}",
        "[warnings]",
        "enabled = false",
    ]
    for name, values in ids.items():
        lines += [f"[dictionaries.{name}]", f"values = {json.dumps(list(values))}"]
    # Server-sent events have no end to wait for: what they send is held to the schema where they are tested.
    lines += ["[parameters]", '"query.stream" = "false"']
    lines += [f'"path.{name}" = {{ dictionary = "{name}", probability = 0.8 }}' for name in ids]
    for path in ALSO_UNFIT:
        lines += [
            "[[operations]]",
            f'include-path = "{path}"',
            "[operations.checks.positive_data_acceptance]",
            f"expected-statuses = {json.dumps([*RIGHT, 422])}",
        ]
    if token:
        lines += ["[auth.openapi.bearer]", f'bearer = "{token}"']
    return "\n".join(lines) + "\n"


def run(
    stack: Stack,
    place: Path,
    *,
    ids: Mapping[str, Sequence[str]],
    token: str | None,
    examples: int,
    seconds: int | None,
) -> subprocess.CompletedProcess[str]:
    """One run to its end, as the owner of `token` or as nobody. Its output says what to do to see a failure again."""
    place.mkdir(parents=True, exist_ok=True)
    config = place / "schemathesis.toml"
    config.write_text(configuration(ids, token))
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(config)),
        *("run", f"{stack.base}/openapi.json", "--checks", "all", "--continue-on-failure", "--no-color"),
        *("--max-examples", str(examples)),
        *(
            ("--max-time", str(seconds), "--generation-database", "none")
            if seconds
            else ("--generation-deterministic",)
        ),
    ]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, check=False, timeout=3600)
