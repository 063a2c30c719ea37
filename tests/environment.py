"""A pytest plugin, loaded before the settings: tests have a data directory of their own and no settings from outside.

Real PostgreSQL and Redis are started there by the first test that needs them (conftest.py), never those of a site.
"""

from __future__ import annotations

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "BASE_URL", "AUDIO_STORAGE", "AUDIO_DIR", "SCRATCH_DIR"):
    os.environ.pop(name, None)
os.environ["REFLECTOR_ENV_FILE"] = os.devnull
VAR = Path(os.environ.get("REFLECTOR_TEST_VAR", PROJECT / "var" / "test"))
(VAR / "static").mkdir(parents=True, exist_ok=True)  # ServeStatic warns where there is none
os.environ["REFLECTOR_VAR"] = str(VAR)
os.environ["TRANSCRIPTION_ENGINE"] = "tests.engines:FixedCost"
os.environ["DIARIZATION_ENGINE"] = "tests.engines:TwoSpeakers"
os.environ["LANGUAGE_ENGINE"] = "extractive"
os.environ["OFFLINE"] = "1"
