"""States and kinds. A leaf: anything may import it."""

from __future__ import annotations

from django.db import models


class TranscriptStatus(models.TextChoices):
    IDLE = "idle"
    UPLOADED = "uploaded"
    RECORDING = "recording"
    PROCESSING = "processing"
    ENDED = "ended"
    ERROR = "error"


class SourceKind(models.TextChoices):
    LIVE = "live"
    FILE = "file"
    ROOM = "room"


class ShareMode(models.TextChoices):
    PRIVATE = "private"
    SEMI_PRIVATE = "semi-private"
    PUBLIC = "public"


class CaptionsKind(models.TextChoices):
    MANUAL = "manual"  # people wrote them
    AUTOMATIC = "automatic"  # a machine heard them


class EditKind(models.TextChoices):
    """What a person did to a transcript. Each has a verb in domain/, and an undo."""

    ASSIGN = "assign"  # words to a speaker
    MERGE = "merge"  # two speakers into one
    WORDS = "words"  # the text of an utterance
    PARTICIPANT_ADDED = "participant added"
    PARTICIPANT_CHANGED = "participant changed"
    PARTICIPANT_REMOVED = "participant removed"
    FIELDS = "fields"  # title, summaries, name…
    DISCARDED = "discarded"  # all of it, for a run that writes everything anew; there is no undo


class Lane(models.TextChoices):
    """The queue in which the parts of a run wait. Each has workers of its own."""

    SHORT = "short"
    LONG = "long"


class RunState(models.TextChoices):
    ACTIVE = "active"
    ENDED = "ended"
    FAILED = "failed"
    CANCELLED = "cancelled"


class StepState(models.TextChoices):
    WAITING = "waiting"  # for the steps it needs
    OPEN = "open"  # its parts are ready or running
    DONE = "done"
    SKIPPED = "skipped"  # optional and hopeless
    FAILED = "failed"
    BLOCKED = "blocked"  # something it needs failed
    CANCELLED = "cancelled"


class PartState(models.TextChoices):
    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
