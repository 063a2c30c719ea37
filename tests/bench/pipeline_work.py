"""One run of a file in this process, step after step, as a worker does it; prints the CPU seconds of each as JSON.

Started by `tests.bench.pipeline` with a data directory of its own and engines that cost nothing.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import django

from reflector_site import embedded


def main(source: Path) -> None:
    embedded.ensure()
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 -- all that follows needs the apps

    from accounts.domain import command_line_user  # noqa: PLC0415
    from transcripts.domain.create import create_transcript  # noqa: PLC0415
    from transcripts.pipeline import intake  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    transcript = create_transcript(user=command_line_user(), name="bench")
    with source.open("rb") as file:
        run = intake.receive_file(transcript, file)
    seconds = _work_off(run.pk)
    run.refresh_from_db()
    assert run.state == "ended", run.state
    peak = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
    print(json.dumps({"steps": seconds, "megabytes": int(peak) / 1024}))


def _work_off(run_id: object) -> dict[str, float]:
    from transcripts.models import Part  # noqa: PLC0415 -- as above
    from transcripts.pipeline.execute import POOL, execute  # noqa: PLC0415

    seconds: dict[str, float] = {}
    ready = Part.objects.filter(step__run=run_id, state="ready").select_related("step").order_by("pk")
    while part := ready.first():
        begun = time.process_time()  # of this process: engines run in processes of their own
        execute(part.pk)
        seconds[part.step.name] = seconds.get(part.step.name, 0) + time.process_time() - begun
    POOL.close()
    return seconds


if __name__ == "__main__":
    main(Path(sys.argv[1]))
