"""docs/permissions.md says what the matrix proves."""

from __future__ import annotations

from tests.environment import PROJECT

from .document import document


def test_the_document_is_printed_from_the_matrix() -> None:
    assert (PROJECT / "docs" / "permissions.md").read_text(encoding="utf-8") == document()
