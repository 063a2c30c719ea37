"""Answers of a shape, from a server that gets it wrong in every way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.peers.openai_chat import OpenAIChatPeer, Reply, Request, good
from transcripts.engines.base import Never, TryAgain
from transcripts.engines.language.answers import ActionItemsAnswer, NotesAnswer, TitleAnswer, strict_schema
from transcripts.engines.language.chat import ChatClient
from transcripts.engines.language.structured import StructuredChat

MESSAGES = [
    {"role": "system", "content": "Take notes."},
    {"role": "user", "content": "<meeting>\n[1] 0:00:00 Anna: We close in May.\n[2] 0:00:04 Ben: Fine.\n</meeting>"},
]
CONTEXT = {"lines": frozenset({1, 2}), "names": {"anna": "Anna", "ben": "Ben"}}


@pytest.fixture
def peer() -> Iterator[OpenAIChatPeer]:
    with OpenAIChatPeer() as peer:
        yield peer


def chat(peer: OpenAIChatPeer, *, mode: str = "json_schema", retries: int = 3) -> StructuredChat:
    client = ChatClient(url=peer.url, key="", model=peer.model, timeout=5, retries=retries, wait=0.0)
    return StructuredChat(client, mode=mode, temperature=0.3, retries=retries)


@pytest.mark.parametrize("mode", ["json_schema", "json_object", "prompt"])
@pytest.mark.parametrize("behaviour", ["good", "fenced", "thinking"])
def test_an_answer_is_found_whatever_stands_around_it(peer: OpenAIChatPeer, behaviour: str, mode: str) -> None:
    peer.behaviour = behaviour
    answer = chat(peer, mode=mode).ask(NotesAnswer, MESSAGES, CONTEXT)
    assert [(note.text, note.lines) for note in answer.notes] == [("We close in May.", [1]), ("Fine.", [2])]
    assert len(peer.requests) == 1


@pytest.mark.parametrize("behaviour", ["nonsense", "invented_lines", "cut_off", "invalid_first"])
def test_a_wrong_answer_goes_back_with_what_is_wrong(peer: OpenAIChatPeer, behaviour: str) -> None:
    peer.behaviour = [behaviour, "good"]
    chat(peer).ask(NotesAnswer, MESSAGES, CONTEXT)
    first, second = peer.requests
    assert second.messages[: len(first.messages)] == first.messages
    assert [message["role"] for message in second.messages[-2:]] == ["assistant", "user"]
    expected = {
        "nonsense": "no JSON object",
        "invented_lines": "no line has the number 999999",
        "cut_off": "cut off",
        "invalid_first": "Field required",
    }
    assert expected[behaviour] in second.messages[-1]["content"]


def test_a_long_wrong_answer_is_quoted_in_part(peer: OpenAIChatPeer) -> None:
    peer.behaviour = [lambda _request: Reply("x" * 50_000), "good"]
    chat(peer).ask(TitleAnswer, MESSAGES, CONTEXT)
    assert len(peer.requests[1].messages[-2]["content"]) == 2000


def test_only_the_last_wrong_answer_is_shown(peer: OpenAIChatPeer) -> None:
    """Three wrong answers in the conversation would be three examples to follow."""
    peer.behaviour = ["nonsense", "nonsense", "good"]
    chat(peer).ask(TitleAnswer, MESSAGES, CONTEXT)
    assert [len(request.messages) for request in peer.requests] == [2, 4, 4]


def test_answers_that_stay_wrong_end_in_a_sentence(peer: OpenAIChatPeer) -> None:
    peer.behaviour = "nonsense"
    with pytest.raises(TryAgain, match=r"no usable answer in 4 attempts .*no JSON object.*more capable model\.$"):
        chat(peer).ask(TitleAnswer, MESSAGES, CONTEXT)
    assert len(peer.requests) == 4


@pytest.mark.parametrize(("behaviour", "requests"), [("no_json_schema", 2), ("no_response_format", 3)])
def test_a_simpler_way_of_asking_is_found_and_remembered(peer: OpenAIChatPeer, behaviour: str, requests: int) -> None:
    peer.behaviour = behaviour
    asking = chat(peer)
    asking.ask(TitleAnswer, MESSAGES, CONTEXT)
    assert len(peer.requests) == requests
    asking.ask(TitleAnswer, MESSAGES, CONTEXT)
    assert len(peer.requests) == requests + 1


def test_a_model_with_a_temperature_of_its_own(peer: OpenAIChatPeer) -> None:
    peer.behaviour = "no_temperature"
    asking = chat(peer)
    asking.ask(TitleAnswer, MESSAGES, CONTEXT)
    assert (asking.mode, asking.temperature) == ("json_schema", None)


def test_a_request_that_no_way_of_asking_helps_is_never(peer: OpenAIChatPeer) -> None:
    peer.behaviour = "refused"
    asking = chat(peer)
    with pytest.raises(Never, match="content filter"):
        asking.ask(TitleAnswer, MESSAGES, CONTEXT)
    peer.behaviour = "good"
    asking.ask(TitleAnswer, MESSAGES, CONTEXT)
    assert peer.requests[-1].body["response_format"]["type"] == "json_schema", "a refusal teaches nothing"


def test_the_schema_is_strict_all_the_way_down() -> None:
    def objects(part: object) -> list[dict[str, Any]]:
        if isinstance(part, list):
            return [found for item in part for found in objects(item)]
        if not isinstance(part, dict):
            return []
        inner = [found for item in part.values() for found in objects(item)]
        return [part, *inner] if part.get("type") == "object" else inner

    found = objects(strict_schema(ActionItemsAnswer))
    assert len(found) == 3
    for one in found:
        assert one["additionalProperties"] is False
        assert one["required"] == list(one["properties"])


def answering(document: str) -> object:
    return lambda _request: Reply(document)


@pytest.mark.parametrize(
    ("assigned", "name"),
    [('"Anna"', "Anna"), ('"anna "', "Anna"), ('"Zoe"', None), ('"Unknown"', None), ("null", None), ('""', None)],
)
def test_only_participants_are_assigned(peer: OpenAIChatPeer, assigned: str, name: str | None) -> None:
    step = f'{{"Task": "Close", "assigned_to": {assigned}, "deadline": "None", "context": null, "lines": [2, 1, 1]}}'
    peer.behaviour = answering(f'{{"Decisions": [], "next_steps": [{step}], "mood": "good"}}')
    (found,) = chat(peer).ask(ActionItemsAnswer, MESSAGES, CONTEXT).next_steps
    assert (found.assigned_to, found.deadline, found.lines) == (name, None, [1, 2])


def test_a_sentence_is_not_a_title(peer: OpenAIChatPeer) -> None:
    peer.behaviour = [answering('{"title": "' + "word " * 20 + '"}'), answering('{"title": "\'Closing in May.\'"}')]
    assert chat(peer).ask(TitleAnswer, MESSAGES, CONTEXT).title == "Closing in May"


def test_what_the_peer_answers_follows_the_request() -> None:
    request = Request("/", {}, {"messages": MESSAGES, "response_format": {"json_schema": {"schema": {}}}})
    assert good(request).content == "{}"
