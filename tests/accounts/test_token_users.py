"""Whose account a token opens: made at first sight, linked only by proof, never taken over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, connection
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.oidc.token_users import SWITCHED_OFF, TAKEN, UNPROVEN, Refusal, user_for
from accounts.oidc.tokens import Claims

ISSUER = "https://issuer.example.org"


def claims(
    *,
    subject: str = "s1",
    email: str | None = "jo@example.org",
    verified: bool = True,
    issuer: str = ISSUER,
    name: str = "Jo",
) -> Claims:
    return Claims(issuer=issuer, subject=subject, expires_at=4e9, email=email, email_verified=verified, name=name)


def refusal(said: Claims) -> str:
    with pytest.raises(Refusal) as caught:
        user_for(said)
    return str(caught.value)


def test_somebody_new_gets_an_account_without_a_password(db: None) -> None:
    user = user_for(claims())
    assert (user.email, user.name, user.is_staff, user.has_usable_password()) == ("jo@example.org", "Jo", False, False)
    assert (user.oidc_issuer, user.oidc_subject) == (ISSUER, "s1")
    assert authenticate(username="jo@example.org", password="") is None


def test_the_second_time_it_is_the_same_in_one_query(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = user_for(claims())
    with django_assert_num_queries(1):
        assert user_for(claims(name="Another")) == user
    assert User.objects.get().name == "Jo"


def test_the_same_subject_of_another_issuer_is_somebody_else(db: None) -> None:
    assert user_for(claims()) != user_for(claims(issuer="https://other.example.org", email="other@example.org"))


@pytest.mark.parametrize("verified", [True, False])
def test_without_an_address_there_is_a_placeholder(db: None, verified: bool) -> None:
    one, two = (user_for(claims(subject=subject, email=None, verified=verified)) for subject in ("s1", "s2"))
    assert one.email.endswith("@no-address.invalid")
    assert one.email != two.email
    assert user_for(claims(email=None)) == one


def test_a_proven_address_opens_the_account_that_has_it(owner: User) -> None:
    assert user_for(claims(email="owner@example.org")) == owner
    owner.refresh_from_db()
    assert (owner.oidc_issuer, owner.oidc_subject, owner.name) == (ISSUER, "s1", "Olivia")
    assert owner.has_usable_password()


def test_capitals_kept_past_every_form_make_no_difference(db: None) -> None:
    user = User.objects.create(email="Jo@Example.org")
    assert user_for(claims()) == user


def test_an_address_without_proof_opens_nothing(owner: User) -> None:
    assert refusal(claims(email="owner@example.org", verified=False)) == UNPROVEN
    owner.refresh_from_db()
    assert owner.oidc_subject is None
    assert User.objects.count() == 1


def test_letters_that_only_look_alike_open_nothing(db: None) -> None:
    User.objects.create_user("m\u0131ke@example.org")
    user = user_for(claims(email="mike@example.org"))
    assert user.email == "mike@example.org"
    assert User.objects.count() == 2


def test_a_linked_account_is_not_given_to_another_subject(db: None) -> None:
    user = user_for(claims())
    assert refusal(claims(subject="s2")) == TAKEN
    assert refusal(claims(subject="s2", verified=False)) == UNPROVEN
    assert User.objects.get() == user


def test_an_address_that_is_only_claimed_gives_way_to_its_owner(db: None) -> None:
    """Whoever claims an address in advance neither keeps its owner out nor gets them into a prepared account."""
    squatter = user_for(claims(verified=False))
    assert squatter.email == "jo@example.org"
    assert refusal(claims(subject="s2", verified=False)) == UNPROVEN
    owner = user_for(claims(subject="s2"))
    assert (owner == squatter, owner.email) == (False, "jo@example.org")
    assert user_for(claims(verified=False)) == squatter
    squatter.refresh_from_db()
    assert squatter.email.endswith("@no-address.invalid")


def test_it_gives_way_to_a_changed_address_too(db: None) -> None:
    squatter, owner = user_for(claims(verified=False)), user_for(claims(subject="s2", email="old@example.org"))
    assert user_for(claims(subject="s2")).email == "jo@example.org"
    assert User.objects.get(email="jo@example.org") == owner
    squatter.refresh_from_db()
    assert squatter.email.endswith("@no-address.invalid")


def test_an_address_that_is_proven_later_is_kept(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    user = user_for(claims(verified=False))
    assert user_for(claims()) == user
    assert refusal(claims(subject="s2")) == TAKEN
    with django_assert_num_queries(1):
        user_for(claims(verified=False))


@pytest.mark.parametrize("linked", [True, False])
def test_a_switched_off_account_stays_so(owner: User, linked: bool) -> None:
    if linked:
        user_for(claims(email=owner.email))
    User.objects.update(is_active=False)
    assert refusal(claims(email=owner.email)) == SWITCHED_OFF
    assert User.objects.filter(oidc_subject="s1").exists() is linked


def test_the_address_follows_a_proven_change(db: None) -> None:
    user = user_for(claims())
    assert user_for(claims(email="new@example.org")) == user
    assert User.objects.get().email == "new@example.org"


def test_a_placeholder_gives_way_to_an_address(db: None) -> None:
    user_for(claims(email=None))
    assert user_for(claims()).email == "jo@example.org"
    assert User.objects.get().email == "jo@example.org"


@pytest.mark.parametrize(("email", "verified"), [("new@example.org", False), ("owner@example.org", True), (None, True)])
def test_it_does_not_follow_without_proof_or_to_somebody_elses(owner: User, email: str | None, verified: bool) -> None:
    user = user_for(claims())
    assert user_for(claims(email=email, verified=verified)) == user
    user.refresh_from_db()
    assert user.email == "jo@example.org"


def test_an_unlinked_account_is_linked_again_by_proof(owner: User) -> None:
    user_for(claims(email=owner.email))
    User.objects.update(oidc_issuer=None, oidc_subject=None)
    assert user_for(claims(subject="s2", email=owner.email)) == owner


def test_the_database_holds_it(owner: User, stranger: User) -> None:
    user_for(claims(email=owner.email))
    with pytest.raises(IntegrityError, match="accounts_user_oidc_subject"):
        User.objects.filter(pk=stranger.pk).update(oidc_issuer=ISSUER, oidc_subject="s1")


def test_an_issuer_without_subject_is_nothing(owner: User) -> None:
    with pytest.raises(IntegrityError, match="accounts_user_oidc_both_or_neither"):
        User.objects.update(oidc_issuer=ISSUER)


@pytest.mark.parametrize("email", ["jo@example.org", None, "owner@example.org"])
def test_requests_at_once_make_one_user(transactional_db: None, email: str | None) -> None:
    User.objects.create_user("owner@example.org")

    def ask(_: int) -> object:
        try:
            return user_for(claims(email=email)).pk
        finally:
            connection.close()

    for _ in range(10):
        User.objects.exclude(email="owner@example.org").delete()
        User.objects.update(oidc_issuer=None, oidc_subject=None)
        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(ask, range(8)))) == 1
        assert User.objects.count() == (1 if email == "owner@example.org" else 2)


def test_requests_at_once_take_an_address_that_was_only_claimed(transactional_db: None) -> None:
    def ask(_: int) -> object:
        try:
            return user_for(claims(subject="s2")).pk
        finally:
            connection.close()

    for _ in range(10):
        User.objects.all().delete()
        user_for(claims(verified=False))
        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(ask, range(8)))) == 1
        assert User.objects.count() == 2
