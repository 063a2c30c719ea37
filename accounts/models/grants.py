"""What guests hold: permission to read one thing, for a time, without an account."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class GrantQuerySet(models.QuerySet["Grant"]):
    def live(self) -> GrantQuerySet:
        """Those that open their door now. A grant ends with the account of who gave it."""
        return self.filter(Q(created_by__is_active=True), expires_at__gt=timezone.now(), revoked_at=None)


class Grant(models.Model):
    """Whoever holds the secret may read `subject` until `expires_at`. Only the secret's SHA-256 is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.CharField(max_length=100, help_text="such as transcript:<id>")
    name = models.CharField(max_length=200, blank=True, help_text="for whom it is")
    prefix = models.CharField(max_length=8, editable=False)
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grants")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["subject", "-created_at"], name="grants_of_subject")]

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.name or 'unnamed'})"
