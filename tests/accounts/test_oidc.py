"""Signing in at a real issuer, over HTTP, and everything that can go wrong on the way."""

from __future__ import annotations

import base64
import time
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client

from accounts.models import AuditEntry, User
from accounts.oidc import flow as oidc
from accounts.oidc import issuer as issuer_module
from tests.peers.oidc import AUDIENCE, OidcPeer, public_jwk

RETURN = "/sign-in/oidc/return"
pytestmark = pytest.mark.django_db


@pytest.fixture
def site(issuer: OidcPeer, settings: LazySettings) -> OidcPeer:
    """The issuer, where people of this site sign in."""
    settings.OIDC_CLIENT_ID, settings.OIDC_NAME, settings.BASE_URL = AUDIENCE, "Example ID", "http://testserver"
    return issuer


def to_issuer(client: Client, next: str = "") -> str:
    """Begin; the address at the issuer."""
    answer = client.get("/sign-in/oidc", {"next": next} if next else {})
    assert answer.status_code == 302
    return str(answer["Location"])


def from_issuer(address: str) -> str:
    """What the issuer sends the browser back to, on this site."""
    answer = httpx.get(address)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].removeprefix("http://testserver")


def sign_in(client: Client, next: str = "") -> str:
    """There and back; where the site sends the browser then."""
    return str(client.get(from_issuer(to_issuer(client, next)))["Location"])


def said(client: Client, came_back: str) -> str:
    """The sentence of the sign-in page after a failure."""
    answer = client.get(came_back)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in")
    assert "_auth_user_id" not in client.session
    page = client.get(answer["Location"]).content.decode()
    return page.partition('class="message error">')[2].partition("</p>")[0]


# --- when all goes well


def test_somebody_new_signs_in(client: Client, site: OidcPeer) -> None:
    assert sign_in(client) == "/"
    user = User.objects.get(oidc_subject="subject-1")
    assert (user.email, user.oidc_issuer) == ("jwt@example.org", site.url)
    assert client.get("/v1/me").json() == {"sub": str(user.pk), "email": "jwt@example.org"}
    assert AuditEntry.objects.filter(action="signed in", user=user).count() == 1


def test_somebody_known_comes_to_their_account(client: Client, site: OidcPeer) -> None:
    known = User.objects.create_user("jwt@example.org", name="Known")
    sign_in(client)
    sign_in(Client())
    known.refresh_from_db()
    assert (known.oidc_subject, User.objects.count()) == ("subject-1", 1)
    assert client.get("/v1/me").json()["sub"] == str(known.pk)


