"""Asking an address as somebody, and reading from the answer whether they were let in and whether anything was done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from .actors import Actor, Place
from .needs import Door, Route
from .rules import MISSING, NO_JOB, SIGN_IN, STAFF_SIGN_IN, Refusal
from .world import World


@dataclass
class Done:
    """What a request wrote, and what it wants to tell others on commit."""

    writes: list[str] = field(default_factory=list)
    told: int = 0


def ask(world: World, actor: Actor, route: Route, method: str, place: Place) -> tuple[Any, Done]:
    """The answer; whatever it did is taken back."""
    client = world.client(actor)
    with transaction.atomic(), _watched() as done:
        body = route.sends.get(method)
        more = {} if method in ("GET", "HEAD") else {"data": body, "format": "json" if body is not None else None}
        answer = getattr(client, method.lower())(world.path(route, place), **more)
        if answer.streaming:
            b"".join(answer)  # whoever reads to the end closes the file
        transaction.set_rollback(True)
    return answer, done


def ask_twice(world: World, actor: Actor, path: str) -> list[Any]:
    """The answers to GET and POST, each taken back."""
    answers = []
    for method in ("get", "post"):
        with transaction.atomic():
            answers.append(getattr(world.client(actor), method)(path))
            transaction.set_rollback(True)
    return answers


def refusal_of(answer: Any, door: Door) -> Refusal | None:
    """None where the answer lets in: it may say that something else is missing or does not fit."""
    if answer.status_code == 302:
        to = answer["Location"]
        return SIGN_IN if to.startswith("/sign-in?next=") else STAFF_SIGN_IN if to.startswith("/admin/login") else None
    if answer.status_code not in (401, 403, 404):
        return None
    if door is Door.PAGE:
        return Refusal(answer.status_code)
    refusal = Refusal(answer.status_code, answer.json()["detail"])
    return refusal if refusal.status != 404 or refusal in (MISSING, NO_JOB) else None


def of_status(answer: Any) -> int | None:
    """As much of a refusal as is left without a body."""
    if answer.status_code == 302:
        return refusal_of(answer, Door.PAGE) and 302
    return answer.status_code if answer.status_code in (401, 403) else None


@contextmanager
def _watched() -> Iterator[Done]:
    done = Done()
    waiting = len(connection.run_on_commit)

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().split(" ", 1)[0].upper() in ("INSERT", "UPDATE", "DELETE"):
            done.writes.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield done
    done.told = len(connection.run_on_commit) - waiting
