"""A process that prints one file: `{"kind": "pdf" or "docx", "minutes": …, "fonts": DIRECTORY}` in, its bytes out."""

from __future__ import annotations

import sys
from pathlib import Path

import orjson


def main() -> None:
    order = orjson.loads(sys.stdin.buffer.read())
    if order["kind"] == "docx":
        from transcripts.documents.word import word  # noqa: PLC0415 -- only one of the two is needed

        printed = word(order["minutes"])
    else:
        from transcripts.documents.pdf import pdf  # noqa: PLC0415

        printed = pdf(order["minutes"], Path(order["fonts"]))
    sys.stdout.buffer.write(printed)


if __name__ == "__main__":
    main()
