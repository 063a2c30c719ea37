"""How the API speaks: errors as `{"detail": "…"}`, 422 with a list for what does not fit, pages of lists."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from rest_framework import serializers, status
from rest_framework.exceptions import ErrorDetail, NotAuthenticated, ParseError, Throttled, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.pagination import BasePagination
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.views import exception_handler as default_handler

from consent.vault import StorageFull, VaultError
from reflector_site import limits


class QueryError(ValidationError):
    """A query parameter does not fit."""


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Validation errors as existing clients know them; storage errors with the status they carry."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        error = StorageFull()  # Django keeps a large request on disk while it reads it
    if isinstance(error, VaultError):
        return Response({"detail": str(error)}, status=error.status)
    if isinstance(error, ParseError):
        problem = {"loc": ["body"], "msg": str(error.detail), "type": "json_invalid"}
        return Response({"detail": [problem]}, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
    if isinstance(error, ValidationError):
        location = "query" if isinstance(error, QueryError) else "body"
        return Response({"detail": _problems(error.detail, (location,))}, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
    if isinstance(error, Throttled):
        error.detail = ErrorDetail(limits.sentence(getattr(error, "wait", None)), code=error.default_code)
    if isinstance(error, NotAuthenticated):
        error.detail = ErrorDetail("Not authenticated", code=error.default_code)
    return default_handler(error, context)


def _problems(detail: Any, location: tuple[str, ...]) -> list[dict[str, Any]]:
    if isinstance(detail, dict):
        return [problem for key, value in detail.items() for problem in _problems(value, (*location, str(key)))]
    if isinstance(detail, list):
        return [problem for value in detail for problem in _problems(value, location)]
    said = str(detail).encode(errors="replace").decode()  # it may quote half of a surrogate pair, which no answer holds
    return [{"loc": list(location), "msg": said, "type": getattr(detail, "code", "invalid")}]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """For addresses that nothing answers: JSON under /v1, a page elsewhere."""
    if request.path.startswith("/v1/"):
        return JsonResponse({"detail": "Not found"}, status=404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """For faults of ours, which Django has logged: JSON under /v1, a page elsewhere."""
    if request.path.startswith("/v1/"):
        return JsonResponse({"detail": "The fault is ours, and it has been written to the log. Try again."}, status=500)
    return defaults.server_error(request)


def parameters(request: Request, form: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """The query parameters that `form` declares. Raises QueryError (422)."""
    query = form(data=request.query_params.dict())  # a mapping and no form, where "" would mean "left out"
    if not query.is_valid():
        raise QueryError(query.errors)
    found: dict[str, Any] = query.validated_data
    return found


class WhateverIsAccepted(BaseContentNegotiation):
    """For addresses that answer with something else than JSON, where errors are JSON nevertheless."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, str(first.media_type)


class PageQuerySerializer(serializers.Serializer[dict[str, Any]]):
    page = serializers.IntegerField(default=1, min_value=1, max_value=1_000_000)
    size = serializers.IntegerField(default=50, min_value=1, max_value=100)


class Pages(BasePagination):
    """`?page=&size=` in, `{items, total, page, size, pages}` out; empty beyond the last page."""

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        asked = parameters(request, PageQuerySerializer)
        self.number, self.size = asked["page"], asked["size"]
        self.total = queryset.count()
        return list(queryset[(self.number - 1) * self.size : self.number * self.size])

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "items": data,
                "total": self.total,
                "page": self.number,
                "size": self.size,
                "pages": -(-self.total // self.size),
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        number = {"type": "integer"}
        return {
            "type": "object",
            "required": ["items", "total", "page", "size", "pages"],
            "properties": {
                "items": schema,
                **dict.fromkeys(("total", "page", "size", "pages"), number),
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        bounds = {
            "page": {"default": 1, "minimum": 1, "maximum": 1_000_000},
            "size": {"default": 50, "minimum": 1, "maximum": 100},
        }
        return [
            {"name": name, "in": "query", "required": False, "schema": {"type": "integer", **bound}}
            for name, bound in bounds.items()
        ]
