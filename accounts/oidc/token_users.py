"""The account that a token's subject has here: found, linked to an account of the same address, or made."""

from __future__ import annotations

import logging
import uuid

from django.db import IntegrityError, transaction
from django.db.models.functions import Lower

from accounts.models import User
from accounts.oidc.tokens import Claims

logger = logging.getLogger(__name__)

#: How often two requests may get in each other's way before one gives up. The loser finds the winner's row at once.
ATTEMPTS = 3
SWITCHED_OFF = "This account has been switched off. Ask your administrator."
UNPROVEN = "An account has this e-mail address already, and the token does not prove that it is yours."
TAKEN = "The account with this e-mail address belongs to another sign-in. Ask your administrator."
BUSY = "Your account could not be made just now. Try again."


class Refusal(Exception):
    """The token is genuine and its account may not be used. The message is a sentence for its owner."""


def user_for(claims: Claims) -> User:
    """The active user with this issuer and subject, made at first sight. Raises Refusal."""
    user = next((found for _ in range(ATTEMPTS) if (found := _known(claims) or _newcomer(claims))), None)
    if user is None:
        raise Refusal(BUSY)
    if not user.is_active:
        raise Refusal(SWITCHED_OFF)
    _follow_address(user, claims)
    return user


def _known(claims: Claims) -> User | None:
    return User.objects.filter(oidc_issuer=claims.issuer, oidc_subject=claims.subject).first()


def _newcomer(claims: Claims) -> User | None:
    """Link or make the account; None where another request came between."""
    holder = _holder(claims.email) if claims.email else None
    try:
        with transaction.atomic():
            return _create(claims) if holder is None else _link(holder, claims)
    except IntegrityError:
        return None


def _holder(email: str) -> User | None:
    """Whose address this is. As the unique constraint compares; `iexact` would take `ı` for `i`."""
    return User.objects.alias(small=Lower("email")).filter(small=email).first()


def _create(claims: Claims) -> User:
    user = User.objects.create_user(
        claims.email or _placeholder(),
        name=claims.name,
        email_proven=claims.email_verified,
        oidc_issuer=claims.issuer,
        oidc_subject=claims.subject,
    )
    logger.info("A token came from somebody new; user %s was made.", user.pk)
    return user


def _link(holder: User, claims: Claims) -> User | None:
    """Give an account of this site to the subject that proves its address, and to nobody else."""
    if (holder.oidc_issuer, holder.oidc_subject) == (claims.issuer, claims.subject):
        return holder  # made or linked since we looked
    if not claims.email_verified:
        raise Refusal(UNPROVEN)
    if holder.oidc_subject is not None:
        if holder.email_proven:
            raise Refusal(TAKEN)
        # The address, and never the account: somebody may have made it in wait for the owner of the address.
        return _create(claims) if _give_way(holder) else None
    if not holder.is_active:
        raise Refusal(SWITCHED_OFF)
    unlinked = User.objects.filter(pk=holder.pk, email=holder.email, oidc_subject=None)
    if not unlinked.update(oidc_issuer=claims.issuer, oidc_subject=claims.subject):
        return None
    logger.info("User %s was linked to the subject of a token with its e-mail address.", holder.pk)
    holder.refresh_from_db()
    return holder


def _give_way(holder: User) -> bool:
    """Take an address away from a subject that only claims it. The account lives on, with a placeholder."""
    claimed = User.objects.filter(pk=holder.pk, email=holder.email, email_proven=False, oidc_subject__isnull=False)
    return claimed.update(email=_placeholder()) == 1


def _follow_address(user: User, claims: Claims) -> None:
    """Take over an address that is proven, where it differs and nobody else has it with better reason."""
    if not claims.email or not claims.email_verified or (user.email.lower() == claims.email and user.email_proven):
        return
    before = user.email, user.email_proven
    user.email, user.email_proven = claims.email, True
    try:
        with transaction.atomic():
            holder = _holder(claims.email)
            if holder is None or holder == user or _give_way(holder):
                user.save(update_fields=["email", "email_proven", "updated_at"])
                return
    except IntegrityError:  # somebody else took it meanwhile
        logger.info("User %s does not get a new address: somebody else has it.", user.pk)
    user.email, user.email_proven = before


def _placeholder() -> str:
    """An address that nobody can have: `.invalid` is reserved. Random, so that no claim can be made to fit it."""
    return f"{uuid.uuid4().hex}@no-address.invalid"
