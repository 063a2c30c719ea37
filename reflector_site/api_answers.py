"""The short answer of verbs. A leaf: every app may import it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class StatusSerializer(serializers.Serializer[dict[str, Any]]):
    """`ok` when it was done; else why there was nothing to do."""

    status = serializers.CharField()
