from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from reflector_site import env

HEAD = """# Settings

Each comes from the environment, or from a file `.env` in the project's directory; the environment wins. A secret may
also lie in a file that `NAME_FILE` names. An impossible value stops the start with a sentence that says what to set.

This table is printed by `manage.py settings`.

| name | kind | default | what it is |
|---|---|---|---|
"""


class Command(BaseCommand):
    help = "Print the table of all settings, as docs/settings.md has it."

    def handle(self, *args: Any, **options: Any) -> str:
        rows = [
            f"| `{setting.name}` | {setting.kind} | {setting.default and f'`{setting.default}`'} | {setting.help} |"
            for setting in sorted(env.declared(), key=lambda setting: setting.name)
        ]
        return HEAD + "\n".join(rows)
