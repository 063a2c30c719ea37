"""How an offer gets from a web process to a recorder, on any machine, and its answer back: through two lists in Redis.

Nothing of this has to last. An offer that is lost is made again by the client, who gets 503.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import redis
import redis.asyncio
from django.conf import settings

from reflector_site import presence

from . import keeping
from .refusals import Refused

#: Seconds that a client waits for its answer. Gathering addresses takes 5 where a STUN server is silent.
PATIENCE = 15
_OFFERS = "reflector:live:offers"
_ANSWER = "reflector:live:answer:"
_NOBODY = "Nobody is here to record: no recorder is running. Start one with `manage.py live`, or upload a file."
_BUSY = "No recorder had time to answer. Try again."


@dataclass(frozen=True, slots=True)
class Offer:
    id: str
    transcript_id: str
    sdp: str
    until: float  # time.time(); nobody waits for the answer after that


def hand_over(transcript_id: uuid.UUID, sdp: str) -> str:
    """Give the offer to a recorder and wait for the SDP that answers it. Raises Refused."""
    keeping.check(transcript_id)
    offer = Offer(str(uuid.uuid4()), str(transcript_id), sdp, time.time() + PATIENCE)
    try:
        with redis.Redis.from_url(settings.BROKER_URL, socket_timeout=PATIENCE + 5) as client:
            if not presence.is_present(presence.RECORDER):
                raise Refused(_NOBODY, 503)
            answer = _ask(client, offer)
    except redis.RedisError as error:
        raise Refused("Redis does not answer, so no recorder can be reached. Try again.", 503) from error
    if "refused" in answer:
        raise Refused(answer["refused"], answer["status"])
    return str(answer["sdp"])


def _ask(client: redis.Redis[bytes], offer: Offer) -> dict[str, Any]:
    message = json.dumps(asdict(offer))
    client.rpush(_OFFERS, message)
    found = client.blpop([_ANSWER + offer.id], timeout=PATIENCE)
    if found is None:
        client.lrem(_OFFERS, 1, message)
        raise Refused(_BUSY, 503)
    answer: dict[str, Any] = json.loads(found[1])
    return answer


async def next_offer(client: redis.asyncio.Redis[bytes]) -> Offer | None:
    """The oldest offer that somebody still waits for; None when none came for a second."""
    found = await client.blpop([_OFFERS], timeout=1)
    offer = Offer(**json.loads(found[1])) if found else None
    return offer if offer is not None and offer.until > time.time() else None


async def reply(client: redis.asyncio.Redis[bytes], offer: Offer, answer: Mapping[str, object]) -> None:
    """`answer` is {"sdp": …} or {"refused": sentence, "status": code}."""
    async with client.pipeline() as pipeline:
        pipeline.rpush(_ANSWER + offer.id, json.dumps(answer))
        pipeline.expire(_ANSWER + offer.id, PATIENCE)
        await pipeline.execute()
