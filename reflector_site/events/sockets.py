"""The sockets on which pages and clients follow what happens: one consumer, whatever the address.

A socket watches the stream of its address from the beginning, and any others that its client asks for. The wire is
described in docs/events.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer
from django.core.exceptions import PermissionDenied
from django.db import Error
from django.http import Http404
from pydantic import BaseModel

from accounts import audit
from accounts.credentials import CannotTell
from accounts.enums import AuditAction
from accounts.guests import Asker
from accounts.identity import (
    NOBODY,
    Identity,
    Unauthenticated,
    chosen_subprotocol,
    identify,
    same_origin,
    still_valid,
)
from reflector_site.metrics.counters import SOCKETS

from . import log
from .direct import EXTENSION
from .frames import Batch, Frame
from .hub import PATIENCE, hub
from .incoming import Incoming, NotTaken
from .messages import (
    Cancel,
    CancelRequested,
    ErrorMessage,
    Ping,
    Pong,
    Subscribe,
    Subscribed,
    Unsubscribe,
    Unsubscribed,
)
from .outlets import DirectOutlet, QueuedOutlet
from .subscription import UNAUTHENTICATED, Permission, Refusal, Subscription
from .threads import at_the_door, in_thread

logger = logging.getLogger(__name__)

MOST_SUBSCRIPTIONS = 50
#: Seconds to wait at least before an expired credential is asked about, and until a prolonged session is asked again.
MOST_OFTEN, AGAIN = 0.1, 60.0

BAD_REQUEST, SILENT, TOO_MANY, UNAVAILABLE = 4400, 4408, 4429, 1013


class EventSocket(AsyncConsumer):  # type: ignore[misc]  # Channels has no types
    """Subclasses say which stream the address stands for, and what `cancel` does."""

    #: Whether it closes when the end has come that clients wait for at this address; `?stay=true` holds it open.
    closes_when_over = False
    #: Whether people without an account may come.
    for_strangers = False

    def stream_of(self, user: Asker, id: UUID | None) -> str:
        """The stream of the address; `id` is the one in it."""
        raise NotImplementedError

    def cancel(self, user: Asker, stream: str) -> bool:
        """Stop what the stream tells of. Raises Http404 or PermissionDenied. False when nothing was running."""
        raise Http404("There is nothing here to cancel.")

    def greeting(self, stream: str) -> Sequence[Frame]:
        """What is sent before anything else."""
        return ()

    def __init__(self) -> None:
        self._subscriptions: dict[str, Subscription] = {}
        self._incoming = Incoming()
        self._closing = False
        self._answering = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._expiry: asyncio.TimerHandle | None = None
        self._pump: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            with SOCKETS.track_inprogress():
                await super().__call__(scope, receive, send)
        finally:  # however it ended: a peer that goes in the middle of an answer, a server that shuts down
            self._closing = True
            self._let_go()
            for task in [*self._tasks, self._pump]:
                if task is not None:
                    task.cancel()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Without the look at old database connections: this consumer has none, see threads.py."""
        handlers: dict[str, Callable[[dict[str, Any]], Any]] = {
            "websocket.connect": self.connected,
            "websocket.receive": self.received,
            "websocket.disconnect": self.disconnected,
        }
        await handlers[message["type"]](message)

    # --- coming and going

    async def connected(self, message: dict[str, Any]) -> None:
        if not same_origin(self.scope) and not chosen_subprotocol(self.scope):
            await self.base_send({"type": "websocket.close"})  # before it is accepted: HTTP 403
            return None
        await self.base_send({"type": "websocket.accept", "subprotocol": chosen_subprotocol(self.scope)})
        self._outlet = self._make_outlet()
        try:
            self.identity = await at_the_door(self._identified)
        except CannotTell as error:
            return await self._close(UNAVAILABLE, str(error))
        except Unauthenticated as error:
            return await self._close(UNAUTHENTICATED.close_code, str(error))
        except Error:
            return await self._close(UNAVAILABLE, "The database does not answer. Try again.")
        since = _since(self.scope["query_string"])
        if since == "invalid":
            return await self._close(BAD_REQUEST, "since must be a whole number, the seq of the last event you have.")
        await self._open(self.identity, since)  # type: ignore[arg-type]  # the one text it may be was seen to
        return None

    def _identified(self) -> Identity:
        found = identify(self.scope)
        if not (found.user.is_authenticated or self.for_strangers):
            raise Unauthenticated(NOBODY)
        return found

    async def _open(self, identity: Identity, since: int | None) -> None:
        self.stream = self.stream_of(identity.user, self.scope["url_route"]["kwargs"].get("id"))
        self._await_expiry(identity.expires_at)
        try:
            if refusal := await in_thread(Permission(identity, self.stream).refusal):
                return await self._close(refusal.close_code, refusal.sentence)
            await in_thread(note_watching, identity.user, self.stream)
            if frames := await in_thread(self.greeting, self.stream):
                self._outlet.write(Batch(frames))
            await self._watch(self.stream, since)
        except Error:
            await self._close(UNAVAILABLE, "The database does not answer. Try again.")
        return None

    def _make_outlet(self) -> DirectOutlet | QueuedOutlet:
        if connection := self.scope.get("extensions", {}).get(EXTENSION):
            return DirectOutlet(connection)
        outlet = QueuedOutlet(on_abort=lambda: self._later(self._close(SILENT, "You do not read.")))
        self._pump = asyncio.create_task(self._send_all(outlet))
        return outlet

    async def _send_all(self, outlet: QueuedOutlet) -> None:
        with contextlib.suppress(Exception):  # the peer has gone: that is told to the consumer too
            async for frame in outlet:
                await self.base_send({"type": "websocket.send", "text": frame.text})

    def _await_expiry(self, at: float | None) -> None:
        """Ask again when the credential ends by itself: a session may have been prolonged."""
        if at is not None and not self._closing:
            delay = max(at - time.time(), MOST_OFTEN)
            self._expiry = asyncio.get_running_loop().call_later(delay, lambda: self._later(self._expired()))

    async def _expired(self) -> None:
        try:
            valid = self.identity.kind == "session" and await in_thread(still_valid, self.identity)
        except Error:
            valid = True  # nobody can say just now
        if not valid:
            return await self._close(UNAUTHENTICATED.close_code, "What you signed in with has expired.")
        self._await_expiry(time.time() + AGAIN)
        return None

    async def disconnected(self, message: dict[str, Any]) -> None:
        raise StopConsumer

    def _let_go(self) -> None:
        for subscription in self._subscriptions.values():
            subscription.stop()
        self._subscriptions.clear()
        if self._expiry is not None:
            self._expiry.cancel()

    async def _close(self, code: int, reason: str) -> None:
        if self._closing:
            return
        self._closing = True
        self._let_go()
        with contextlib.suppress(Exception):  # the peer may have gone in the meantime
            await self._deliver_all()
            await self.base_send({"type": "websocket.close", "code": code, "reason": _short(reason)})

    async def _deliver_all(self) -> None:
        """What has been given to the socket goes before the word that it closes. Raises TimeoutError."""
        if isinstance(self._outlet, QueuedOutlet) and self._pump is not None:
            self._outlet.close()
            await asyncio.wait([self._pump])  # which ends with the connection at the latest
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await self._outlet.drained()
        except TimeoutError:
            self._outlet.abort()
            raise

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(_quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- what clients say

    async def received(self, message: dict[str, Any]) -> None:
        if self._closing:
            return None
        try:
            asked = self._incoming.read(message.get("text"))
        except NotTaken as refusal:
            if refusal.often:
                return await self._close(TOO_MANY, "Too many messages that could not be taken.")
            return await self._say(ErrorMessage(code=refusal.code, detail=refusal.detail))
        async with self._answering:
            await self._do(asked)
        return None

    async def _do(self, asked: Ping | Subscribe | Unsubscribe | Cancel) -> None:
        try:
            match asked:
                case Ping():
                    await self._say(Pong(id=asked.id))
                case Subscribe():
                    await self._subscribe(asked)
                case Unsubscribe():
                    await self._unsubscribe(asked)
                case Cancel():
                    await self._cancel(asked)
        except Error:
            detail = "The database does not answer. Try again."
            stream = None if isinstance(asked, Ping) else asked.stream or self.stream
            await self._say(ErrorMessage(code="unavailable", detail=detail, stream=stream, id=asked.id))

    async def _subscribe(self, asked: Subscribe) -> None:
        stream = asked.stream or self.stream
        if stream not in self._subscriptions and len(self._subscriptions) >= MOST_SUBSCRIPTIONS:
            detail = f"A socket can watch {MOST_SUBSCRIPTIONS} streams."
            return await self._say(ErrorMessage(code="invalid", detail=detail, stream=stream, id=asked.id))
        if refusal := await in_thread(Permission(self.identity, stream).refusal):
            return await self._refused(refusal, stream, asked.id)
        await in_thread(note_watching, self.identity.user, stream)
        if stream in self._subscriptions:
            self._subscriptions.pop(stream).stop()
        return await self._watch(stream, asked.since, Subscribed(stream=stream, seq=asked.since, id=asked.id))

    async def _refused(self, refusal: Refusal, stream: str, id: str | None = None) -> None:
        """Nothing is done any more for who is not signed in; another stream that is refused leaves the rest alone."""
        if refusal is UNAUTHENTICATED:
            return await self._close(refusal.close_code, refusal.sentence)
        return await self._say(_error(refusal, stream, id))

    async def _watch(self, stream: str, since: int | None, answer: Subscribed | None = None) -> None:
        subscription = Subscription(
            permission=Permission(self.identity, stream), since=since, outlet=self._outlet, listener=self
        )
        self._subscriptions[stream] = subscription
        try:
            await subscription.join()
        except Error:
            self._subscriptions.pop(stream, None)
            raise
        if self._closing:  # while we asked the database
            return subscription.stop()
        if answer is not None:
            await self._say(answer)
        return subscription.catch_up(checked=True)

    async def _unsubscribe(self, asked: Unsubscribe) -> None:
        stream = asked.stream or self.stream
        subscription = self._subscriptions.pop(stream, None)
        if subscription is not None:
            subscription.stop()
        await self._say(Unsubscribed(stream=stream, id=asked.id))

    async def _cancel(self, asked: Cancel) -> None:
        stream = asked.stream or self.stream
        if refusal := await in_thread(Permission(self.identity, stream).refusal):
            return await self._refused(refusal, stream, asked.id)
        try:
            cancelled = await at_the_door(self.cancel, self.identity.user, stream)
        except Http404 as error:
            return await self._say(ErrorMessage(code="not_found", detail=str(error), stream=stream, id=asked.id))
        except PermissionDenied as error:
            return await self._say(ErrorMessage(code="forbidden", detail=str(error), stream=stream, id=asked.id))
        return await self._say(CancelRequested(stream=stream, cancelled=cancelled, id=asked.id))

    async def _say(self, message: BaseModel) -> None:
        """In its place among the events. Waits while the peer does not read, as then nothing more is heard of it."""
        if self._closing:
            return
        text = message.model_dump_json(exclude_none=True)
        if self._pump is None:
            await self.base_send({"type": "websocket.send", "text": text})
            return
        while not self._outlet.write(Batch([Frame(None, "", text)])):
            await self._outlet.drained()

    # --- what becomes of subscriptions

    def withdrawn(self, subscription: Subscription, refusal: Refusal) -> None:
        if self._subscriptions.get(subscription.key) is subscription:
            del self._subscriptions[subscription.key]
        if subscription.key == self.stream:
            self._later(self._close(refusal.close_code, refusal.sentence))
        else:
            self._later(self._refused(refusal, subscription.key))

    def may_be_over(self, subscription: Subscription) -> None:
        if self.closes_when_over and subscription.key == self.stream and not self._stays():
            self._later(self._close_if_over(subscription))

    def _stays(self) -> bool:
        return parse_qs(self.scope["query_string"].decode("latin-1")).get("stay") == ["true"]

    async def _close_if_over(self, subscription: Subscription) -> None:
        """Whether it is over is known before its last event is heard of, so the log says whether all is given."""
        try:
            over = await in_thread(subscription.kind.is_over, subscription.key)
            if not over or len(self._subscriptions) != 1:
                return
            last = (await in_thread(log.last_seqs, [subscription.key]))[subscription.key]
            if subscription.is_level() and subscription.cursor < last:
                await hub().pull(subscription.key, beyond=last)  # whoever is given the end asks here again
            elif subscription.is_level():
                async with self._answering:  # who asked for the end is answered before it
                    await self._close(1000, "final")
        except Error:
            return  # nobody can say just now


class NoSuchSocket(AsyncConsumer):  # type: ignore[misc]  # as above
    """Every other address."""

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        await self.base_send({"type": "websocket.accept", "subprotocol": chosen_subprotocol(self.scope)})
        await self.base_send({"type": "websocket.close", "code": 4404, "reason": "There is no socket at this address."})

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        """Nobody listens."""

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        raise StopConsumer


async def _quietly(work: Any) -> None:
    """What is said to a peer that has gone in the meantime is no failure; the consumer hears of it elsewhere."""
    try:
        await work
    except (OSError, RuntimeError):  # uvicorn's ClientDisconnected is an OSError, Daphne's a RuntimeError
        logger.debug("A peer has gone", exc_info=True)


def note_watching(user: Asker, stream: str) -> None:
    """Who watches a transcript reads it. One query; none for streams that tell of other things."""
    if stream.startswith("transcript:"):
        audit.record_once(user, AuditAction.READ, stream, what="socket")


def _since(query: bytes) -> int | str | None:
    """The number in `?since=`; None where it is not given, "invalid" for what is no number."""
    values = parse_qs(query.decode("latin-1"), keep_blank_values=True).get("since")
    if values is None:
        return None
    value = values[-1]
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else "invalid"


def _error(refusal: Refusal, stream: str, id: str | None) -> ErrorMessage:
    return ErrorMessage(code=refusal.error, detail=refusal.sentence, stream=stream, id=id)


def _short(reason: str) -> str:
    """A close frame has room for 123 bytes."""
    return reason.encode()[:120].decode(errors="ignore")
