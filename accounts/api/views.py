"""Who is asking."""

from __future__ import annotations

from django.http import JsonResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api.serializers import UserInfoSerializer
from reflector_site.api_errors import ErrorSerializer


class Me(APIView):
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="v1_user_me",
        tags=["user"],
        responses={
            200: OpenApiResponse(UserInfoSerializer, description="The signed-in user; `null` for everybody else."),
            401: OpenApiResponse(ErrorSerializer, description="The key is not valid."),
        },
    )
    def get(self, request: Request) -> JsonResponse:
        """The user that a session or a key belongs to; `null` without either."""
        user = request.user
        # REST framework's own response has an empty body for None, which is not JSON.
        return JsonResponse(UserInfoSerializer(user).data if user.is_authenticated else None, safe=False)
