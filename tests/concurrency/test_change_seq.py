"""Whoever follows the list by `change_seq` sees the last state of every row, however many write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import connection, transaction
from psycopg.conninfo import make_conninfo
from rest_framework.test import APIClient

from accounts.models import User
from tests.conftest import client_of
from tests.ingest import missed
from transcripts.domain.changes import horizon
from transcripts.models import Transcript

pytestmark = pytest.mark.django_db(transaction=True)

New = Callable[..., Transcript]
LIST = "/v1/transcripts"


def conninfo() -> str:
    parameters = connection.get_connection_params()
    wanted = ("dbname", "user", "password", "host", "port")
    return make_conninfo("", **{name: parameters[name] for name in wanted if name in parameters})


def fetching(user: User) -> Callable[[Mapping[str, object]], Any]:
    """Ask as the user, in whatever thread, each with a credential of its own."""

    def fetch(query: Mapping[str, object]) -> Any:
        answer = client_of(User.objects.get(pk=user.pk)).get(LIST, query)
        assert answer.status_code == 200, answer.content
        return answer.json()

    return fetch


def test_followers_miss_nothing_beside_eight_writers(owner: User, transcript: Transcript) -> None:
    fetches = {"cursor": fetching(owner), "pages": fetching(owner)}
    assert missed(conninfo(), str(transcript.pk), fetches, seconds=6) == []


# --- one thing at a time


def elsewhere(*statements: tuple[str, list[object]]) -> Any:
    """A connection that has done the statements and not committed yet."""
    import psycopg  # noqa: PLC0415

    other = psycopg.connect(conninfo())
    for statement, values in statements:
        other.execute(statement, values)
    return other


RENAME = "UPDATE transcripts_transcript SET title = %s WHERE id = %s"
#: As it was before there was a horizon: everything that was given a number.
NO_HORIZON = """
CREATE OR REPLACE FUNCTION transcripts_change_horizon() RETURNS bigint AS $$
    SELECT last_value FROM transcript_change_seq;
$$ LANGUAGE sql VOLATILE;
"""


def late_writer_is_missed(owners: APIClient, new_transcript: New) -> bool:
    """A writer takes a number, another takes the next and commits, somebody reads, and then the first one commits."""
    slow, quick = new_transcript(), new_transcript()
    cursor = newest(owners, 0)
    with elsewhere((RENAME, ["slow", slow.pk])) as other:
        Transcript.objects.filter(pk=quick.pk).update(title="quick")
        cursor = newest(owners, cursor)
        other.commit()
    return "slow" not in titles_after(owners, cursor)


def titles_after(owners: APIClient, cursor: int, **query: object) -> list[str]:
    answer = owners.get(LIST, {"sort_by": "change_seq", "change_seq_from": cursor, **query}).json()
    return [item["title"] for item in answer["items"]]


def newest(owners: APIClient, cursor: int) -> int:
    items = owners.get(LIST, {"sort_by": "change_seq", "change_seq_from": cursor}).json()["items"]
    return max([cursor, *(item["change_seq"] for item in items)])


def test_who_commits_late_with_a_low_number_is_not_missed(owners: APIClient, new_transcript: New) -> None:
    assert not late_writer_is_missed(owners, new_transcript)


def test_without_the_horizon_it_would_be(owners: APIClient, new_transcript: New) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('transcripts_change_horizon'::regproc)")
        ours = cursor.fetchone()[0]
        cursor.execute("DROP FUNCTION transcripts_change_horizon()")
        cursor.execute(NO_HORIZON)
        try:
            assert late_writer_is_missed(owners, new_transcript)
        finally:
            cursor.execute("DROP FUNCTION transcripts_change_horizon()")
            cursor.execute(ours)


def test_a_savepoint_that_is_undone_holds_nobody_up(new_transcript: New) -> None:
    transcript = new_transcript()
    before = horizon()
    with elsewhere(("SAVEPOINT s", []), (RENAME, ["undone", transcript.pk]), ("ROLLBACK TO s", [])) as other:
        Transcript.objects.filter(pk=new_transcript().pk).update(title="else")
        assert horizon() > before
        other.execute(RENAME, ["done", transcript.pk])
        held = horizon()
        Transcript.objects.filter(pk=new_transcript().pk).update(title="else")
        assert horizon() == held
        other.commit()
    assert horizon() > held
    transcript.refresh_from_db()
    assert held < transcript.change_seq <= horizon()


def test_a_savepoint_that_is_kept_still_holds_the_number_of_its_transaction(new_transcript: New) -> None:
    transcript = new_transcript()
    with elsewhere(("SAVEPOINT s", []), (RENAME, ["kept", transcript.pk]), ("RELEASE SAVEPOINT s", [])) as other:
        held = horizon()
        new_transcript()
        assert horizon() == held
        other.commit()
    assert horizon() > held


def test_ones_own_changes_are_seen_within_the_transaction(new_transcript: New) -> None:
    with transaction.atomic():
        transcript = new_transcript()
        transcript.refresh_from_db()
        assert horizon() == transcript.change_seq


def test_the_first_number_of_all_waits_for_its_commit(owner: User, new_transcript: New) -> None:
    transcript = new_transcript()
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE transcript_change_seq RESTART")
    with elsewhere((RENAME, ["first", transcript.pk])) as other:
        assert horizon() == 0
        other.commit()
    transcript.refresh_from_db()
    assert (transcript.change_seq, horizon()) == (1, 1)


# --- pages


def turned(owners: APIClient, page: int) -> list[str]:
    return titles_after(owners, 0, page=page, size=2)


@pytest.fixture
def five(new_transcript: New) -> list[Transcript]:
    return [new_transcript(title=str(number)) for number in range(5)]


def move(transcript: Transcript, title: str) -> None:
    Transcript.objects.filter(pk=transcript.pk).update(title=title)


def test_pages_pass_over_nothing_when_rows_move_to_the_end(owners: APIClient, five: list[Transcript]) -> None:
    assert turned(owners, 1) == ["0", "1"]
    move(five[0], "0 again")
    answer = owners.get(LIST, {"sort_by": "change_seq", "change_seq_from": 0, "page": 2, "size": 2}).json()
    assert [item["title"] for item in answer["items"]] == ["2", "3"]
    assert (answer["total"], answer["pages"]) == (6, 3)
    assert turned(owners, 3) == ["4", "0 again"]


def test_a_page_asked_twice_is_the_same_page(owners: APIClient, five: list[Transcript]) -> None:
    turned(owners, 1)
    assert turned(owners, 2) == turned(owners, 2) == ["2", "3"]


def test_two_programs_with_one_credential_both_get_everything(owners: APIClient, five: list[Transcript]) -> None:
    assert turned(owners, 1) == ["0", "1"]  # of the one
    move(five[0], "0 again")
    assert turned(owners, 1) == ["1", "2"]  # of the other
    assert turned(owners, 2) == ["2", "3"]  # of either: one has "2" already
    assert turned(owners, 3) == ["4", "0 again"]


def test_a_page_that_nobody_led_up_to_is_counted_off(owners: APIClient, five: list[Transcript]) -> None:
    assert turned(owners, 2) == ["2", "3"]
    assert turned(owners, 4) == []
