"""What the API says about people and their keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from accounts.enums import Scope
from accounts.models import ApiKey, User
from reflector_site.fields import Text


class UserInfoSerializer(serializers.ModelSerializer[User]):
    """Who is asking: `sub` is the id."""

    sub = serializers.UUIDField(source="id", read_only=True)

    class Meta:
        model = User
        fields = ("sub", "email")
        read_only_fields = fields


class ApiKeySerializer(serializers.ModelSerializer[ApiKey]):
    """A key, by which it can be recognised but not used."""

    user_id = serializers.UUIDField(read_only=True)
    scopes = serializers.ListField(child=serializers.ChoiceField(Scope.choices), read_only=True)

    class Meta:
        model = ApiKey
        fields: Sequence[str] = (
            "id",
            "user_id",
            "name",
            "created_at",
            "prefix",
            "scopes",
            "expires_at",
            "last_used_at",
        )
        read_only_fields = fields


class CreatedApiKeySerializer(ApiKeySerializer):
    """A new key, with what is never shown again."""

    key = serializers.CharField(source="plaintext", read_only=True, help_text="The key itself, in this answer alone.")

    class Meta(ApiKeySerializer.Meta):
        fields = (*ApiKeySerializer.Meta.fields, "key")
        read_only_fields = fields


class CreateApiKeySerializer(serializers.Serializer[dict[str, Any]]):
    name = Text(
        max_length=200,
        required=False,
        allow_null=True,
        default=None,
        help_text="A label by which to recognise the key.",
    )
    scopes = serializers.ListField(
        child=serializers.ChoiceField(Scope.choices),
        required=False,
        allow_empty=False,
        max_length=len(Scope),
        help_text="Unset: read and write, as far as the key that asks has them.",
    )
    expires_at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="A time to come. Unset or null: it does not expire."
    )

    def validate_expires_at(self, value: datetime | None) -> datetime | None:
        if value is not None and value <= timezone.now():
            raise serializers.ValidationError(
                "This time has passed. Give one to come, or none for a key that does not expire."
            )
        return value
