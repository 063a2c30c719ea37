"""The JSON of the API reads as that of REST framework."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ErrorDetail
from rest_framework.renderers import JSONRenderer

from reflector_site.api_json import FastJSONRenderer

NOON = dt.datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "value",
    [
        {"a": [1, 2.5, None, True, "é\n\"'</script>"], "b": {"c": ()}},
        {
            "at": NOON,
            "day": NOON.date(),
            "id": uuid.UUID(int=7),
            "price": Decimal("1.20"),
            "for": dt.timedelta(hours=1),
        },
        {"said": gettext_lazy("This field is required."), "why": ErrorDetail("No.", code="no"), 3: "three"},
        [],
        None,
    ],
)
def test_it_writes_the_same(value: Any) -> None:
    assert FastJSONRenderer().render(value) == JSONRenderer().render(value)


def test_indentation_for_people() -> None:
    assert FastJSONRenderer().render({"a": 1}, "application/json; indent=2") == b'{\n  "a": 1\n}'
