from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from accounts.domain import create_api_key
from accounts.domain.api_keys import TooManyKeys
from accounts.enums import Scope
from accounts.models import User
from reflector_site.quantities import seconds_of


class Command(BaseCommand):
    help = "Make an API key for a user and print it, and nothing else. It works in the header X-API-Key."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", help="a label by which to recognise the key")
        parser.add_argument(
            "--scopes",
            default="read,write",
            help=f"of {', '.join(Scope.values)}, separated by commas (default: %(default)s)",
        )
        parser.add_argument("--expires", metavar="WHEN", help="2027-01-31, 2027-01-31T12:00Z, or a time from now: 90d")

    def handle(self, *args: Any, email: str, name: str | None, scopes: str, expires: str | None, **options: Any) -> str:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"No user has the e-mail address {email}. Create one in the admin site first.")
        try:
            _, plaintext = create_api_key(user=user, name=name, scopes=_scopes(scopes), expires_at=_moment(expires))
        except TooManyKeys as error:
            raise CommandError(str(error)) from error
        return plaintext


def _scopes(text: str) -> list[str]:
    scopes = [each.strip() for each in text.split(",") if each.strip()]
    if not scopes or not set(Scope.values).issuperset(scopes):
        raise CommandError(f"--scopes is {text!r}; give one or more of {', '.join(Scope.values)}, separated by commas.")
    return scopes


def _moment(text: str | None) -> datetime | None:
    """Raises CommandError for what is no moment to come."""
    if text is None:
        return None
    moment = _parsed(text)
    if moment is None or moment <= timezone.now():
        raise CommandError(f"--expires is {text!r}; give a day or a time to come, such as 2027-01-31 or 90d.")
    return moment


def _parsed(text: str) -> datetime | None:
    seconds = seconds_of(text) if text[-1:].isalpha() else None
    try:
        if seconds is not None:
            return timezone.now() + timedelta(seconds=seconds)
        found = parse_datetime(text)
        day = None if found else parse_date(text)
        found = found or (datetime(day.year, day.month, day.day) if day else None)  # noqa: DTZ001 -- made aware below
        return timezone.make_aware(found) if found and timezone.is_naive(found) else found
    except (ValueError, OverflowError):
        return None
