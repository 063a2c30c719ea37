"""Languages in requests."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from reflector_site.fields import Text
from transcripts.domain import languages


class SpokenLanguage(Text):
    """ISO 639-1, or "auto". A region, as in "en-US", is left out."""

    def to_internal_value(self, data: Any) -> str:
        try:
            return languages.check(super().to_internal_value(data))
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error


class TargetLanguage(SpokenLanguage):
    """ISO 639-1: one has to say it."""

    def to_internal_value(self, data: Any) -> str:
        found = super().to_internal_value(data)
        if found == languages.AUTO:
            raise serializers.ValidationError("Say which language: it cannot be detected.")
        return found


class LanguageSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # its registration has no types
    """The codes by name in the published schema, once for all requests that take them."""

    target_class = SpokenLanguage
    match_subclasses = True

    def get_name(self) -> str:
        return type(self.target).__name__

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        codes = [code for code, _ in languages.CHOICES]
        if isinstance(self.target, TargetLanguage):
            codes.remove(languages.AUTO)
        return {"type": "string", "enum": codes}
