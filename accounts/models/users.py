"""People with an account."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from accounts.enums import ALL_SCOPES, Scope

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

    # What the credential of this request gives, and what it is: for history and audit. Never stored.
    scopes: frozenset[str] = ALL_SCOPES
    came_by: str = "session"
    # What guests' grants open that came with it, such as `transcript:<id>`.
    granted: frozenset[str] = frozenset()

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

    def may(self, scope: Scope) -> bool:
        """Whether the credential in use gives this; sessions and tokens give everything that the person has."""
        return scope in self.scopes

    @property
    def is_admin(self) -> bool:
        """A superuser, by a credential that says so: a key of a superuser without the scope is anybody's key."""
        return self.is_superuser and self.may(Scope.ADMIN)
