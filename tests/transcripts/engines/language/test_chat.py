"""The wire: what each failure of a server becomes."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.peers.openai_chat import OpenAIChatPeer, Reply
from transcripts.engines.base import Never, TryAgain
from transcripts.engines.language.chat import ChatClient, Refused, chat_address

HELLO = [{"role": "user", "content": "Hello"}]


@pytest.fixture
def peer() -> Iterator[OpenAIChatPeer]:
    with OpenAIChatPeer(key="secret") as peer:
        yield peer


def client(peer: OpenAIChatPeer, *, key: str = "secret", model: str = "", timeout: float = 5.0) -> ChatClient:
    return ChatClient(url=peer.url, key=key, model=model or peer.model, timeout=timeout, retries=2, wait=0.0)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("http://host:1234", "http://host:1234/v1/chat/completions"),
        ("http://host:1234/", "http://host:1234/v1/chat/completions"),
        ("https://host/v1/", "https://host/v1/chat/completions"),
        ("https://host/openai/v1", "https://host/openai/v1/chat/completions"),
        ("https://host/v1/chat/completions", "https://host/v1/chat/completions"),
    ],
)
def test_addresses(given: str, address: str) -> None:
    assert chat_address(given) == address


def test_a_reply_and_what_was_sent(peer: OpenAIChatPeer) -> None:
    reply = client(peer).ask(HELLO, {"temperature": 0.5})
    assert (reply.cut_off, reply.model) == (False, "peer-model")
    (request,) = peer.requests
    assert request.body == {"model": "peer-model", "messages": HELLO, "temperature": 0.5}
    assert request.headers["authorization"] == "Bearer secret"


@pytest.mark.parametrize(
    ("behaviour", "message", "requests"),
    [
        ("error_500", r"failed \(500: CUDA out of memory\)", 3),
        ("rate_limited", r"is busy \(429: Rate limit reached", 3),
        ("not_json", "not a chat completion", 1),
    ],
)
def test_try_again(peer: OpenAIChatPeer, behaviour: str, message: str, requests: int) -> None:
    peer.behaviour = behaviour
    with pytest.raises(TryAgain, match=message):
        client(peer).ask(HELLO, {})
    assert len(peer.requests) == requests


def test_a_server_that_recovers_is_forgiven(peer: OpenAIChatPeer) -> None:
    peer.behaviour = ["error_500", "rate_limited", "good"]
    assert client(peer).ask(HELLO, {}).text == "{}"


def test_a_long_wait_is_left_to_the_caller(peer: OpenAIChatPeer) -> None:
    peer.behaviour = lambda _request: Reply(status=429, error="Quota", headers={"Retry-After": "3600"})
    with pytest.raises(TryAgain, match="is busy"):
        client(peer).ask(HELLO, {})
    assert len(peer.requests) == 1


def test_a_silent_server_is_not_waited_for_twice(peer: OpenAIChatPeer) -> None:
    peer.behaviour = "slow"
    with pytest.raises(TryAgain, match=r"did not answer within 0\.2 seconds"):
        client(peer, timeout=0.2).ask(HELLO, {})
    assert len(peer.requests) == 1


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(TryAgain, match=r"cannot be reached"):
        ChatClient(url=url, key="", model="m", timeout=2, retries=1, wait=0.0).ask(HELLO, {})


def test_a_wrong_key(peer: OpenAIChatPeer) -> None:
    with pytest.raises(Never, match=r"refused the key \(401: .*Check the API key\.$"):
        client(peer, key="wrong").ask(HELLO, {})


def test_an_unknown_model(peer: OpenAIChatPeer) -> None:
    with pytest.raises(Never, match=r"knows no model 'other' at .* Check the address and the model's name\.$"):
        client(peer, model="other").ask(HELLO, {})


def test_a_window_smaller_than_configured(peer: OpenAIChatPeer) -> None:
    peer.behaviour = "too_long"
    with pytest.raises(Never, match="too long for the model 'peer-model'"):
        client(peer).ask(HELLO, {})


def test_a_refusal_can_be_told_from_other_failures(peer: OpenAIChatPeer) -> None:
    peer.behaviour = "refused"
    with pytest.raises(Refused, match="400"):
        client(peer).ask(HELLO, {})


def test_the_key_is_in_no_message(peer: OpenAIChatPeer) -> None:
    peer.key = "another"
    with pytest.raises(Never) as failure:
        client(peer).ask(HELLO, {})
    assert "secret" not in str(failure.value)
