"""`?token=` of the mp3, for players that cannot send headers."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import jwt
import pytest
import time_machine
from django.conf import LazySettings
from rest_framework.test import APIClient

from accounts.models import User
from transcripts.audio_links import _key
from transcripts.enums import ShareMode
from transcripts.models import Transcript

from .test_audio import playback

REFUSED = {"detail": "Invalid or expired token"}


@pytest.fixture
def link(owners: APIClient, transcript: Transcript) -> str:
    playback(transcript)
    answer = owners.post(f"/v1/transcripts/{transcript.pk}/audio/link").json()
    ends = datetime.fromisoformat(answer["expires_at"]).timestamp()
    assert 14 * 60 < ends - time.time() <= 15 * 60
    parts = urlsplit(answer["url"])
    return f"{parts.path}?{parts.query}"


def test_it_opens_the_sound_and_nothing_else(anonymous: APIClient, link: str, transcript: Transcript) -> None:
    assert b"".join(anonymous.get(link)) == b"0123456789"
    assert anonymous.head(link).status_code == 200
    assert anonymous.get(link, headers={"Range": "bytes=0-3"}).status_code == 206
    token = link.partition("?")[2]
    assert anonymous.get(f"/v1/transcripts/{transcript.pk}?{token}").status_code == 403
    assert anonymous.get("/v1/me", headers={"Authorization": f"Bearer {token[6:]}"}).status_code == 401


def test_it_ends_after_a_quarter_of_an_hour(anonymous: APIClient, link: str) -> None:
    with time_machine.travel(time.time() + 15 * 60 + 1, tick=False):
        answer = anonymous.get(link)
    assert (answer.status_code, answer.json()) == (401, REFUSED)


def test_it_is_of_one_transcript(anonymous: APIClient, link: str, new_transcript: Callable[..., Transcript]) -> None:
    other = new_transcript()
    playback(other)
    answer = anonymous.get(f"/v1/transcripts/{other.pk}/audio/mp3?{link.partition('?')[2]}")
    assert (answer.status_code, answer.json()) == (401, REFUSED)


@pytest.mark.parametrize("account", ["off", "gone"])
def test_it_ends_with_the_account(anonymous: APIClient, link: str, owner: User, account: str) -> None:
    if account == "off":
        User.objects.filter(pk=owner.pk).update(is_active=False)
    else:
        Transcript.objects.update(user=User.objects.create_user("heir@example.org"))
        owner.delete()
    assert anonymous.get(link).json() == REFUSED


def test_whether_the_person_may_read_is_asked_at_each_use(
    strangers: APIClient, anonymous: APIClient, new_transcript: Callable[..., Transcript]
) -> None:
    transcript = new_transcript(share_mode=ShareMode.SEMI_PRIVATE)
    playback(transcript)
    url = strangers.post(f"/v1/transcripts/{transcript.pk}/audio/link").json()["url"].partition("/v1")[2]
    assert anonymous.get(f"/v1{url}").status_code == 200
    Transcript.objects.update(share_mode=ShareMode.PRIVATE)
    assert anonymous.get(f"/v1{url}").json() == {"detail": "Transcript access denied"}


def test_it_is_not_looked_at_where_somebody_is_signed_in(owners: APIClient, strangers: APIClient, link: str) -> None:
    assert owners.get(f"{link}x").status_code == 200
    assert strangers.get(link).json() == {"detail": "Transcript access denied"}


@pytest.mark.parametrize("forgery", ["", "x", "none", "secret key", "no end", "no subject", "subject"])
def test_forgeries(
    anonymous: APIClient, owner: User, transcript: Transcript, settings: LazySettings, forgery: str
) -> None:
    playback(transcript)
    claims = {"sub": str(owner.pk), "aud": str(transcript.pk), "exp": int(time.time()) + 60}
    made = {
        "": "",
        "x": "x",
        "none": jwt.encode(claims, None, "none"),
        "secret key": jwt.encode(claims, settings.SECRET_KEY, "HS256"),
        "no end": jwt.encode({k: v for k, v in claims.items() if k != "exp"}, _key()),
        "no subject": jwt.encode({k: v for k, v in claims.items() if k != "sub"}, _key()),
        "subject": jwt.encode({**claims, "sub": "somebody"}, _key()),
    }
    answer = anonymous.get(f"/v1/transcripts/{transcript.pk}/audio/mp3?token={made[forgery]}")
    assert (answer.status_code, answer.json()) == (401, REFUSED)


def test_there_is_none_without_sound(owners: APIClient, transcript: Transcript) -> None:
    answer = owners.post(f"/v1/transcripts/{transcript.pk}/audio/link")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Audio file not found"})


def test_the_end_is_in_the_future_by_our_own_clock(owners: APIClient, transcript: Transcript) -> None:
    playback(transcript)
    answer = owners.post(f"/v1/transcripts/{transcript.pk}/audio/link").json()
    assert datetime.fromisoformat(answer["expires_at"]).utcoffset() == timedelta(0)
