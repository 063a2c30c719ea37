"""Guests' links in the admin site."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from accounts import grants
from accounts.enums import AuditAction
from accounts.models import AuditEntry, Grant, User

LIST = "/admin/accounts/grant/"


def test_links_are_looked_at_and_withdrawn(client: Client, owner: User) -> None:
    client.force_login(User.objects.create_superuser("admin@example.org"))
    week = timezone.now() + timedelta(days=7)
    grant, secret = grants.give(subject="transcript:1", by=owner, name="Gus", expires_at=week)
    page = client.get(LIST).content.decode()
    assert "Gus" in page
    assert secret not in page
    assert client.get(f"{LIST}add/").status_code == 403
    chosen = {"action": "withdraw", "_selected_action": str(grant.pk)}
    assert "1 links withdrawn" in client.post(LIST, chosen, follow=True).content.decode()
    assert Grant.objects.live().count() == 0
    assert AuditEntry.objects.filter(action=AuditAction.GRANT_REVOKED, who="admin@example.org").count() == 1
