"""The log over plain HTTP: as JSON for those who ask again, as server-sent events where sockets are blocked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.identity import Identity, Unauthenticated, identify
from reflector_site.api import WhateverIsAccepted, parameters
from reflector_site.api_errors import INVALID, READING, Refused

from . import log, registry
from .outlets import QueuedOutlet
from .subscription import Permission, Refusal, Subscription

Get = TypeVar("Get", bound=Callable[..., HttpResponseBase])

MOST_EVENTS = 500
#: Seconds of silence after which a comment tells proxies and clients that the connection lives.
BREATH = 15.0
_EVENT_STREAM = "text/event-stream"


class SinceSerializer(serializers.Serializer[dict[str, Any]]):
    since = serializers.IntegerField(
        default=0, min_value=0, max_value=2**63 - 1, help_text="The seq of the last event that you have; 0 for all."
    )
    stream = serializers.BooleanField(default=False, help_text="As server-sent events, as `Accept` can ask too.")


def described(operation_id: str, union: str) -> Callable[[Get], Get]:
    """The description of such an address, for the published schema."""
    resume = OpenApiParameter("Last-Event-ID", str, OpenApiParameter.HEADER, description="Takes the place of `since`.")
    return extend_schema(
        operation_id=operation_id,
        tags=["events"],
        parameters=[SinceSerializer, resume],
        responses={
            (200, "application/json"): {"$ref": f"#/components/schemas/{union}Log"},
            (200, _EVENT_STREAM): {"$ref": "#/components/schemas/ServerSentEvent"},
            **READING,
            **INVALID,
        },
    )


class EventLog(APIView):
    """Subclasses say in `get` which stream the address stands for, and call `answer`."""

    content_negotiation_class = WhateverIsAccepted

    def answer(self, request: Request, stream: str) -> HttpResponseBase:
        asked = parameters(request, SinceSerializer)
        registry.kind_of(stream).authorize(request.user, stream)
        since = _resumed(request) or asked["since"]
        if asked["stream"] or _EVENT_STREAM in request.headers.get("Accept", ""):
            return _server_sent(request._request, stream, since)  # noqa: SLF001 -- as Django sees it
        return _page(stream, since)


def _resumed(request: Request) -> int | None:
    value = request.headers.get("Last-Event-ID", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None


def _page(stream: str, since: int) -> HttpResponse:
    page = log.read(stream, since, MOST_EVENTS)
    reset = page.lacks(since) is not None
    frames = [] if reset else page.frames
    seq = frames[-1].seq if frames else page.last
    more = seq is not None and seq < page.last
    events = ",".join(frame.text for frame in frames)
    flags = f'"reset":{"true" if reset else "false"},"more":{"true" if more else "false"}'
    response = HttpResponse(f'{{"events":[{events}],"seq":{seq},{flags}}}', content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response


def _server_sent(request: HttpRequest, stream: str, since: int) -> StreamingHttpResponse:
    try:
        identity = identify(request.scope)  # type: ignore[attr-defined]  # ASGI's
    except Unauthenticated as error:
        raise Refused(str(error), status=401) from error
    response = StreamingHttpResponse(_Watcher(identity, stream, since).lines(), content_type=_EVENT_STREAM)
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"  # nginx would hold events back
    return response


class _Watcher:
    """One connection of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

    def __init__(self, identity: Identity, stream: str, since: int) -> None:
        self._identity, self._stream, self._since = identity, stream, since
        self._outlet: QueuedOutlet

    async def lines(self) -> AsyncIterator[str]:
        self._outlet = QueuedOutlet()
        permission = Permission(self._identity, self._stream)
        subscription = Subscription(permission=permission, since=self._since, outlet=self._outlet, listener=self)
        try:
            await subscription.join()
            subscription.catch_up(checked=True)
            yield "retry: 3000\n\n"
            while True:
                try:
                    async with asyncio.timeout(BREATH):
                        frame = await self._outlet.next()
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if frame is None:
                    return
                yield (f"id: {frame.seq}\n" if frame.seq is not None else "") + f"data: {frame.text}\n\n"
        finally:
            subscription.stop()

    def withdrawn(self, subscription: Subscription, refusal: Refusal) -> None:
        self._outlet.close()

    def may_be_over(self, subscription: Subscription) -> None:
        """It goes on: somebody may edit."""
