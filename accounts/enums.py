"""What a credential may do. A leaf: anything may import it."""

from __future__ import annotations

from django.db import models


class Scope(models.TextChoices):
    """`admin` is for what belongs to the account itself (its keys), and for the powers of a superuser."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


ALL_SCOPES: frozenset[str] = frozenset(Scope.values)


class AuditAction(models.TextChoices):
    READ = "read"
    DOWNLOADED = "downloaded"
    CREATED = "created"
    CHANGED = "changed"
    SHARED = "shared"
    DELETED = "deleted"
    PROCESSED = "processed"
    UPLOADED = "uploaded"
    IMPORTED = "imported"
    KEY_MADE = "key made"
    KEY_REVOKED = "key revoked"
    GRANT_MADE = "grant made"
    GRANT_REVOKED = "grant revoked"
    SIGNED_IN = "signed in"
    SIGN_IN_FAILED = "sign-in failed"
