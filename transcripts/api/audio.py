"""The sound of a transcript: the mp3 to play, and the waveform to draw."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils.decorators import method_decorator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.enums import AuditAction, Scope
from accounts.guests import Asker
from accounts.permissions import AnybodyToRead
from consent import ranges, vault
from consent.models import AudioKind, AudioObject
from reflector_site.api import WhateverIsAccepted
from reflector_site.api_errors import READING
from reflector_site.caching import revalidated
from transcripts.access import readable, signed_in
from transcripts.audio_links import InvalidLink, audio_link, user_of
from transcripts.models import Transcript

_RANGE = OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="Such as bytes=0-1023.")
_TOKEN = OpenApiParameter("token", str, description="Of an audio link; only looked at where nobody is signed in.")
_BYTES = "application/octet-stream"  # for clients that are generated, whose makers know no audio/mpeg
_AUDIO = {(status, kind): OpenApiTypes.BINARY for status in (200, 206) for kind in ("audio/mpeg", _BYTES)}
_OUTSIDE = {416: OpenApiResponse(description="The range lies outside the file.")}


class Mp3(APIView):
    permission_classes = (AnybodyToRead,)
    audit = {"get": AuditAction.DOWNLOADED}
    content_negotiation_class = WhateverIsAccepted

    @extend_schema(
        operation_id="v1_transcript_get_audio_mp3",
        tags=["transcripts"],
        parameters=[_RANGE, _TOKEN],
        responses={**_AUDIO, **READING, **_OUTSIDE},
    )
    def get(self, request: Request, transcript_id: uuid.UUID) -> HttpResponseBase:
        """The recording as mp3, whole or in part; HEAD gives the headers alone."""
        transcript = readable(_listener(request, transcript_id), transcript_id)
        filename = f"recording_{str(transcript.pk).partition('-')[0]}.mp3"
        response = ranges.serve(request._request, playback(transcript), filename=filename)  # noqa: SLF001 -- as Django sees it
        if request.headers.get("Accept", "").strip() == _BYTES:
            response["Content-Type"] = _BYTES
        return response

    head = get


def _listener(request: Request, transcript_id: uuid.UUID) -> Asker:
    """Whoever is signed in, else whose link it is."""
    token = request.query_params.get("token")
    if request.user.is_authenticated or token is None:
        asker: Asker = request.user
        return asker
    try:
        request.user = listener = user_of(token, transcript_id)  # so that the audit log knows, too
    except InvalidLink:
        raise AuthenticationFailed("Invalid or expired token") from None
    return listener


class AudioLinkSerializer(serializers.Serializer[dict[str, Any]]):
    url = serializers.CharField(help_text="of the mp3, for players that cannot send headers")
    expires_at = serializers.DateTimeField()


class AudioLink(APIView):
    scope = Scope.READ
    audit = {"post": AuditAction.READ}

    @extend_schema(
        operation_id="v1_transcript_audio_link",
        tags=["transcripts"],
        request=None,
        responses={200: AudioLinkSerializer, **READING},
    )
    def post(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """An address of the mp3 that opens by itself for 15 minutes, as long as you may read the transcript."""
        transcript = readable(request.user, transcript_id)
        playback(transcript)
        url, expires_at = audio_link(transcript, signed_in(request.user))
        return Response(AudioLinkSerializer({"url": url, "expires_at": expires_at}).data)


def playback(transcript: Transcript) -> AudioObject:
    """The mp3 in the vault. Raises Http404 with the reason why there is none."""
    if transcript.audio_deleted:
        raise Http404("Audio unavailable due to privacy settings")
    found = vault.find(transcript.pk, AudioKind.PLAYBACK)
    if found is None:
        raise Http404("Audio file not found")
    return found


class WaveformSerializer(serializers.Serializer[dict[str, Any]]):
    data = serializers.ListField(  # type: ignore[assignment]  # the field takes the place of `Serializer.data` in JSON only
        child=serializers.FloatField(), help_text="255 peaks between 0 and 1"
    )


@method_decorator(revalidated, name="dispatch")
class AudioWaveform(APIView):
    permission_classes = (AnybodyToRead,)

    @extend_schema(
        operation_id="v1_transcript_get_audio_waveform",
        tags=["transcripts"],
        responses={200: WaveformSerializer, **READING},
    )
    def get(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """The loudness of the recording from beginning to end."""
        peaks = readable(request.user, transcript_id).waveform
        if not peaks or not isinstance(peaks, list) or not all(isinstance(peak, int | float) for peak in peaks):
            raise Http404("Audio not found")
        return Response({"data": peaks})
