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
from rest_framework.test import APIClient

from reflector_site.api_json import FastJSONRenderer
from transcripts.models import Transcript

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


@pytest.mark.django_db
@pytest.mark.parametrize("body", [rb'{"share_mode": "\ud800"}', rb'{"name": "\ud800"}'])
def test_half_of_a_surrogate_pair_is_refused_and_no_fault(
    owners: APIClient, transcript: Transcript, body: bytes
) -> None:
    found = owners.patch(f"/v1/transcripts/{transcript.pk}", body, content_type="application/json")
    assert found.status_code == 422
    assert found.json()["detail"][0]["loc"][0] == "body"
