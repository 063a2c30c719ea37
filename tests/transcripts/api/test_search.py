"""GET /v1/transcripts/search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from meetings.models import Room
from transcripts.enums import ShareMode, SourceKind, TranscriptStatus
from transcripts.models import Participant, Topic, Transcript

New = Callable[..., Transcript]
Say = Callable[..., Topic]
Named = Callable[..., Participant]
SEARCH = "/v1/transcripts/search"
DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


def search(client: APIClient, q: str, **query: object) -> Any:
    answer = client.get(SEARCH, {"q": q, **query})
    assert answer.status_code == 200, answer.content
    return answer.json()


def names(client: APIClient, q: str, **query: object) -> list[str]:
    return [found["name"] for found in search(client, q, **query)["results"]]


@pytest.fixture
def three(new_transcript: New, say: Say, named: Named) -> list[Transcript]:
    """One about a budget, one that mentions it, one about something else; the last is the newest."""
    summary = "# Summary\n\nThe **figures** were agreed."
    budget = new_transcript(name="budget", title="Quarterly budget", long_summary=summary)
    say(budget, (0, "Let us look at the figures."), (1, "They are too high."))
    named(budget, 0, "Ada Lindqvist")
    mention = new_transcript(name="mention", title="Release planning", source_kind=SourceKind.LIVE)
    say(mention, (0, "We have no budget for another office."), (0, "Then the release has to wait."))
    other = new_transcript(name="other", title="Lunch", status=TranscriptStatus.ENDED)
    say(other, (0, "Who brings the bread?"))
    named(other, 0, "Boris Okafor")
    return [budget, mention, other]


def test_a_result_has_every_field_that_clients_know(owners: APIClient, three: list[Transcript]) -> None:
    found = three[1]
    found.refresh_from_db()
    answer = search(owners, "office")
    rank = answer["results"][0].pop("rank")
    assert 0 < rank < 1
    assert answer == {
        "results": [
            {
                "id": str(found.pk),
                "title": "Release planning",
                "user_id": str(found.user_id),
                "room_id": None,
                "room_name": None,
                "source_kind": "live",
                "created_at": found.created_at.isoformat().replace("+00:00", "Z"),
                "status": "idle",
                "duration": 0.0,
                "search_snippets": ["We have no budget for another office."],
                "total_match_count": 1,
                "change_seq": found.change_seq,
                "name": "mention",
                "matches": [
                    {
                        "field": "speech",
                        "text": "We have no budget for another office.",
                        "marked": "We have no budget for another <mark>office</mark>.",
                        "seconds": 0.0,
                        "speaker_name": "Speaker 0",
                        "position": 0,
                        "anchor": "u0",
                    }
                ],
            }
        ],
        "total": 1,
        "query": "office",
        "limit": 20,
        "offset": 0,
    }


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("budget", ["budget", "mention"]),  # in the title first
        ("budgets", ["budget", "mention"]),  # the same word with another ending
        ("BUDGET", ["budget", "mention"]),
        ("figures", ["budget"]),  # summary and speech
        ("lindqvist", ["budget"]),  # a name
        ("budget office", ["mention"]),  # both
        ("budget -office", ["budget"]),
        ("-budget", ["other"]),
        ("office or bread", ["other", "mention"]),
        ("office OR bread", ["other", "mention"]),
        ('"another office"', ["mention"]),
        ('"office another"', []),
        ('budget -"another office"', ["budget"]),
        ('"quarterly budget" or bread', ["budget", "other"]),
        ('"quarterly budget', ["budget"]),  # a quote that is never closed
        ("release wait", ["mention"]),  # in different utterances, and the title
        ("nowhere", []),
        ("the", []),  # stop words alone match nothing
        ("the budget", ["budget", "mention"]),
        ("budg", []),
    ],
)
def test_words(owners: APIClient, q: str, expected: list[str]) -> None:
    assert names(owners, q) == expected


@pytest.mark.usefixtures("three")
def test_an_empty_query_lists_the_newest_first(owners: APIClient) -> None:
    answer = search(owners, "")
    assert [(found["name"], found["rank"]) for found in answer["results"]] == [
        ("other", 1.0),
        ("mention", 1.0),
        ("budget", 1.0),
    ]
    assert {(found["total_match_count"], *found["search_snippets"]) for found in answer["results"]} == {(0,)}
    assert answer["total"] == 3
    assert names(owners, "  ", limit=1, offset=1) == ["mention"]


def test_q_must_be_there(owners: APIClient) -> None:
    answer = owners.get(SEARCH)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", "q"]


# --- where it was said


def test_a_match_says_who_said_it_and_when(owners: APIClient, transcript: Transcript, say: Say, named: Named) -> None:
    say(transcript, (0, "One two three"), (1, "The deadlines are <near> & dear"))
    named(transcript, 1, "Ada")
    found = search(owners, "deadline")["results"][0]
    assert found["matches"] == [
        {
            "field": "speech",
            "text": "The deadlines are <near> & dear",
            "marked": "The <mark>deadlines</mark> are &lt;near&gt; &amp; dear",
            "seconds": 3.0,
            "speaker_name": "Ada",
            "position": 1,
            "anchor": "u1",
        }
    ]


def test_title_name_and_people_are_matches_without_a_moment(
    owners: APIClient, new_transcript: New, named: Named
) -> None:
    found = new_transcript(name="Ada at work", title="Talk with Ada")
    named(found, 0, "Ada Okafor")
    result = search(owners, "ada")["results"][0]
    assert [(match["field"], match["marked"], match["seconds"]) for match in result["matches"]] == [
        ("title", "Talk with <mark>Ada</mark>", None),
        ("name", "<mark>Ada</mark> at work", None),
        ("speaker", "<mark>Ada</mark> Okafor", None),
    ]
    assert (result["search_snippets"], result["total_match_count"]) == ([], 0)


def test_snippets_of_the_summary_come_first_and_are_two_at_most(
    owners: APIClient, new_transcript: New, say: Say
) -> None:
    filler = "Nothing of note was said about this for quite some time, as everybody agreed. " * 3
    found = new_transcript(long_summary=f"Budget one. {filler}Budget two. {filler}Budget three. {filler}")
    say(found, *((0, f"The budget, part {n}") for n in range(4)))
    result = search(owners, "budget")["results"][0]
    assert [match["field"] for match in result["matches"]] == ["summary", "summary", "speech"]
    assert len(result["search_snippets"]) == 3
    assert result["total_match_count"] == 3 + 4


def test_a_snippet_is_a_window_on_the_text(owners: APIClient, new_transcript: New) -> None:
    before, after = "before " * 20, "after " * 40
    new_transcript(long_summary=f"{before}needle {after}")
    text = search(owners, "needle")["results"][0]["search_snippets"][0]
    assert text.startswith("...")
    assert text.endswith("...")
    assert len(text) <= 150 + 6
    assert 45 <= text.index("needle") <= 53


def test_windows_do_not_overlap(owners: APIClient, new_transcript: New) -> None:
    new_transcript(long_summary="needle " * 30)
    result = search(owners, "needle")["results"][0]
    assert len(result["search_snippets"]) == 2
    assert result["total_match_count"] == 30


def test_the_very_words_come_before_words_that_are_like_them(owners: APIClient, new_transcript: New) -> None:
    new_transcript(long_summary=f"Plan a. {'Much was said then. ' * 20}The plan for spring is ready.")
    text = search(owners, "plan for spring")["results"][0]["search_snippets"][0]
    assert "plan for spring" in text


def test_utterances_with_more_of_the_words_are_shown_first(owners: APIClient, transcript: Transcript, say: Say) -> None:
    say(transcript, *((0, f"Only the budget {n}") for n in range(5)), (0, "The budget of the office"))
    result = search(owners, "budget office")["results"][0]
    assert "The budget of the office" in result["search_snippets"]
    assert result["total_match_count"] == 6


def test_words_of_a_phrase_that_stand_elsewhere_are_no_match(owners: APIClient, new_transcript: New, say: Say) -> None:
    found = new_transcript(title="The customer", long_summary="A release. The customer's next releases. A customer.")
    say(found, (0, "Their customer release, and a customer"), (0, "One more release"))
    for q in ('"customer release"', '"customer releases" or "customers next release"'):
        result = search(owners, q)["results"][0]
        marked = [match["marked"] for match in result["matches"]]
        assert marked[-1] == "Their <mark>customer</mark> <mark>release</mark>, and a customer"
        assert not any(match["field"] == "title" for match in result["matches"])
    assert [match["field"] for match in result["matches"]] == ["speech"]


# --- languages


@pytest.mark.parametrize(
    ("language", "said", "q"),
    [
        ("de", "Die Häuser stehen am Fluss.", "Haus"),
        ("de", "Ein Haus am Fluss", "häuser"),
        ("fr", "Nous avons mangé des pommes…", "manger"),
        ("fr", "C’est l’argent qui manque", "argent"),
        ("es", "Hablamos de las reuniones", "reunión"),
        ("ru", "Мы говорили о домах", "дом"),
        ("nl", "Hij heeft de vergaderingen gepland", "vergadering"),
        ("ja", "明日は東京都に行きます。", "東京"),
        ("ja", "明日は東京都に行きます。", "東京都に"),
        ("ja", "明日は東京都に行きます。", "都"),
        ("zh", "我们讨论了预算，然后吃饭。", "预算"),
        ("th", "สวัสดีครับทุกคน", "สวัสดี"),
        ("ko", "우리는 학교에서 만났다", "학교"),
        ("en", "We met in 東京 last year", "東京 year"),
        ("tl", "Magandang umaga", "umaga"),  # no rules for endings: the word itself
    ],
)
def test_the_language_of_the_transcript(
    owners: APIClient, new_transcript: New, say: Say, language: str, said: str, q: str
) -> None:
    found = new_transcript(detected_language=language)
    say(found, (0, said))
    result = search(owners, q)["results"]
    assert [one["id"] for one in result] == [str(found.pk)]
    assert "<mark>" in result[0]["matches"][0]["marked"]
    assert result[0]["search_snippets"] == [said]


@pytest.mark.parametrize(("said", "q"), [("東京", "京都"), ("東方の京", "東京"), ("学校", "校学")])
def test_other_characters_are_not_found(owners: APIClient, new_transcript: New, say: Say, said: str, q: str) -> None:
    say(new_transcript(detected_language="ja"), (0, said))
    assert search(owners, q)["total"] == 0


def test_transcripts_of_several_languages_are_found_by_one_query(
    owners: APIClient, new_transcript: New, say: Say
) -> None:
    for language, said in (("en", "The systems run"), ("de", "Das System läuft"), ("ja", "System 動く")):
        say(new_transcript(name=language, detected_language=language), (0, said))
    assert sorted(names(owners, "system")) == ["de", "en", "ja"]
    assert names(owners, "runs") == ["en"]


# --- filters


def test_filters(owners: APIClient, three: list[Transcript], owner: User) -> None:
    room = Room.objects.create(name="atrium", user=owner)
    Transcript.objects.filter(pk=three[0].pk).update(room=room)
    for number, transcript in enumerate(three):
        Transcript.objects.filter(pk=transcript.pk).update(created_at=DAY + timedelta(days=number))
    assert names(owners, "", room_id=room.pk) == ["budget"]
    assert names(owners, "budget", source_kind="live") == ["mention"]
    assert names(owners, "", status="ended") == ["other"]
    assert names(owners, "", speaker="ada") == ["budget"]
    assert names(owners, "bread", speaker="ada") == []
    assert names(owners, "", **{"from": DAY.isoformat(), "to": DAY.isoformat()}) == ["budget"]  # both inclusive
    assert names(owners, "", **{"from": "2026-03-02T13:00:00+01:00"}) == ["other", "mention"]
    assert names(owners, "budget", to="2026-03-02T11:59:59Z") == ["budget"]


def test_what_the_speaker_said_comes_first(owners: APIClient, transcript: Transcript, say: Say, named: Named) -> None:
    say(transcript, *((0, f"The budget, I say {n}") for n in range(5)), (1, "And a budget of mine"))
    named(transcript, 0, "Ada")
    named(transcript, 1, "Boris")
    result = search(owners, "budget", speaker="boris")["results"][0]
    assert "And a budget of mine" in result["search_snippets"]


@pytest.mark.parametrize("value", ["2026-03-01", "2026-03-01T12:00:00", "yesterday"])
def test_a_time_without_its_zone_is_refused(owners: APIClient, value: str) -> None:
    answer = owners.get(SEARCH, {"q": "", "from": value})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", "from"]


def test_a_plus_sign_that_was_not_escaped_is_understood(owners: APIClient, transcript: Transcript) -> None:
    assert owners.get(f"{SEARCH}?q=&from=2020-01-01T00:00:00+00:00").json()["total"] == 1


def test_from_after_to_is_refused(owners: APIClient) -> None:
    answer = owners.get(SEARCH, {"q": "", "from": "2026-03-02T00:00:00Z", "to": "2026-03-01T00:00:00Z"})
    assert (answer.status_code, answer.json()) == (400, {"detail": "'from' must be less than or equal to 'to'"})


@pytest.mark.parametrize(
    ("query", "loc"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"offset": -1}, "offset"),
        ({"room_id": "x"}, "room_id"),
        ({"source_kind": "dream"}, "source_kind"),
        ({"status": "asleep"}, "status"),
        ({"q": "a\0b"}, "q"),
        ({"q": "budget " * 1500}, "q"),
        ({"q": "a " * 41}, "q"),
        ({"speaker": "a\0b"}, "speaker"),
    ],
)
def test_a_query_that_does_not_fit(owners: APIClient, query: dict[str, object], loc: str) -> None:
    answer = owners.get(SEARCH, {"q": "", **query})
    assert answer.status_code == 422
    assert [problem["loc"] for problem in answer.json()["detail"]] == [["query", loc]]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    "q",
    [
        *("!!", "<->", "&|!()", "''", "\\", "%_", '"', '""', '"" ""', "-", "--", '-"', "or", "-or", "a:*", ":A"),
        *(
            "🎉",
            "🎉 🎈",
            "\u200b",
            "\ufeff",
            "…",
            "-" * 500,
            '"' * 500,
            "( " * 40,
            "or " * 40,
            "a-b-c/d",
            "'",
            "';--",
        ),
        *("x" * 500, "budget&<script>", "http://example.org/a?b=c", "me@example.org", "\x02\x03", "\x1f", "\U0010ffff"),
        " ".join(f"w{n}" for n in range(40)),
    ],
)
def test_whatever_is_typed_is_no_error(owners: APIClient, q: str) -> None:
    assert owners.get(SEARCH, {"q": q}).status_code == 200


# --- who may see it


def test_only_what_one_may_read_is_found(
    owners: APIClient, strangers: APIClient, anonymous: APIClient, new_transcript: New, say: Say
) -> None:
    for name, share in (("mine", ShareMode.PRIVATE), ("ours", ShareMode.SEMI_PRIVATE), ("all", ShareMode.PUBLIC)):
        say(new_transcript(name=name, share_mode=share), (0, "The secret budget"))
    assert sorted(names(owners, "budget")) == ["all", "mine", "ours"]
    found = search(strangers, "budget")
    assert sorted(result["name"] for result in found["results"]) == ["all", "ours"]
    assert found["total"] == 2
    assert search(strangers, "budget -nothing")["total"] == search(strangers, '"secret budget"')["total"] == 2
    assert anonymous.get(SEARCH, {"q": "budget"}).status_code == 401


def test_a_room_that_was_deleted_is_called_that(owners: APIClient, owner: User, transcript: Transcript) -> None:
    room = Room.objects.create(name="atrium", user=owner)
    Transcript.objects.filter(pk=transcript.pk).update(room=room)
    assert search(owners, "")["results"][0]["room_name"] == "atrium"
    room.retire()
    assert search(owners, "")["results"][0]["room_name"] == "Deleted Room"


# --- pages and costs


@pytest.mark.parametrize("count", [7, 60])
def test_pages_hold_each_result_once(owners: APIClient, new_transcript: New, say: Say, count: int) -> None:
    for number in range(count):
        say(new_transcript(name=str(number), title="Budget" if number % 5 == 0 else None), (0, "the budget"))
    pages = [names(owners, "budget", limit=4, offset=offset) for offset in range(0, count + 4, 4)]
    assert sorted(name for page in pages for name in page) == sorted(map(str, range(count)))
    assert pages[-1] == [] or count % 4
    assert search(owners, "budget", offset=count + 10)["total"] == count


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("q", "queries"), [("budget", 6), ("", 4)])
def test_a_search_costs_the_same_queries_whatever_is_found(
    owners: APIClient,
    new_transcript: New,
    say: Say,
    named: Named,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
    q: str,
    queries: int,
) -> None:
    for number in range(count):
        transcript = new_transcript(detected_language=("en", "de", "fr")[number])
        say(transcript, (0, "the budget"), (1, "another budget"))
        named(transcript, 0, "Ada")
    with django_assert_num_queries(queries):
        assert search(owners, q)["total"] == count
