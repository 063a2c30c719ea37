"""Long answers are compressed where the client takes it; audio and streams never."""

from __future__ import annotations

import gzip
import io

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from rest_framework.test import APIClient

from accounts.domain import create_api_key
from consent import vault
from consent.models import AudioKind
from reflector_site.compression import PADDING, CompressionMiddleware
from transcripts.models import Transcript

LONG = b"We agreed on the budget. " * 200


def passed(response: HttpResponseBase, accepts: str = "gzip, br") -> HttpResponseBase:
    request = HttpRequest()
    request.META["HTTP_ACCEPT_ENCODING"] = accepts
    return CompressionMiddleware(lambda _: response)(request)


def whole(response: HttpResponseBase) -> bytes:
    assert isinstance(response, HttpResponse)
    return response.content


@pytest.mark.parametrize(
    "media_type", ["application/json", "text/html; charset=utf-8", "text/vtt", "application/x-subrip"]
)
def test_long_text_is_compressed(media_type: str) -> None:
    answer = passed(HttpResponse(LONG, content_type=media_type, headers={"ETag": '"1"'}))
    assert (answer["Content-Encoding"], answer["Vary"], answer["ETag"]) == ("gzip", "Accept-Encoding", 'W/"1"')
    assert gzip.decompress(whole(answer)) == LONG
    assert int(answer["Content-Length"]) == len(whole(answer)) < len(LONG) / 5


@pytest.mark.parametrize("accepts", ["gzip", "br;q=1.0, gzip;q=0.8, *;q=0.1", "deflate, GZIP", "x-gzip"])
def test_clients_that_take_it(accepts: str) -> None:
    assert passed(HttpResponse(LONG), accepts)["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("accepts", ["", "identity", "gzip;q=0", "br, gzip; q=0.000", "gzippy"])
def test_clients_that_do_not(accepts: str) -> None:
    answer = passed(HttpResponse(LONG), accepts)
    assert "Content-Encoding" not in answer
    assert (whole(answer), answer["Vary"]) == (LONG, "Accept-Encoding")  # a cache keeps the two apart


def test_short_text_stays_as_it_is() -> None:
    assert whole(passed(HttpResponse(b"short"))) == b"short"


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(LONG, content_type="audio/mpeg"),
        HttpResponse(LONG, content_type="application/pdf"),
        HttpResponse(LONG, headers={"Content-Encoding": "br"}),
        HttpResponse(LONG, status=206),
        StreamingHttpResponse(iter([LONG]), content_type="text/event-stream"),
    ],
    ids=["audio", "pdf", "compressed already", "a part", "a stream"],
)
def test_what_is_left_alone(response: HttpResponseBase) -> None:
    before = response.headers.get("Content-Encoding")
    assert passed(response).headers.get("Content-Encoding") == before


def test_the_length_of_an_answer_does_not_tell_what_repeats_in_it() -> None:
    lengths = {len(whole(passed(HttpResponse(LONG)))) for _ in range(50)}
    assert len(lengths) > 5
    assert max(lengths) - min(lengths) <= PADDING + 1


def test_the_api_and_the_pages(client: Client, owners: APIClient, transcript: Transcript) -> None:
    Transcript.objects.filter(pk=transcript.pk).update(long_summary=LONG.decode())
    owners.credentials(HTTP_ACCEPT_ENCODING="gzip")
    answer = owners.get(f"/v1/transcripts/{transcript.pk}")
    assert answer["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer["Vary"]
    client.force_login(transcript.user)
    assert client.get("/", headers={"Accept-Encoding": "gzip"})["Content-Encoding"] == "gzip"


def test_audio_over_the_whole_site(client: Client, transcript: Transcript) -> None:
    audio = vault.store(
        io.BytesIO(LONG),
        kind=AudioKind.PLAYBACK,
        transcript_id=transcript.pk,
        extension="mp3",
        media_type="audio/mpeg",
        origin="test",
    )
    vault.adopt(audio)
    _, key = create_api_key(user=transcript.user)
    headers = {"X-API-Key": key, "Accept-Encoding": "gzip", "Range": "bytes=0-99"}
    answer = client.get(f"/v1/transcripts/{transcript.pk}/audio/mp3", headers=headers)
    assert (answer.status_code, answer["Content-Length"], b"".join(answer)) == (206, "100", LONG[:100])  # type: ignore[call-overload]
    assert "Content-Encoding" not in answer
