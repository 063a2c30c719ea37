"""Fields of JSON bodies that take what they are for and nothing that could be turned into it, as clients know it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class Text(serializers.CharField):
    """A string; a number is not one. PostgreSQL keeps no NUL, which REST framework refuses too."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        text: str = super().to_internal_value(data)
        try:
            text.encode()
        except UnicodeEncodeError:  # half of a surrogate pair, which JSON can write and nobody can store
            self.fail("invalid")
        return text


class Number(serializers.FloatField):
    """A finite number; neither a string nor a boolean is one."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        value: float = super().to_internal_value(data)
        if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 -- NaN is not itself
            self.fail("invalid")
        return value


class Whole(serializers.IntegerField):
    """A whole number; neither a string nor a boolean is one."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int | float) or data != int(data):
            self.fail("invalid")
        value: int = super().to_internal_value(int(data))
        return value


class Flag(serializers.BooleanField):
    """true or false, and nothing that stands for them."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data
