"""The API keys of whoever asks."""

from __future__ import annotations

import uuid

from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.serializers import ApiKeySerializer, CreateApiKeySerializer, CreatedApiKeySerializer
from accounts.domain import create_api_key, revoke_api_key
from accounts.domain.api_keys import TooManyKeys
from accounts.enums import Scope
from accounts.models import ApiKey, User
from accounts.models.api_keys import ApiKeyQuerySet
from reflector_site.api_answers import StatusSerializer
from reflector_site.api_errors import INVALID, UNAUTHENTICATED, ErrorSerializer, Refused

_SCOPE = {403: OpenApiResponse(ErrorSerializer, description="The key that asks has not the scope for this.")}


class ApiKeys(APIView):
    scope = Scope.ADMIN

    @extend_schema(
        operation_id="v1_list_api_keys",
        tags=["user"],
        responses={200: ApiKeySerializer(many=True), **UNAUTHENTICATED, **_SCOPE},
    )
    def get(self, request: Request) -> Response:
        """Your keys that are not revoked, newest first, without what opens the door."""
        return Response(ApiKeySerializer(_keys(request), many=True).data)

    @extend_schema(
        operation_id="v1_create_api_key",
        tags=["user"],
        request=CreateApiKeySerializer,
        responses={
            200: CreatedApiKeySerializer,
            400: OpenApiResponse(ErrorSerializer, description="You have as many keys as one person may have."),
            **UNAUTHENTICATED,
            **_SCOPE,
            **INVALID,
        },
    )
    def post(self, request: Request) -> Response:
        """A new key. It is in this answer and nowhere else: only its hash is kept."""
        form = CreateApiKeySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            key, plaintext = create_api_key(user=_user(request), by=_user(request), **form.validated_data)
        except TooManyKeys as error:
            raise Refused(str(error)) from error
        key.plaintext = plaintext
        return Response(CreatedApiKeySerializer(key).data)


class OneApiKey(APIView):
    scope = Scope.ADMIN

    @extend_schema(
        operation_id="v1_delete_api_key",
        tags=["user"],
        responses={200: StatusSerializer, **UNAUTHENTICATED, **_SCOPE, 404: ErrorSerializer},
    )
    def delete(self, request: Request, key_id: uuid.UUID) -> Response:
        """Revoke one of your keys. What is open by it is closed."""
        key = _keys(request).filter(pk=key_id).first()
        if key is None or not revoke_api_key(key, by=_user(request)):
            raise Http404("API key not found")
        return Response({"status": "ok"})


def _keys(request: Request) -> ApiKeyQuerySet:
    return ApiKey.objects.filter(user=_user(request), revoked_at=None).select_related("user")


def _user(request: Request) -> User:
    assert isinstance(request.user, User), "SignedIn lets nobody else in"
    return request.user
