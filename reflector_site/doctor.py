"""Is everything here that Reflector needs, and if not, what is to be done? One function per thing to look at."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import redis
from django.conf import settings
from django.core import checks
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection
from django.utils import timezone

from accounts.oidc.issuer import IssuerError, fetch_keys
from consent import vault
from consent.models import AudioObject
from reflector_site import presence
from reflector_site.checks import ENGINE_CANNOT_WORK, nearest_existing
from reflector_site.health import database_problem
from transcripts.engines import registry
from transcripts.engines.base import Never
from transcripts.engines.registry import EngineSpec, Kind
from transcripts.enums import RunState
from transcripts.models import Part
from transcripts.pipeline import timings
from transcripts.pipeline.choose import engine_for, options, switched_off
from transcripts.pipeline.ledger import OPEN_PARTS

#: Less free space than this (bytes) is a warning: an hour of audio takes about 0.3 GB while it is processed.
LOW_DISK = 5 * 10**9
#: A clock that differs more than this from the database's makes leases lapse too early or too late.
CLOCK_TOLERANCE = timedelta(seconds=2)
#: Where there must be space: the setting in settings.py, and what people know it as.
DIRECTORIES = {
    "AUDIO_DIR": "AUDIO_DIR",
    "SCRATCH_DIR": "SCRATCH_DIR",
    "MODELS_DIR": "MODELS_DIR",
    "FILE_UPLOAD_TEMP_DIR": "REFLECTOR_VAR, for uploads on their way",
}


@dataclass(frozen=True)
class Finding:
    ok: bool
    what: str
    advice: str = ""


def examine() -> Iterator[Finding]:
    """Look at everything, one finding at a time. What cannot be looked at is a finding too."""
    for look in LOOKS:
        try:
            yield from look()
        except (DatabaseError, redis.RedisError, OSError) as error:
            yield Finding(False, f"{type(error).__name__}: {error}", "Repair that first, then ask again.")


def system_checks() -> Iterator[Finding]:
    """What stops every other command at its start. Engines that cannot work have their own findings."""
    for message in checks.run_checks():
        if message.level >= checks.WARNING and message.id != ENGINE_CANNOT_WORK:
            yield Finding(False, message.msg, message.hint or "")


def database() -> Iterator[Finding]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0]
    except DatabaseError as error:
        yield Finding(False, f"PostgreSQL does not answer: {error}", "Check DATABASE_URL, or start the server.")
        return
    yield Finding(True, f"PostgreSQL {version} answers")
    if problem := database_problem():
        yield Finding(False, problem, "Run `manage.py migrate`.")


def redis_server() -> Iterator[Finding]:
    try:
        with redis.Redis.from_url(settings.BROKER_URL, socket_timeout=2) as client:
            version = client.info("server")["redis_version"]
    except redis.RedisError as error:
        yield Finding(False, f"Redis does not answer: {error}", "Check REDIS_URL, or start the server.")
        return
    yield Finding(True, f"Redis {version} answers")


def storage() -> Iterator[Finding]:
    """Write, read back, delete: what the vault will do."""
    content = os.urandom(1024)
    name = f"doctor/{uuid.uuid4()}"
    place = settings.AUDIO_DIR if settings.AUDIO_STORAGE == "filesystem" else settings.AUDIO_STORAGE
    try:
        saved = vault.storage().save(name, ContentFile(content))
        with vault.storage().open(saved) as file:
            same = hashlib.sha256(file.read()).digest() == hashlib.sha256(content).digest()
        vault.storage().delete(saved)
        gone = not vault.storage().exists(saved)
    except Exception as error:  # noqa: BLE001 -- whatever a storage backend raises is the finding
        yield Finding(False, f"Audio storage ({place}) fails: {error}", "Check the AUDIO_* settings and permissions.")
        return
    if same and gone:
        yield Finding(True, f"Audio storage ({place}) takes, gives back and deletes")
    else:
        yield Finding(False, f"Audio storage ({place}) does not give back or not delete", "Check the storage.")


def erasure() -> Iterator[Finding]:
    waiting = AudioObject.objects.to_erase().filter(erase_attempts__gt=1).count()
    if waiting:
        yield Finding(
            False,
            f"{waiting} audio objects should be erased and are not yet",
            "See their erase_error in the admin site; the scheduler goes on trying.",
        )


def disk() -> Iterator[Finding]:
    for name, known_as in DIRECTORIES.items():
        path = nearest_existing(Path(getattr(settings, name)))
        free = shutil.disk_usage(path).free
        enough = free >= LOW_DISK
        yield Finding(
            enough,
            f"{known_as}: {free / 1e9:.1f} GB free",
            "" if enough else "Free some space, or set it elsewhere.",
        )


def clock() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        difference = abs(timezone.now() - cursor.fetchone()[0])
    ok = difference < CLOCK_TOLERANCE
    yield Finding(
        ok,
        f"Clock: {difference.total_seconds():.1f} s from the database's",
        "" if ok else "Let NTP set the clocks of both machines.",
    )


def issuer() -> Iterator[Finding]:
    """Asks the OIDC issuer for its keys, past those that are kept."""
    if not settings.OIDC_ISSUER:
        return
    try:
        keys = fetch_keys(settings.OIDC_ISSUER, settings.OIDC_JWKS_URL)
    except IssuerError as error:
        yield Finding(False, f"OIDC: {error}", "Check OIDC_ISSUER (or OIDC_JWKS_URL) and the way there.")
        return
    algorithms = ", ".join(sorted({name for key in keys for name in key.algorithms}))
    yield Finding(True, f"OIDC: {settings.OIDC_ISSUER} gives its keys ({len(keys)}; {algorithms})")


def _engine_look(kind: Kind) -> Callable[[], Iterator[Finding]]:
    def look() -> Iterator[Finding]:
        if switched_off(kind):
            yield Finding(True, f"{kind}: switched off by {kind.upper()}_ENGINE")
            return
        try:
            choice = engine_for(kind)
        except registry.NotConfigured as error:
            yield Finding(True, f"{kind}: {error}")
            return
        except Never as error:
            yield Finding(False, f"{kind}: {error}", f"Change {kind.upper()}_ENGINE or what it needs.")
            return
        note = " (a draft engine)" if choice.fallback else ""
        yield Finding(True, f"{kind}: {choice.spec.name}{note} will be used")
        for name in registry.names(kind):
            reason = registry.unavailable(EngineSpec(kind, name, options(kind)[name]))
            if name != choice.spec.name:
                yield Finding(True, f"{kind}: {name} " + (f"is not available. {reason}" if reason else "is available"))

    return look


def at_work() -> Iterator[Finding]:
    """A site that is switched off is well, unless work waits for it; one that runs in part is not."""
    present = presence.present()
    waiting = Part.objects.filter(state__in=OPEN_PARTS, step__run__state=RunState.ACTIVE).count()
    if not present and not waiting:
        yield Finding(True, "The site is not running: no worker and no scheduler is alive, and no work waits")
        return
    for role in presence.ROLES:
        alive = role in present
        what = (
            f"{role[0].upper()}{role[1:]} is alive" if alive else f"Nobody is {role}; parts that wait or run: {waiting}"
        )
        yield Finding(alive, what, "" if alive else "Start the site with `make run`, or what is missing of it.")


def recorders() -> Iterator[Finding]:
    """A site that records no microphones is well without."""
    alive = presence.is_present(presence.RECORDER)
    without = "Nobody is a recorder: microphones over WebRTC are refused until `manage.py live` runs"
    yield Finding(True, "A recorder is alive" if alive else without)


def estimates() -> Iterator[Finding]:
    """How far the time left was from the truth. No fault of the site's, so it is never one."""
    if found := timings.calibration():
        runs, error = found
        yield Finding(True, f"Time left: off by {error:.0%} at a fifth of the way (median of the last {runs} runs)")


LOOKS = (
    system_checks,
    database,
    redis_server,
    storage,
    erasure,
    disk,
    clock,
    issuer,
    _engine_look("transcription"),
    _engine_look("diarization"),
    _engine_look("language"),
    _engine_look("translation"),
    at_work,
    recorders,
    estimates,
)
