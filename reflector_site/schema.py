"""What drf-spectacular cannot see by itself: who may come without a key, and what every address can answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework.permissions import SAFE_METHODS

from accounts.permissions import AnybodyToRead, SignedIn

EXAMPLES = Path(__file__).resolve().parent.parent / "docs" / "examples.json"
_JSON = "application/json"
_PROBLEM = {"loc": ["body", "name"], "msg": "This field is required.", "type": "required"}
_METHODS = ("get", "put", "post", "patch", "delete", "head")
_RETRY_AFTER = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}


class Described(AutoSchema):
    def get_auth(self) -> list[dict[str, Any]]:
        """As REST framework asks for it; an address that is open to strangers may be called without anything."""
        found: list[dict[str, Any]] = super().get_auth()
        closed = any(isinstance(each, SignedIn) and not self._reads(each) for each in self.view.get_permissions())
        return found if closed or {} in found else [*found, {}]

    def _reads(self, permission: SignedIn) -> bool:
        return isinstance(permission, AnybodyToRead) and self.method in SAFE_METHODS


def add_common_answers(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A hook of drf-spectacular: the refusals that come before an address is reached, so that no view repeats them."""
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            if path.startswith("/v1/") and method in _METHODS:
                for status, answer in _common(operation).items():
                    operation["responses"].setdefault(status, answer)
    return result


def add_examples(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A hook of drf-spectacular: what a site was asked and answered, from docs/examples.json (`make examples`)."""
    said = json.loads(EXAMPLES.read_text()) if EXAMPLES.exists() else {}
    for operations in result["paths"].values():
        for operation in operations.values():
            example = said.get(operation.get("operationId"), {})
            if "request" in example:
                operation["requestBody"]["content"][_JSON]["example"] = example["request"]
            if "response" in example:
                operation["responses"]["200"]["content"][_JSON]["example"] = example["response"]
    return result


def _common(operation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = {
        "401": _refusal("Nobody is signed in, or the key or token is not valid."),
        "429": {**_refusal("Too many requests. Try again after so many seconds."), "headers": _RETRY_AFTER},
        "503": _refusal("Something that it needs does not answer. Try again later."),
    }
    if operation.get("parameters", ()):
        found["422"] = _refusal("A value does not fit.", "HTTPValidationError")
    if "requestBody" in operation:
        found["413"] = _refusal("The body is too large.")
        found["415"] = _refusal("The body is of a kind that is not taken here.")
        found["422"] = _refusal("A value does not fit.", "HTTPValidationError")
    return found


def _refusal(description: str, component: str = "Error") -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{component}"}
    example = {"detail": description} if component == "Error" else {"detail": [_PROBLEM]}
    return {"description": description, "content": {_JSON: {"schema": schema, "example": example}}}
