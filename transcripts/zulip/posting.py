"""Sending a transcript to Zulip, and writing the message anew when it is sent again."""

from __future__ import annotations

from django.db import connection, transaction

from accounts.models import User
from transcripts.events import Updated, announce
from transcripts.models import Transcript
from transcripts.zulip import client
from transcripts.zulip.client import MessageGone, ZulipError
from transcripts.zulip.message import message_of

_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('zulip'), hashtext(%s))"


@transaction.atomic
def post(transcript: Transcript, *, by: User, stream: str, topic: str, include_topics: bool) -> int:
    """The message of this transcript, written anew where it is, or sent where there is none. Its id.

    No row is locked while Zulip is asked; a second post of the same transcript is refused. Raises ZulipError.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [str(transcript.pk)])
        if not cursor.fetchone()[0]:
            raise ZulipError("It is being sent to Zulip just now.", status=409)
    transcript = Transcript.objects.get(pk=transcript.pk)
    content = message_of(transcript, include_topics=include_topics)
    message_id = _written_anew(transcript.zulip_message_id, topic, content)
    if message_id is None:
        message_id = client.send(stream=stream, topic=topic, content=content)
    if message_id != transcript.zulip_message_id:
        Transcript.objects.filter(pk=transcript.pk).update(zulip_message_id=message_id)
        announce(transcript, Updated(fields=["zulip_message_id"], by=by.get_short_name()))
    return message_id


def _written_anew(message_id: int | None, topic: str, content: str) -> int | None:
    """None where there is no message to change, or no longer."""
    if message_id is None:
        return None
    try:
        client.change(message_id, topic=topic, content=content)
    except MessageGone:
        return None
    return message_id
