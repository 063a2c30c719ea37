"""Who read, changed, shared and deleted what. Rows are only ever added, and swept when they are old."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.enums import AuditAction


class AuditEntry(models.Model):
    """`who` stays when the account is gone; `subject` is such as `transcript:<id>`; `details` holds no secret."""

    at = models.DateTimeField(auto_now_add=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    who = models.CharField(max_length=254, help_text="e-mail address, or what stood in for one")
    came_by = models.CharField(max_length=100, help_text="session, token, or which key or grant")
    action = models.CharField(max_length=20, choices=AuditAction)
    subject = models.CharField(max_length=100)
    details = models.JSONField(default=dict, blank=True)
    # Digest of person, action, subject and hour, for what is noted once an hour at most.
    once = models.CharField(max_length=32, null=True, unique=True, editable=False)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["subject", "-id"], name="audit_of_subject"),
            models.Index(fields=["at"], name="audit_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.who} {self.action} {self.subject}"