@pytest.mark.parametrize(
    ("next", "then"),
    [
        ("/transcripts/new", "/transcripts/new"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_people_come_to_the_page_that_they_came_for(client: Client, site: OidcPeer, next: str, then: str) -> None:
    assert sign_in(client, next) == then
    assert client.get("/sign-in/oidc", {"next": next})["Location"] == then  # signed in already


def test_the_page_has_a_button(client: Client, site: OidcPeer, settings: LazySettings) -> None:
    page = client.get("/sign-in?next=/transcripts/new").content.decode()
    assert "Sign in with Example ID" in page
    assert 'href="/sign-in/oidc?next=/transcripts/new"' in page
    settings.OIDC_CLIENT_ID = ""
    assert "Example ID" not in client.get("/sign-in").content.decode()
    assert client.get("/sign-in/oidc")["Location"] == client.get(RETURN)["Location"] == "/sign-in"


@pytest.mark.parametrize("methods", [None, ["client_secret_basic", "client_secret_post"], ["client_secret_post"]])
def test_the_secret_of_the_site(
    client: Client, site: OidcPeer, settings: LazySettings, methods: list[str] | None
) -> None:
    settings.OIDC_CLIENT_SECRET = site.secret = "not to be told"
    site.discovery = {"token_endpoint_auth_methods_supported": methods} if methods else {}
    assert sign_in(client) == "/"


def test_what_is_asked_of_the_issuer(client: Client, site: OidcPeer) -> None:
    query = parse_qs(urlsplit(to_issuer(client)).query)
    assert (query["scope"], query["redirect_uri"]) == (["openid email profile"], [f"http://testserver{RETURN}"])
    assert len(query["state"][0]) == len(query["nonce"][0]) == len(query["code_challenge"][0]) == 43


def test_the_session_gets_a_new_key(client: Client, site: OidcPeer) -> None:
    came_back = from_issuer(to_issuer(client))
    before = client.cookies["sessionid"].value
    client.get(came_back)
    assert client.cookies["sessionid"].value != before
    assert Client(headers={"Cookie": f"sessionid={before}"}).get("/v1/me").json() is None


def test_two_tabs_at_once(client: Client, site: OidcPeer) -> None:
    first, second = to_issuer(client, "/transcripts/new"), to_issuer(client)
    assert client.get(from_issuer(second))["Location"] == "/"
    assert client.get(from_issuer(first))["Location"] == "/transcripts/new"


def test_keys_that_the_issuer_has_changed(client: Client, site: OidcPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuer_module.configured_keys(), "_retry_seconds", 0.0)
    sign_in(client)
    site.keys, site.signs = [public_jwk("second")], "second"
    assert sign_in(Client()) == "/"


# --- when it does not


def test_a_state_that_this_browser_does_not_know(client: Client, site: OidcPeer) -> None:
    came_back = from_issuer(to_issuer(client))
    assert said(Client(), came_back) == oidc.UNKNOWN  # somebody else's
    assert said(client, came_back.replace("state=", "state=x")) == oidc.UNKNOWN
    assert said(client, RETURN) == oidc.UNKNOWN
    assert not User.objects.exists()


def test_a_sign_in_that_took_too_long(client: Client, site: OidcPeer) -> None:
    came_back = from_issuer(to_issuer(client))
    with time_machine.travel(time.time() + oidc.PATIENCE + 1, tick=False):
        assert said(client, came_back) == oidc.UNKNOWN


def test_an_answer_that_is_used_again(client: Client, site: OidcPeer) -> None:
    came_back = from_issuer(to_issuer(client))
    client.get(came_back)
    client.post("/sign-out")
    assert said(client, came_back) == oidc.UNKNOWN


def test_a_code_that_is_used_again(client: Client, site: OidcPeer) -> None:
    code = parse_qs(urlsplit(from_issuer(to_issuer(client))).query)["code"][0]
    site.codes.clear()  # as the issuer does when it has given the token out
    state = parse_qs(urlsplit(to_issuer(client)).query)["state"][0]
    assert said(client, f"{RETURN}?code={code}&state={state}").startswith("Example ID could not sign you in.")


def test_a_code_of_somebody_elses_sign_in(client: Client, site: OidcPeer) -> None:
    """Who puts their own code into another's browser is stopped by PKCE, and by the nonce."""
    code = parse_qs(urlsplit(from_issuer(to_issuer(Client()))).query)["code"][0]
    state = parse_qs(urlsplit(to_issuer(client)).query)["state"][0]
    assert said(client, f"{RETURN}?code={code}&state={state}").startswith("Example ID could not sign you in.")


@pytest.mark.parametrize(
    "says",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"iss": "https://another.example"},
        {"azp": "another"},
        {"exp": 1},
        {"sub": None},
    ],
    ids=str,
)
def test_an_id_token_that_is_not_for_this_sign_in(client: Client, site: OidcPeer, says: dict[str, object]) -> None:
    site.says = says
    assert said(client, from_issuer(to_issuer(client))).startswith("What Example ID said about you cannot be trusted")
    assert not User.objects.exists()


def test_a_token_that_somebody_else_signed(client: Client, site: OidcPeer) -> None:
    site.signs = "second"
    assert "cannot be trusted" in said(client, from_issuer(to_issuer(client)))


def test_the_answer_of_another_issuer(client: Client, site: OidcPeer) -> None:
    came_back = from_issuer(to_issuer(client)).partition("&iss=")[0] + "&iss=https://another.example"
    assert "cannot be trusted" in said(client, came_back)


def test_somebody_who_is_not_let_in(client: Client, site: OidcPeer) -> None:
    site.refuses = "access_denied"
    assert said(client, from_issuer(to_issuer(client, "/transcripts/new"))).startswith("Example ID did not let you in")
    site.refuses = "server_error"
    assert said(client, from_issuer(to_issuer(client))).startswith("Example ID could not sign you in.")


def test_the_page_that_people_came_for_is_kept(client: Client, site: OidcPeer) -> None:
    site.refuses = "access_denied"
    answer = client.get(from_issuer(to_issuer(client, "/transcripts/new")))
    assert answer["Location"] == "/sign-in?next=%2Ftranscripts%2Fnew"


def test_an_issuer_that_is_down(client: Client, site: OidcPeer) -> None:
    site.down = True
    assert said(client, "/sign-in/oidc") == "Example ID does not answer just now. Try again in a moment."


def test_an_issuer_that_goes_down_in_between(client: Client, site: OidcPeer) -> None:
    came_back = from_issuer(to_issuer(client))
    site.down = True
    assert "Example ID" in said(client, came_back)


def test_a_discovery_document_without_what_is_needed(client: Client, site: OidcPeer) -> None:
    site.discovery = {"token_endpoint": "ftp://example.org"}
    assert said(client, "/sign-in/oidc").startswith("Example ID does not answer just now.")


def test_an_address_that_is_not_proven(client: Client, site: OidcPeer) -> None:
    taken = User.objects.create_user("jwt@example.org")
    site.says = {"email_verified": False}
    assert said(client, from_issuer(to_issuer(client))) == (
        "An account has this e-mail address already, and the token does not prove that it is yours."
    )
    taken.refresh_from_db()
    assert taken.oidc_subject is None


def test_an_account_that_is_switched_off(client: Client, site: OidcPeer) -> None:
    sign_in(Client())
    User.objects.update(is_active=False)
    assert said(client, from_issuer(to_issuer(client))).startswith("This account has been switched off.")


# --- signing out


def test_signing_out_at_the_issuer_too(client: Client, site: OidcPeer) -> None:
    sign_in(client)
    there = client.post("/sign-out")["Location"]
    query = parse_qs(urlsplit(there).query)
    assert there.startswith(f"{site.url}/logout?")
    assert (query["client_id"], query["post_logout_redirect_uri"]) == ([AUDIENCE], ["http://testserver/sign-in"])
    assert base64.urlsafe_b64decode(query["id_token_hint"][0].split(".")[1] + "==").startswith(b"{")
    assert client.get("/v1/me").json() is None
    assert httpx.get(there).headers["Location"] == "http://testserver/sign-in"


def test_signing_out_where_the_issuer_has_no_place_for_it(client: Client, site: OidcPeer) -> None:
    site.discovery = {"end_session_endpoint": None}
    sign_in(client)
    assert client.post("/sign-out")["Location"] == "/sign-in"


def test_signing_out_of_who_came_with_a_password(client: Client, site: OidcPeer) -> None:
    client.force_login(User.objects.create_user("local@example.org"))
    assert client.post("/sign-out")["Location"] == "/sign-in"
