"""Who is asking."""

from __future__ import annotations

from django.http import JsonResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api.serializers import UserInfoSerializer
from reflector_site.api_errors import ErrorSerializer

#: By hand: REST framework has no serializer that may be null as a whole.
_USER_OR_NULL = {
    "type": ["object", "null"],
    "required": ["sub", "email"],
    "properties": {"sub": {"type": "string", "format": "uuid"}, "email": {"type": "string", "format": "email"}},
}


class Me(APIView):
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="v1_user_me",
        tags=["user"],
        responses={
            200: OpenApiResponse(_USER_OR_NULL, description="The signed-in user; `null` for everybody else."),
            401: OpenApiResponse(ErrorSerializer, description="The key or token is not valid."),
            503: OpenApiResponse(ErrorSerializer, description="The issuer of the token does not answer."),
        },
    )
    def get(self, request: Request) -> JsonResponse:
        """The user that a session, a key or a token belongs to; `null` without any."""
        user = request.user
        # REST framework's own response has an empty body for None, which is not JSON.
        return JsonResponse(UserInfoSerializer(user).data if user.is_authenticated else None, safe=False)
