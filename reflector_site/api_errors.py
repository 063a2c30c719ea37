"""What the API answers when it refuses: the exception, and the shapes for the schema."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import APIException


class Refused(APIException):
    """A request that cannot be granted: a sentence for people, and the HTTP status that fits."""

    def __init__(self, message: str, *, status: int = 400) -> None:
        super().__init__(message, code="refused")
        self.status_code = status


class ErrorSerializer(serializers.Serializer[dict[str, Any]]):
    """Why a request was refused, as a sentence."""

    detail = serializers.CharField()


class ValidationProblemSerializer(serializers.Serializer[dict[str, Any]]):
    loc = serializers.ListField(child=serializers.CharField(), help_text='Where, such as ["body", "name"].')
    msg = serializers.CharField()
    type = serializers.CharField()


class HTTPValidationErrorSerializer(serializers.Serializer[dict[str, Any]]):
    """Each value of a request that does not fit."""

    detail = ValidationProblemSerializer(many=True)


#: The answers that nearly every operation on a transcript can give beside its own.
UNAUTHENTICATED = {401: ErrorSerializer}
INVALID = {422: HTTPValidationErrorSerializer}
READING = {**UNAUTHENTICATED, 403: ErrorSerializer, 404: ErrorSerializer}
