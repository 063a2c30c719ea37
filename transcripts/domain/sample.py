"""The sample of a meeting that ships with the project."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders


def sample_path() -> Path:
    """The audio file. Its true words and turns lie beside it, in meeting.json."""
    found = finders.find("sample/meeting.mp3")
    if found is None:
        raise FileNotFoundError("static/sample/meeting.mp3 is missing. Restore it with `git checkout static/sample`.")
    return Path(found)
