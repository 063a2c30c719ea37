"""A real worker with one difference: at the end of the step HELD_STEP it hangs, all work done and nothing saved.

That is the worst moment for a crash or a cancel: audio is in the vault but not adopted, scratch files are there. When
it hangs it says so by a file, and it goes on passing checkpoints, as a step at work does.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflector_site.settings")


def main() -> None:
    from reflector_site import embedded  # noqa: PLC0415 -- in the order of manage.py

    embedded.ensure()
    django.setup()
    _hold(os.environ["HELD_STEP"])
    from django.core.management import execute_from_command_line  # noqa: PLC0415 -- after the hold

    execute_from_command_line(["manage.py", *sys.argv[1:]])


def _hold(name: str) -> None:
    from transcripts.pipeline import plans  # noqa: PLC0415 -- models need the apps
    from transcripts.pipeline.context import Context  # noqa: PLC0415 -- as above

    # Plans share their steps, so whichever holds it has the right one.
    work = next(plan[name].work for plan in plans.PLANS.values() if name in plan.names())

    def compute_and_hang(context: Context) -> dict[str, Any]:
        work.compute(context)
        (context.scratch / "half-made").write_bytes(b"x")
        marker = Path(os.environ["REFLECTOR_VAR"]) / f"held-{name}"
        marker.write_text(str(os.getpid()))
        while True:
            context.checkpoint()
            time.sleep(0.05)

    held = replace(work, compute=compute_and_hang)
    for plan in list(plans.PLANS.values()):
        steps = tuple(replace(step, work=held) if step.name == name else step for step in plan.steps)
        plans.PLANS[plan.name] = replace(plan, steps=steps)


if __name__ == "__main__":
    main()
