"""The audit log itself: what an entry says, what is noted once an hour, what is forgotten, and who signed in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import audit
from accounts.domain import create_api_key, live_api_key
from accounts.enums import AuditAction
from accounts.guests import Guest
from accounts.models import AuditEntry, User
from tests.conftest import PASSWORD

SUBJECT = "transcript:1"
NOON = datetime(2026, 11, 26, 12, 5, tzinfo=UTC)


def test_an_entry_says_who_by_what(owner: User) -> None:
    key, plain = create_api_key(user=owner, name="Laptop")
    by_key = live_api_key(plain)
    assert by_key is not None
    AuditEntry.objects.all().delete()
    for asker in (owner, by_key.user, Guest(frozenset(), "grant 12…"), AnonymousUser(), None):
        audit.record(asker, AuditAction.CHANGED, SUBJECT)
    found = [(entry.user, entry.who, entry.came_by) for entry in AuditEntry.objects.order_by("pk")]
    assert found == [
        (owner, owner.email, "session"),
        (owner, owner.email, f"key {key}"),
        (None, "guest", "grant 12…"),
        (None, "guest", "nothing"),
        (None, "the program", ""),
    ]


def test_it_stays_when_the_account_is_gone(owner: User) -> None:
    audit.record(owner, AuditAction.CHANGED, SUBJECT)
    owner.delete()
    entry = AuditEntry.objects.get()
    assert (entry.user, entry.who) == (None, "owner@example.org")


def test_reads_are_noted_once_an_hour(owner: User, stranger: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(3):
            audit.record_once(owner, AuditAction.READ, SUBJECT, what="topics")
            audit.record_once(owner, AuditAction.READ, SUBJECT, what="words")
        audit.record_once(stranger, AuditAction.READ, SUBJECT)
        audit.record_once(owner, AuditAction.READ, "transcript:2")
        clock.shift(timedelta(hours=1))
        audit.record_once(owner, AuditAction.READ, SUBJECT)
    found = [(entry.who, entry.subject, entry.at.hour) for entry in AuditEntry.objects.order_by("pk")]
    assert found == [
        (owner.email, SUBJECT, 12),
        (stranger.email, SUBJECT, 12),
        (owner.email, "transcript:2", 12),
        (owner.email, SUBJECT, 13),
    ]


def test_downloads_are_told_apart_by_what_they_are(owner: User) -> None:
    for what in ("srt", "vtt", "srt"):
        audit.record_once(owner, AuditAction.DOWNLOADED, SUBJECT, what=what)
    assert [entry.details["what"] for entry in AuditEntry.objects.order_by("pk")] == ["srt", "vtt"]


def test_guests_are_told_apart_by_what_they_hold(db: None) -> None:
    for held in ("grant a", "grant b", "grant a"):
        audit.record_once(Guest(frozenset(), held), AuditAction.READ, SUBJECT)
    assert [entry.came_by for entry in AuditEntry.objects.order_by("pk")] == ["grant a", "grant b"]


def test_a_read_costs_one_query_each_time(owner: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(2):
        with django_assert_num_queries(1):
            audit.record_once(owner, AuditAction.READ, SUBJECT)


def test_reads_at_once_are_one(transactional_db: None, owner: User) -> None:
    def read(_: int) -> None:
        try:
            audit.record_once(owner, AuditAction.READ, SUBJECT)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool, time_machine.travel(NOON, tick=False):
        list(pool.map(read, range(40)))
    assert AuditEntry.objects.count() == 1


def test_old_entries_are_forgotten(owner: User, settings: LazySettings) -> None:
    settings.AUDIT_RETENTION = 86_400.0
    for days in (0.9, 1.1, 400):
        audit.record(owner, AuditAction.CHANGED, f"transcript:{days}")
        AuditEntry.objects.filter(subject=f"transcript:{days}").update(at=timezone.now() - timedelta(days=days))
    assert audit.sweep() == 2
    assert AuditEntry.objects.get().subject == "transcript:0.9"


# --- signing in


def sign_in(client: Client, email: str, password: str, path: str = "/sign-in") -> int:
    return client.post(path, {"username": email, "password": password}).status_code


@pytest.mark.parametrize("path", ["/sign-in", "/admin/login/"])
def test_signing_in_is_noted(client: Client, owner: User, path: str) -> None:
    User.objects.update(is_staff=True)
    assert sign_in(client, owner.email, PASSWORD, path) == 302
    entry = AuditEntry.objects.get()
    assert (entry.user, entry.action, entry.subject) == (owner, AuditAction.SIGNED_IN, f"user:{owner.pk}")
    assert entry.details == {"address": "127.0.0.1"}


@pytest.mark.parametrize("path", ["/sign-in", "/admin/login/"])
def test_a_failed_sign_in_names_the_account_and_never_the_password(client: Client, owner: User, path: str) -> None:
    assert sign_in(client, "OWNER@example.org", "a wrong secret", path) == 200
    entry = AuditEntry.objects.get()
    assert (entry.user, entry.who, entry.action) == (None, owner.email, AuditAction.SIGN_IN_FAILED)
    assert (entry.subject, entry.came_by) == (f"user:{owner.pk}", "a failed sign-in")
    assert "secret" not in f"{entry.__dict__}"


def test_what_is_no_account_is_not_named(client: Client, owner: User) -> None:
    sign_in(client, "my-password-in-the-wrong-field@example.org", "x")
    entry = AuditEntry.objects.get()
    assert (entry.who, entry.subject) == ("guest", "user:unknown")
    assert "my-password" not in f"{entry.__dict__}"
