"""What the API says about people."""

from __future__ import annotations

from rest_framework import serializers

from accounts.models import User


class UserInfoSerializer(serializers.ModelSerializer[User]):
    """Who is asking: `sub` is the id."""

    sub = serializers.UUIDField(source="id", read_only=True)

    class Meta:
        model = User
        fields = ("sub", "email")
        read_only_fields = fields
