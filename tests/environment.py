"""A pytest plugin, loaded before the settings: tests have a data directory of their own and no settings from outside.

Real PostgreSQL and Redis are started there by the first test that needs them (conftest.py), never those of a site.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

#: Every setting there is, from the table that is checked against the code (test_settings_doc.py).
SETTINGS = re.findall(r"^\| `(\w+)` \|", (PROJECT / "docs" / "settings.md").read_text(encoding="utf-8"), re.MULTILINE)

for name in SETTINGS:
    os.environ.pop(name, None)
    os.environ.pop(f"{name}_FILE", None)
os.environ["REFLECTOR_ENV_FILE"] = os.devnull
#: Tests that run side by side have servers and data of their own.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
VAR = Path(os.environ.get("REFLECTOR_TEST_VAR", PROJECT / "var" / "test")) / WORKER
(VAR / "static").mkdir(parents=True, exist_ok=True)  # ServeStatic warns where there is none
os.environ["REFLECTOR_VAR"] = str(VAR)
os.environ["TRANSCRIPTION_ENGINE"] = "tests.engines:FixedCost"
os.environ["DIARIZATION_ENGINE"] = "tests.engines:TwoSpeakers"
os.environ["LANGUAGE_ENGINE"] = "extractive"
os.environ["OFFLINE"] = "1"
