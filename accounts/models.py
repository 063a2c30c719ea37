"""Who is asking: users and their API keys."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

EMAIL_TAKEN = "There is an account with this e-mail address already; capitals make no difference."


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in with an e-mail address and a password, or comes with tokens of an OIDC issuer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True, error_messages={"unique": EMAIL_TAKEN})
    # False: a token says so without proof, and gives way to whoever proves it. An admin's word is proof.
    email_proven = models.BooleanField(default=True, editable=False)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May use the admin site.")
    # A subject is unique only for its issuer. Null: the account is of this site alone.
    oidc_issuer = models.CharField("OIDC issuer", max_length=500, null=True, blank=True, editable=False)
    oidc_subject = models.CharField("OIDC subject", max_length=255, null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="accounts_user_email_any_case", violation_error_message=EMAIL_TAKEN
            ),
            models.UniqueConstraint(fields=["oidc_issuer", "oidc_subject"], name="accounts_user_oidc_subject"),
            models.CheckConstraint(
                condition=models.Q(oidc_issuer=None, oidc_subject=None)
                | models.Q(oidc_issuer__isnull=False, oidc_subject__isnull=False),
                name="accounts_user_oidc_both_or_neither",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        """Every form keeps the address in small letters, as `create_user` does."""
        super().clean()
        self.email = self.email.lower()

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email.partition("@")[0]


class ApiKey(models.Model):
    """A long-lived credential of one user. Only its SHA-256 is kept: a random key of 384 bits needs no slow hash."""

    PREFIX_LENGTH: ClassVar[int] = 8

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=200, null=True, blank=True)
    prefix = models.CharField(max_length=PREFIX_LENGTH, editable=False)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    plaintext: str | None = None  # only in the request that makes the key, to show it there; never stored

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.name or 'unnamed'})"

    @staticmethod
    def hash(plaintext: str) -> str:
        return hashlib.sha256(plaintext.encode()).hexdigest()

    @staticmethod
    def generate() -> str:
        """A new key: 64 URL-safe characters."""
        return secrets.token_urlsafe(48)

    def touch(self, now: datetime | None = None) -> None:
        """Remember the use, at most once a minute so that a busy client does not write on every request."""
        now = now or timezone.now()
        if self.last_used_at is None or (now - self.last_used_at).total_seconds() > 60:
            type(self).objects.filter(pk=self.pk).update(last_used_at=now)
