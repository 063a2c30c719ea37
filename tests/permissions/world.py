"""The people and transcripts that the matrix is asked about, made once, and everybody's way to come in."""

from __future__ import annotations

import functools
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.domain import create_api_key
from accounts.grants import give, hash_of, revoke
from accounts.grants_here import SESSION_KEY
from accounts.models import Grant, User
from meetings.models import Room
from transcripts.domain import snapshot
from transcripts.domain.create import create_transcript
from transcripts.enums import ShareMode
from transcripts.models import Run, Topic, Transcript

from .actors import ACTORS, EXPIRED, GUEST, REVOKED, STANDING, Account, Actor, Place
from .needs import Route, Socket

NOTHING = str(uuid.UUID(int=7))  # the id of nothing


@dataclass(frozen=True)
class World:
    users: Mapping[Account, User]
    headers: Mapping[str, Mapping[str, str]]  # of each actor, by name
    cookies: Mapping[str, str]  # the session key of those who come by a session, by name
    ids: Mapping[Place, Mapping[str, str]]  # by the names in addresses

    def path(self, route: Route, place: Place) -> str:
        return "/" + filled(route.address, {**self.ids[place], **route.fills}) + route.query

    def client(self, actor: Actor) -> APIClient:
        client = APIClient(headers=dict(self.headers[actor.name]))
        client.handler = _handler()
        if cookie := self.cookies.get(actor.name):
            client.cookies["sessionid"] = cookie
        return client

    def socket_path(self, socket: Socket, place: Place) -> str:
        ids = self.ids[place]
        return "/" + filled(socket.address, {"id": ids["run_id" if "/jobs/" in socket.address else "transcript_id"]})


@functools.cache
def _handler() -> Any:
    """One for all: loading the middleware lists every static file."""
    return APIClient().handler


def filled(address: str, values: Mapping[str, str]) -> str:
    """The address with its parameters; those that nobody gives a value for name nothing."""
    return re.sub(
        r"<(?:(\w+):)?(\w+)>", lambda found: values.get(found[2], "7" if found[1] == "int" else NOTHING), address
    )


def build() -> World:
    users = {
        Account.OWNER: User.objects.create_user("owner@example.org", name="Olivia"),
        Account.OTHER: User.objects.create_user("other@example.org", name="Sam"),
        Account.ADMIN: User.objects.create_superuser("admin@example.org", name="Ada"),
    }
    ids = {place: _ids(_transcript(users[Account.OWNER], place)) for place in STANDING}
    grants = {
        works: _grant(users[Account.OWNER], ids[Place.PRIVATE]["transcript_id"], works) for works in (True, False)
    }
    nothing = {"transcript_id": NOTHING, "run_id": NOTHING, "topic_id": NOTHING, "id": NOTHING}
    return World(
        users=users,
        headers={actor.name: _headers(actor, users, grants) for actor in ACTORS},
        cookies={
            **{actor.name: _session(users[actor.account]) for actor in ACTORS if actor.account and not actor.has_key},
            GUEST: _guests_session(grants[True], ids[Place.PRIVATE]["transcript_id"]),
        },
        ids={**ids, Place.MISSING: nothing},
    )


def _transcript(owner: User, place: Place) -> Transcript:
    transcript = create_transcript(user=owner, name=f"It is {place.value}")
    if place is Place.SHARED_ROOM:
        transcript.room = Room.objects.create(name="everybodys", user=owner, is_shared=True)
    elif place is not Place.PRIVATE:
        transcript.share_mode = ShareMode(place.value)
    transcript.save()
    return transcript


def _ids(transcript: Transcript) -> dict[str, str]:
    topic = Topic.objects.create(transcript=transcript, position=0, title="T", summary="", timestamp=0, duration=1)
    run = Run.objects.create(transcript=transcript, plan="file", before=snapshot.take(transcript))
    return {"transcript_id": str(transcript.pk), "topic_id": str(topic.pk), "run_id": str(run.pk)}


def _headers(actor: Actor, users: Mapping[Account, User], grants: Mapping[bool, str]) -> dict[str, str]:
    if actor.account is None or actor.scopes is None:
        return {"X-Guest-Grant": grants[actor.works]} if actor.guest else {}
    key, plaintext = create_api_key(user=users[actor.account], name=actor.name, scopes=actor.scopes)
    now = timezone.now()
    key.last_used_at = now  # noted just now: asking writes nothing
    key.revoked_at = now if actor.name == REVOKED else None
    key.expires_at = now - timedelta(seconds=1) if actor.name == EXPIRED else None
    key.save()
    return {"X-API-Key": plaintext}


def _grant(owner: User, transcript: str, works: bool) -> str:
    """The secret of a grant that was used just now, and then revoked if it is not to work."""
    grant, secret = give(subject=f"transcript:{transcript}", by=owner)
    Grant.objects.filter(pk=grant.pk).update(last_used_at=timezone.now())
    if not works:
        revoke(grant=grant, by=owner)
    return secret


def _session(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def _guests_session(secret: str, transcript: str) -> str:
    """As the page keeps it of whoever comes with the link."""
    session = SessionStore()
    session[SESSION_KEY] = {hash_of(secret): f"transcript:{transcript}"}
    session.save()
    return str(session.session_key)
