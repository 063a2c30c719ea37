"""docs/settings.md is what `manage.py settings` prints."""

from __future__ import annotations

import io
import os
import subprocess
import sys

from django.core.management import call_command

from reflector_site import env
from reflector_site.env import PROJECT_DIR
from tests import environment

DOCUMENT = PROJECT_DIR / "docs" / "settings.md"


def test_the_table_is_true() -> None:
    printed = io.StringIO()
    call_command("settings", stdout=printed)
    assert _without_defaults_of_this_machine(printed.getvalue()) == _without_defaults_of_this_machine(
        DOCUMENT.read_text()
    )


def test_the_table_is_the_same_on_every_machine() -> None:
    own = {**os.environ, "PORT": "9000", "HOST": "0.0.0.0"}
    del own["REFLECTOR_VAR"]
    command = [sys.executable, "manage.py", "settings"]
    done = subprocess.run(command, cwd=PROJECT_DIR, env=own, capture_output=True, text=True, check=True)
    assert done.stdout == DOCUMENT.read_text()


def test_what_libraries_read_is_in_the_table() -> None:
    names = {setting.name for setting in env.declared()}
    assert names >= {"HF_ENDPOINT", "HF_HOME", "HF_HUB_OFFLINE", "NO_COLOR"}
    assert names == set(environment.SETTINGS)


def _without_defaults_of_this_machine(text: str) -> list[list[str]]:
    """The rows without the column of defaults where it holds a path, which tests set elsewhere."""
    rows = [line.split("|") for line in text.strip().splitlines()]
    return [row if len(row) < 5 or "var" not in row[3] else [*row[:3], *row[4:]] for row in rows]
