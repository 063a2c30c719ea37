"""A real browser offers its microphone, or the sound of a tab, and watches the page of the recording."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import FLAGS
from tests.e2e.site import Site, recording
from tests.stack import until

#: Runs in the page: makes a transcript, offers `source` for it as docs/api.md says, and gives its id.
OFFER = """async (source) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const post = async (path, body) => {
    const headers = {"Content-Type": "application/json", "X-CSRFToken": token};
    const answer = await fetch("/v1/transcripts" + path, {method: "POST", headers, body: JSON.stringify(body)});
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  };
  const sound = {
    microphone: () => navigator.mediaDevices.getUserMedia({audio: true}),
    tab: () => {
      const context = new AudioContext();
      const [tone, out] = [context.createOscillator(), context.createMediaStreamDestination()];
      tone.connect(out);
      tone.start();
      return out.stream;
    },
  };
  const {id} = await post("", {name: "Spoken"});
  const connection = window.connection = new RTCPeerConnection();
  connection.addTrack((await sound[source]()).getAudioTracks()[0]);
  window.channel = connection.createDataChannel("control");
  await connection.setLocalDescription();
  while (connection.iceGatheringState !== "complete") await new Promise((done) => setTimeout(done, 50));
  await connection.setRemoteDescription(await post(`/${id}/record/webrtc`, connection.localDescription));
  return id;
}"""


@pytest.fixture(scope="module", autouse=True)
def recorder(site: Site) -> Iterator[None]:
    process = site.stack.recorder()
    yield
    site.stack.kill(process)


@pytest.fixture
def spoken_to(browser: Browser, chromium: str, site: Site, tmp_path: Path) -> Iterator[Page]:
    """A page of a browser whose microphone hears the sample meeting."""
    heard = recording(tmp_path / "heard.wav", seconds=20)
    flags = [
        *FLAGS,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={heard}",
    ]
    own = browser.browser_type.launch(executable_path=chromium, args=flags)
    page = own.new_context(base_url=site.base).new_page()
    site.sign_in(page, site.new_user())
    yield page
    own.close()


def kept(site: Site, transcript: str) -> float:
    found = site.stack.rows(
        "SELECT samples FROM transcripts_liverecording JOIN transcripts_upload ON id = upload_id"
        " WHERE transcript_id = %s",
        transcript,
    )
    return found[0]["samples"] / 48_000 if found else 0.0


def test_a_microphone_is_recorded_shown_and_stopped(spoken_to: Page, site: Site) -> None:
    transcript = spoken_to.evaluate(OFFER, "microphone")
    watching = spoken_to.context.new_page()
    watching.goto(f"/transcripts/{transcript}")
    expect(watching.locator(".headline")).to_have_text(re.compile(r"^Recording\s+\d\d:\d\d$"))
    expect(watching.locator("[data-since]")).to_have_text(re.compile(r"^00:0\d$"))
    until(lambda: kept(site, transcript) > 8, what="eight seconds of sound")

    watching.get_by_role("button", name="Stop").click()

    until(lambda: site.status(transcript) in ("ended", "error"), seconds=300, what="the transcript")
    assert site.status(transcript) == "ended"
    words = site.stack.rows("SELECT text FROM transcripts_utterance WHERE transcript_id = %s", transcript)
    assert len(" ".join(row["text"] for row in words).split()) > 5
    expect(watching.locator("[data-since]")).to_have_count(0)


def test_a_tab_whose_addresses_the_browser_hides_is_recorded(page: Page, site: Site) -> None:
    """Without leave to hear, a browser offers no address but names that only it can look up (mDNS)."""
    transcript = page.evaluate(OFFER, "tab")
    assert ".local " in page.evaluate("connection.localDescription.sdp")
    until(lambda: kept(site, transcript) > 3, what="three seconds of sound")
    page.evaluate("""channel.send('{"cmd": "STOP"}')""")
    until(lambda: site.status(transcript) != "recording", seconds=20, what="the recording to end")
