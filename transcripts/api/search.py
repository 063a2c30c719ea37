"""Finding transcripts by what was said in them."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import SignedInOrPublicMode
from reflector_site.api import QueryError
from reflector_site.api_errors import INVALID, UNAUTHENTICATED, ErrorSerializer, Refused
from transcripts.domain.search import search

from .search_serializers import SearchAnswerSerializer, SearchQuerySerializer


class Search(APIView):
    permission_classes = (SignedInOrPublicMode,)
    throttle_scope = "search"

    @extend_schema(
        operation_id="v1_transcripts_search",
        tags=["transcripts"],
        parameters=[SearchQuerySerializer],
        responses={200: SearchAnswerSerializer, 400: ErrorSerializer, **UNAUTHENTICATED, **INVALID},
    )
    def get(self, request: Request) -> Response:
        """The transcripts that you may read and that fit, best first, with the places that fit."""
        query = SearchQuerySerializer(data=request.query_params)
        if not query.is_valid():
            raise QueryError(query.errors)
        asked, criteria = query.validated_data, query.criteria()
        if criteria.created_from and criteria.created_to and criteria.created_from > criteria.created_to:
            raise Refused("'from' must be less than or equal to 'to'")
        found = search(request.user, criteria, limit=asked["limit"], offset=asked["offset"])
        answer = {
            "results": found.results,
            "total": found.total,
            "query": asked["q"],
            "limit": asked["limit"],
            "offset": asked["offset"],
        }
        return Response(SearchAnswerSerializer(answer).data)
