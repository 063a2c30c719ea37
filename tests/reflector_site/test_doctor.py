"""What the doctor says: of settings, engines, directories, and of who is at work."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis
from django.conf import LazySettings

from reflector_site import doctor, presence
from reflector_site.schedule import announce
from tests.peers.oidc import OidcPeer
from transcripts.enums import Lane
from transcripts.models import Part, Run, Step, Transcript

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody(settings: LazySettings, db: None) -> Iterator[None]:
    """Nobody is at work before and after."""

    def forget() -> None:
        with redis.Redis.from_url(settings.BROKER_URL) as client:
            for key in client.scan_iter("reflector:present:*"):
                client.delete(key)

    forget()
    yield
    forget()


def test_speakers_that_are_switched_off_are_well_and_nothing_else_is(settings: LazySettings) -> None:
    settings.DIARIZATION_ENGINE = settings.LANGUAGE_ENGINE = "none"
    found = {finding.what: finding.ok for finding in doctor.examine()}
    assert found["diarization: switched off by DIARIZATION_ENGINE"]
    assert [ok for what, ok in found.items() if what.startswith("language: There is no")] == [False]


def test_what_stops_other_commands_is_a_finding(settings: LazySettings) -> None:
    settings.SCRATCH_DIR = "/dev/null/scratch"
    (finding,) = doctor.system_checks()
    assert not finding.ok
    assert finding.what.startswith("SCRATCH_DIR is /dev/null/scratch")
    assert finding.advice == "Set SCRATCH_DIR to a directory that Reflector may write to."


def test_the_issuer_of_tokens_is_asked(settings: LazySettings) -> None:
    assert list(doctor.issuer()) == []
    with OidcPeer() as peer:
        settings.OIDC_ISSUER = peer.url
        assert [(each.ok, each.what) for each in doctor.issuer()] == [
            (True, f"OIDC: {peer.url} gives its keys (1; RS256, RS384, RS512)")
        ]
        settings.OIDC_ISSUER = peer.url + "/"
        (wrong,) = doctor.issuer()
        peer.down = True
        (down,) = doctor.issuer()
    assert (wrong.ok, down.ok) == (False, False)
    assert f"that of another issuer, '{peer.url}'" in wrong.what
    assert down.what == f"OIDC: {peer.url}/.well-known/openid-configuration answers 503"


def test_the_disk_of_uploads_is_looked_at() -> None:
    assert any(finding.what.startswith("REFLECTOR_VAR, for uploads") for finding in doctor.disk())


def test_a_site_that_is_switched_off_is_well() -> None:
    (finding,) = doctor.at_work()
    assert finding.ok
    assert "not running" in finding.what


def test_work_that_waits_for_nobody_is_not_well(transcript: Transcript) -> None:
    run = Run.objects.create(transcript=transcript, plan="upload", before={})
    step = Step.objects.create(run=run, name="probe", position=0)
    Part.objects.create(step=step, lane=Lane.SHORT, max_attempts=1)
    findings = list(doctor.at_work())
    assert [finding.ok for finding in findings] == [False, False, False]
    assert findings[0].what == "Nobody is a worker for the short lane; parts that wait or run: 1"


def test_whoever_is_missing_is_named() -> None:
    announce()
    presence.announce(presence.worker("short"))
    assert [(finding.ok, finding.what) for finding in doctor.at_work()] == [
        (True, "A worker for the short lane is alive"),
        (False, "Nobody is a worker for the long lane; parts that wait or run: 0"),
        (True, "A scheduler is alive"),
    ]


def test_a_site_without_a_recorder_is_well() -> None:
    (finding,) = doctor.recorders()
    assert (finding.ok, finding.what[:23]) == (True, "Nobody is a recorder: m")
    presence.announce(presence.RECORDER)
    assert [finding.what for finding in doctor.recorders()] == ["A recorder is alive"]


def test_whoever_dies_is_missed(settings: LazySettings) -> None:
    presence.announce(*presence.ROLES)
    assert presence.present() == list(presence.ROLES)
    with redis.Redis.from_url(settings.BROKER_URL) as client:
        keys = list(client.scan_iter("reflector:present:*"))
        assert {0 < client.ttl(key) <= presence.LIFETIME for key in keys} == {True}
