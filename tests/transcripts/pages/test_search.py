"""The search page: what was found, where it leads, and what its address holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from meetings.models import Room
from tests.transcripts.pages.looking import New, Say, text_of
from transcripts.enums import ShareMode
from transcripts.models import Participant, Transcript

Named = Callable[..., Participant]


def page(browser: Client, **query: object) -> str:
    answer = browser.get("/search", query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_match_leads_to_its_moment(browser: Client, transcript: Transcript, say: Say, named: Named) -> None:
    say(transcript, (0, " ".join(f"word{n}" for n in range(75))), (1, "the <budgets> & more"))
    named(transcript, 1, "Ada")
    found = page(browser, q="budget")
    assert f'href="/transcripts/{transcript.pk}#u1"' in found
    assert "the &lt;<mark>budgets</mark>&gt; &amp; more" in found
    assert "At </span>1:15" in found
    assert "Ada:" in found


def test_titles_are_marked_and_escaped(browser: Client, new_transcript: New, named: Named) -> None:
    named(new_transcript(title="<b>Budget</b>", name="x.mp3"), 0, "Budget Ada")
    found = page(browser, q="budget")
    assert "&lt;b&gt;<mark>Budget</mark>&lt;/b&gt;" in found
    assert "<mark>Budget</mark> Ada" in found


def test_a_name_stands_for_a_title_that_is_not_there(browser: Client, new_transcript: New) -> None:
    new_transcript(name="Budget.mp3", title=None)
    new_transcript(name="<i>other</i>", title=None)
    assert "&lt;i&gt;other&lt;/i&gt;" in page(browser)


def test_without_a_question_the_newest_come_first(browser: Client, new_transcript: New) -> None:
    for name in ("older", "newer"):
        new_transcript(name=name)
    shown = text_of(browser.get("/search"))
    assert "2 transcripts, the newest first" in shown
    assert shown.index("newer") < shown.index("older")


def test_nothing_found_says_what_to_do(browser: Client, transcript: Transcript) -> None:
    assert "Try fewer or other words." in text_of(browser.get("/search", {"q": "nowhere"}))


def test_the_address_holds_what_was_asked(browser: Client, owner: User, new_transcript: New, named: Named) -> None:
    room = Room.objects.create(name="atrium", user=owner)
    for number in range(21):
        named(new_transcript(title=f"Budget {number}", room=room), 0, "Ada")
    new_transcript(title="Budget elsewhere")
    found = page(browser, q="budget", speaker="ada", room=room.pk)
    assert f'href="/search?q=budget&amp;speaker=ada&amp;room={room.pk}&amp;page=2"' in found
    assert 'value="budget"' in found
    assert f'<option value="{room.pk}" selected>atrium</option>' in found
    assert "Page 2 of 2" in text_of(browser.get("/search", {"q": "budget", "room": room.pk, "page": 2}))
    assert "but not so many pages" in page(browser, q="budget", page=2000)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"q": "budget " * 200}, "Ask in 500 characters at most."),
        ({"q": "a " * 41}, "Ask for 40 words at most."),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "This day is before the other one."),
        ({"from": "soon"}, "Enter a valid date."),
        ({"source": "dream"}, "Select a valid choice."),
        ({"q": "a\0b"}, "Null characters are not allowed."),
    ],
)
def test_what_does_not_fit_is_said_beside_it(browser: Client, query: dict[str, str], sentence: str) -> None:
    assert sentence in page(browser, **query)


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999999999", "²"])
def test_a_page_that_is_none_is_the_first(browser: Client, transcript: Transcript, number: str) -> None:
    assert "1 transcript" in page(browser, page=number)


def test_one_sees_only_what_one_may_read(client: Client, stranger: User, new_transcript: New) -> None:
    new_transcript(title="Budget of mine")
    new_transcript(title="Budget for all", share_mode=ShareMode.SEMI_PRIVATE)
    client.force_login(stranger)
    found = text_of(client.get("/search", {"q": "budget"}))
    assert "for all" in found
    assert "of mine" not in found
    assert "shared by Olivia" in found


def test_strangers_sign_in_first(client: Client, db: None, settings: LazySettings, new_transcript: New) -> None:
    assert client.get("/search?q=x")["Location"] == "/sign-in?next=/search%3Fq%3Dx"
    settings.PUBLIC_MODE = True
    new_transcript(title="Budget of mine")
    new_transcript(title="Budget for all", share_mode=ShareMode.PUBLIC)
    found = text_of(client.get("/search", {"q": "budget"}))
    assert "for all" in found
    assert "of mine" not in found


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_queries_whatever_is_found(
    browser: Client,
    new_transcript: New,
    say: Say,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    for _ in range(count):
        say(new_transcript(), (0, "the budget"))
    with django_assert_num_queries(9):  # session, user, rooms, and six of the search
        page(browser, q="budget")


def test_the_list_has_a_search_box(browser: Client, transcript: Transcript) -> None:
    assert 'action="/search"' in browser.get("/").content.decode()
