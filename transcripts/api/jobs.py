"""The processing of all transcripts that one may read."""

from __future__ import annotations

import uuid

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, When
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import audit
from accounts.enums import AuditAction
from reflector_site.api import Pages, parameters
from reflector_site.api_answers import StatusSerializer
from reflector_site.api_errors import INVALID, READING, UNAUTHENTICATED
from transcripts.access import changeable, signed_in
from transcripts.enums import RunState
from transcripts.models import Run, Transcript
from transcripts.pipeline import ledger, progress

from .job_serializers import JobListQuerySerializer, JobSerializer


def _visible(request: Request) -> QuerySet[Run]:
    readable = Transcript.objects.visible_to(signed_in(request.user))
    found = Run.objects.filter(transcript__in=readable).defer("before", *progress.UNNEEDED)
    found = found.select_related("transcript")
    return found.annotate(place=_place()).prefetch_related("steps")


def _place() -> Case:
    """Its place in the queue of its lane, while nobody has taken it up: how many like it are as old or older."""
    waiting = Q(state=RunState.ACTIVE, started_at=None)
    same_lane = Run.objects.filter(waiting, lane=OuterRef("lane"), created_at__lte=OuterRef("created_at"))
    count = same_lane.order_by().values("lane").annotate(count=Count("pk")).values("count")
    return Case(When(waiting, then=Subquery(count)), default=None)


def _found(request: Request, run_id: uuid.UUID) -> Run:
    run = _visible(request).filter(pk=run_id).first()
    if run is None:
        raise Http404("Job not found")
    return run


class Jobs(GenericAPIView[Run]):
    pagination_class = Pages
    serializer_class = JobSerializer
    queryset = Run.objects.none()

    @extend_schema(
        operation_id="v1_jobs_list",
        tags=["jobs"],
        parameters=[JobListQuerySerializer],
        responses={200: JobSerializer(many=True), **UNAUTHENTICATED, **INVALID},
    )
    def get(self, request: Request) -> Response:
        """What is and was processed, newest first; with `state=active`, what runs and what waits."""
        found = _visible(request).filter(**parameters(request, JobListQuerySerializer)).order_by("-created_at", "pk")
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(found), many=True).data)


class OneJob(APIView):
    @extend_schema(operation_id="v1_job_get", tags=["jobs"], responses={200: JobSerializer, **READING})
    def get(self, request: Request, run_id: uuid.UUID) -> Response:
        """One processing of one transcript, step by step."""
        return Response(JobSerializer(_found(request, run_id)).data)


class CancelJob(APIView):
    @extend_schema(
        operation_id="v1_job_cancel", tags=["jobs"], request=None, responses={200: StatusSerializer, **READING}
    )
    def post(self, request: Request, run_id: uuid.UUID) -> Response:
        """Stop it; the transcript then holds what it held before. `ok` or `not running`."""
        run = _found(request, run_id)
        transcript = changeable(request.user, run.transcript_id)
        if not ledger.cancel(run):
            return Response({"status": "not running"})
        audit.record(request.user, AuditAction.PROCESSED, transcript.stream_key, what="cancel")
        return Response({"status": "ok"})
