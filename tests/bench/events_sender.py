"""Writes events at a given pace and prints when each was committed: started by `tests.bench.events`.

Arguments: ours or stock, the stream, how many, how many a second (0: all in one transaction).
"""

from __future__ import annotations

import json
import sys
import time

import django
from asgiref.sync import async_to_sync

from reflector_site import embedded

#: So that a frame has about 250 bytes, as most events of a transcript.
TITLE = "What the meeting was about, in a line as long as titles are " * 2


def main(way: str, stream: str, count: int, pace: float) -> None:
    embedded.ensure()
    django.setup()
    from django.db import transaction  # noqa: PLC0415 -- needs the settings

    from reflector_site.events import log  # noqa: PLC0415
    from transcripts.events import FinalTitle  # noqa: PLC0415

    send = _stock_sender() if way == "stock" else None
    committed: list[float] = []
    begun = time.time() + 0.5
    together = 1 if pace else count
    for number in range(0, count, together):
        time.sleep(max(0.0, begun + (number / pace if pace else 0) - time.time()))
        with transaction.atomic():
            transaction.on_commit(lambda: committed.extend([time.time()] * together))
            for _ in range(together):
                if send is None:
                    log.append(stream, FinalTitle(title=TITLE))
        for seq in range(number, number + together):
            if send is not None:
                send(stream, seq + 1)
    print(json.dumps({"committed": committed}))


def _stock_sender():  # type: ignore[no-untyped-def]
    """As the documentation of Channels has it: `async_to_sync(layer.group_send)`."""
    from tests.bench.stock import group_of, layer  # noqa: PLC0415 -- needs the settings

    made = layer()

    def send(stream: str, seq: int) -> None:
        text = json.dumps({"event": "FINAL_TITLE", "data": {"title": TITLE}, "stream": stream, "seq": seq})
        async_to_sync(made.group_send)(group_of(stream), {"type": "passed.on", "text": text})

    return send


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
