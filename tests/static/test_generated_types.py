"""The pages know the API by its description alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

from django.core.management import call_command
from jsonschema import Draft202012Validator

from reflector_site.env import PROJECT_DIR

SOURCES = [path for path in (PROJECT_DIR / "static" / "src").rglob("*.ts") if path.name != "api.d.ts"]
DESCRIPTION = PROJECT_DIR / "docs" / "openapi.json"


def test_the_published_description_is_that_of_the_code(tmp_path: Path) -> None:
    """As `make schema` writes it. That the types are made from it is checked by `make types`."""
    written = tmp_path / "openapi.json"
    call_command("spectacular", format="openapi-json", file=str(written), validate=True, fail_on_warn=True)
    assert json.loads(written.read_text()) == json.loads(DESCRIPTION.read_text())


def test_examples_fit_what_they_are_examples_of() -> None:
    description = json.loads(DESCRIPTION.read_text())
    shown = 0
    for operations in description["paths"].values():
        for operation in operations.values():
            bodies = [operation.get("requestBody", {}), *operation.get("responses", {}).values()]
            for content in (content for body in bodies for content in body.get("content", {}).values()):
                if "example" in content:
                    schema = {**content["schema"], "components": description["components"]}
                    assert list(Draft202012Validator(schema).iter_errors(content["example"])) == []
                    shown += 1
    assert shown > 100


def test_every_address_in_the_scripts_is_in_the_description() -> None:
    described = json.loads(DESCRIPTION.read_text())["paths"].keys()
    used = {address for path in SOURCES for address in re.findall(r'["\'`](/v1/[^"\'`?]*)', path.read_text())}
    assert used
    assert used <= described


def test_no_script_turns_the_types_off() -> None:
    off = re.compile(r"\bas any\b|: any\b|<any>|@ts-(ignore|nocheck|expect-error)")
    assert {path.name for path in SOURCES if off.search(path.read_text())} == set()
