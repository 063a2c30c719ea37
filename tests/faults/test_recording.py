"""A microphone over real UDP into the real processes, which are killed, and clients that go away in every way."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.faults.conftest import ENGINES, SAMPLE, assert_complete, status, wait_for_end
from tests.peers.microphone import Microphone
from tests.stack import Stack, running, until

Start = Callable[..., subprocess.Popen[bytes]]
#: Short pieces, and little patience.
QUICK = {"WEBRTC_PIECE": "0.5", "WEBRTC_GRACE": "4", "WEBRTC_PORT_RANGE": "47000-47099"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("var"), {**ENGINES, **QUICK}) as stack:
        stack.web()
        stack.scheduler()
        stack.worker()
        yield stack


@pytest.fixture
def transcript(client: httpx.Client) -> str:
    return str(client.post("/v1/transcripts", json={"name": "Live"}).raise_for_status().json()["id"])


@pytest.fixture
def new_microphone() -> Iterator[Callable[[], Microphone]]:
    made: list[Microphone] = []

    def make() -> Microphone:
        made.append(Microphone(SAMPLE))
        return made[-1]

    yield make
    for microphone in made:
        microphone.forget()


@pytest.fixture
def start_recorder(stack: Stack) -> Iterator[Start]:
    """Starts one; what is still there at the end has to end by itself when it is told to."""
    started: list[subprocess.Popen[bytes]] = []

    def start(**environment: str) -> subprocess.Popen[bytes]:
        started.append(stack.recorder(**environment))
        return started[-1]

    yield start
    alive = [process for process in started if process.poll() is None]
    for process in alive:
        process.terminate()
    assert [process.wait(15) for process in alive] == [0] * len(alive)


@pytest.fixture
def recorder(start_recorder: Start) -> None:
    start_recorder()


def kept(stack: Stack, transcript: str) -> float:
    """Seconds of sound that are kept."""
    rows = stack.rows(
        "select samples from transcripts_liverecording live join transcripts_upload upload on upload.id = upload_id"
        " where transcript_id = %s",
        transcript,
    )
    return rows[0]["samples"] / 48_000 if rows else 0.0


def until_kept(stack: Stack, transcript: str, seconds: float) -> None:
    until(lambda: kept(stack, transcript) >= seconds, seconds=seconds + 20, what=f"{seconds} s of sound to be kept")


@pytest.mark.usefixtures("recorder")
def test_stop_makes_a_transcript(
    stack: Stack, client: httpx.Client, transcript: str, new_microphone: Callable[[], Microphone]
) -> None:
    microphone = new_microphone()
    answer = microphone.record(client, transcript)
    assert answer.json()["type"] == "answer"
    assert status(client, transcript) == "recording"
    assert microphone.say("ping 1") == "pong 1"
    until_kept(stack, transcript, 8)

    microphone.stop()

    found = wait_for_end(client, transcript)
    assert found["source_kind"] == "live"
    assert found["duration"] > 8000
    assert abs(found["duration"] - kept(stack, transcript) * 1000) < 100
    assert_complete(stack, client, transcript)
    until(lambda: microphone.state == "closed", seconds=10, what="the connection to be closed")


@pytest.mark.usefixtures("recorder")
@pytest.mark.parametrize("end", ["close", "vanish", "cancel"])
def test_every_way_to_end_makes_a_transcript(
    stack: Stack, client: httpx.Client, transcript: str, new_microphone: Callable[[], Microphone], end: str
) -> None:
    microphone = new_microphone()
    microphone.record(client, transcript)
    until_kept(stack, transcript, 8)
    if end == "cancel":
        assert client.post(f"/v1/transcripts/{transcript}/cancel").json() == {"status": "ok"}
    else:
        getattr(microphone, end)()

    assert wait_for_end(client, transcript)["duration"] >= 8000
    assert_complete(stack, client, transcript)


def test_a_recorder_that_is_killed_loses_no_more_than_the_last_piece(
    stack: Stack,
    client: httpx.Client,
    transcript: str,
    new_microphone: Callable[[], Microphone],
    start_recorder: Start,
) -> None:
    doomed = start_recorder()
    microphone = new_microphone()
    microphone.record(client, transcript)
    until_kept(stack, transcript, 5)
    stack.kill(doomed)
    before = kept(stack, transcript)
    microphone.vanish()
    assert status(client, transcript) == "recording"

    start_recorder()
    found = wait_for_end(client, transcript)

    assert found["duration"] == pytest.approx(before * 1000)
    assert before >= 5
    assert_complete(stack, client, transcript)


def test_a_client_that_comes_back_goes_on_with_the_same_recording(
    stack: Stack,
    client: httpx.Client,
    transcript: str,
    new_microphone: Callable[[], Microphone],
    start_recorder: Start,
) -> None:
    doomed = start_recorder(WEBRTC_GRACE="120")
    new_microphone().record(client, transcript)
    until_kept(stack, transcript, 3)
    stack.kill(doomed)
    before = kept(stack, transcript)
    start_recorder()

    second = new_microphone()
    until(lambda: taken(second.record(client, transcript)), what="the second offer to be taken")
    until_kept(stack, transcript, before + 5)
    second.stop()

    assert wait_for_end(client, transcript)["duration"] >= (before + 5) * 1000
    assert_complete(stack, client, transcript)


def taken(answer: httpx.Response) -> httpx.Response | None:
    """None while somebody was heard just now."""
    assert answer.status_code in (200, 409), answer.text
    return answer if answer.status_code == 200 else None


def test_a_recorder_that_is_stopped_keeps_all_and_another_goes_on(
    stack: Stack,
    client: httpx.Client,
    transcript: str,
    new_microphone: Callable[[], Microphone],
    start_recorder: Start,
) -> None:
    first = start_recorder(WEBRTC_PIECE="30", WEBRTC_GRACE="120")
    microphone = new_microphone()
    microphone.record(client, transcript)
    time.sleep(3)  # most of it waits in memory, since a piece is half a minute
    first.terminate()
    assert first.wait(15) == 0
    assert kept(stack, transcript) > 2
    until(lambda: microphone.state == "closed", seconds=10, what="the client to hear of it")

    start_recorder()
    again = new_microphone()
    assert again.record(client, transcript).status_code == 200
    until_kept(stack, transcript, 8)
    again.stop()
    assert wait_for_end(client, transcript)["status"] == "ended"
    assert_complete(stack, client, transcript)


@pytest.mark.usefixtures("recorder")
def test_a_second_offer_is_refused_while_the_first_is_heard(
    stack: Stack, client: httpx.Client, transcript: str, new_microphone: Callable[[], Microphone]
) -> None:
    first, second = new_microphone(), new_microphone()
    first.record(client, transcript)
    until_kept(stack, transcript, 1)
    answer = second.record(client, transcript)
    assert (answer.status_code, answer.json()["detail"][:36]) == (409, "The transcript is being recorded by ")
    upload = client.post(
        f"/v1/transcripts/{transcript}/record/upload",
        params={"chunk_number": 0, "total_chunks": 1},
        files={"chunk": ("a", b"abc")},
    )
    assert (upload.status_code, upload.json()["detail"]) == (409, "The transcript is being recorded. Stop that first.")

    first.vanish()
    until(lambda: taken(second.record(client, transcript)), what="the second offer to be taken")
    second.stop()
    wait_for_end(client, transcript)
    answer = new_microphone().record(client, transcript)
    assert (answer.status_code, answer.json()["detail"][:42]) == (409, "The transcript has a recording already. Ma")


@pytest.mark.usefixtures("recorder")
def test_a_deleted_transcript_stops_being_recorded(
    stack: Stack, client: httpx.Client, transcript: str, new_microphone: Callable[[], Microphone]
) -> None:
    microphone = new_microphone()
    microphone.record(client, transcript)
    until_kept(stack, transcript, 1)
    client.delete(f"/v1/transcripts/{transcript}").raise_for_status()
    until(lambda: microphone.state == "closed", seconds=10, what="the connection to be closed")


@pytest.mark.usefixtures("recorder")
def test_an_offer_that_nothing_follows_leaves_nothing(
    client: httpx.Client, transcript: str, new_microphone: Callable[[], Microphone]
) -> None:
    microphone = new_microphone()
    sdp = microphone.offer()
    answer = client.post(f"/v1/transcripts/{transcript}/record/webrtc", json={"sdp": sdp, "type": "offer"})
    assert "UDP/TLS/RTP/SAVPF" in answer.json()["sdp"]
    ports = {int(line.split()[5]) for line in answer.json()["sdp"].splitlines() if line.startswith("a=candidate")}
    assert ports
    assert all(47000 <= port <= 47099 for port in ports)
    assert status(client, transcript) == "recording"
    until(lambda: status(client, transcript) == "idle", seconds=40, what="the recording to be given up")


SESSION = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
AUDIO = SESSION + "m=audio 9 UDP/TLS/RTP/SAVPF {number}\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=rtpmap:{number} {codec}\r\n"
NO_OFFER = "This is not an SDP offer that can be answered. Send what createOffer() of a browser gave."
NO_AUDIO = "The offer sends no audio. Add the track of a microphone before making it."
REFUSED = {
    "no SDP": ("hello", NO_OFFER),
    "nothing offered": (SESSION, NO_OFFER),
    "a data channel only": (SESSION + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:0\r\n", NO_AUDIO),
    "another codec": (
        AUDIO.format(number=0, codec="PCMU/8000"),
        "The audio of the offer is not Opus, which every browser offers.",
    ),
    "no keys": (AUDIO.format(number=111, codec="opus/48000/2"), NO_OFFER),
    "too many addresses": (
        AUDIO.format(number=111, codec="opus/48000/2") + "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n" * 41,
        "The offer names more than 40 addresses.",
    ),
}


@pytest.mark.usefixtures("recorder")
def test_what_is_no_offer_is_refused_in_words(client: httpx.Client, transcript: str) -> None:
    found = {}
    for name, (sdp, _) in REFUSED.items():
        answer = client.post(f"/v1/transcripts/{transcript}/record/webrtc", json={"sdp": sdp, "type": "offer"})
        found[name] = (answer.status_code, answer.json()["detail"])
    assert found == {name: (400, sentence) for name, (_, sentence) in REFUSED.items()}
    assert status(client, transcript) == "idle"
