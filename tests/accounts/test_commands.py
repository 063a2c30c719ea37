"""manage.py create_api_key."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
import time_machine
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from accounts.models import ApiKey, AuditEntry, User

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def make(*arguments: str) -> ApiKey:
    """The key that the command made; what it prints is the key and nothing else."""
    printed = StringIO()
    call_command("create_api_key", *arguments, stdout=printed)
    return ApiKey.objects.get(key_hash=ApiKey.hash(printed.getvalue().removesuffix("\n")))


def test_a_key_with_what_is_usual(owner: User) -> None:
    key = make("OWNER@example.org", "--name", "Script")
    assert (key.user, key.name, key.scopes, key.expires_at) == (owner, "Script", ["read", "write"], None)
    entry = AuditEntry.objects.get()
    assert (entry.who, entry.action, entry.details["owner"]) == ("the program", "key made", owner.email)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("90d", datetime(2027, 2, 24, 12, 0, tzinfo=UTC)),
        ("2027-01-31", datetime(2027, 1, 31, tzinfo=UTC)),
        ("2027-01-31T12:30+02:00", datetime(2027, 1, 31, 10, 30, tzinfo=UTC)),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_scopes_and_expiry(owner: User, given: str, expected: datetime) -> None:
    key = make(owner.email, "--scopes", "admin, read", "--expires", given)
    assert (key.scopes, key.expires_at) == (["read", "admin"], expected)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("nobody@example.org",),
            "No user has the e-mail address nobody@example.org. Create one in the admin site first.",
        ),
        (("owner@example.org", "--scopes", "root"), "--scopes is 'root'; give one or more of read, write, admin"),
        (("owner@example.org", "--scopes", ","), "--scopes is ','; give one or more of read, write, admin"),
        (("owner@example.org", "--expires", "2020-01-01"), "--expires is '2020-01-01'; give a day or a time to come"),
        (("owner@example.org", "--expires", "2027-02-30"), "--expires is '2027-02-30'; give a day or a time to come"),
        (("owner@example.org", "--expires", "later"), "--expires is 'later'; give a day or a time to come"),
        (("owner@example.org", "--expires", "9999999d"), "--expires is '9999999d'; give a day or a time to come"),
    ],
)
def test_what_cannot_be_is_said(owner: User, arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError) as caught:
        make(*arguments)
    assert sentence in str(caught.value)


def test_too_many(owner: User, settings: LazySettings) -> None:
    settings.API_KEYS_PER_PERSON = 1
    make(owner.email)
    with pytest.raises(CommandError, match="Revoke one first"):
        make(owner.email)
