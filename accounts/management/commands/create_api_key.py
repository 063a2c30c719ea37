from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.domain import create_api_key
from accounts.models import User


class Command(BaseCommand):
    help = "Make an API key for a user and print it, and nothing else. It works in the header X-API-Key."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", help="a label by which to recognise the key")

    def handle(self, *args: Any, email: str, name: str | None, **options: Any) -> str:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"No user has the e-mail address {email}. Create one in the admin site first.")
        _, plaintext = create_api_key(user=user, name=name)
        return plaintext
