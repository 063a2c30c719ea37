"""What was said: utterances with their words, the topics they belong to, and the people behind the speaker numbers."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value

from .transcript import Transcript


class Topic(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="topics")
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=500)
    summary = models.TextField()
    timestamp = models.FloatField(help_text="seconds")
    duration = models.FloatField(help_text="seconds")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["transcript", "position"], name="unique_topic_position")]

    def __str__(self) -> str:
        return self.title


class Utterance(models.Model):
    """A stretch of words by one speaker.

    `words` is a list of `{"text", "start", "end", "confidence", "suspect"}`, times in seconds, each text with its own
    leading space, so that `"".join` gives `text`. A person's mark is `"edited": true` on a word they wrote, and
    `"assigned": true` on one that they gave to another speaker, beside the `"voice"` that was heard; runs keep them.

    The database itself keeps `doubted`, whoever writes the words: who only shows text need not load and parse those of
    every utterance.
    """

    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="utterances")
    topic = models.ForeignKey(Topic, null=True, on_delete=models.SET_NULL, related_name="utterances")
    position = models.PositiveIntegerField()
    speaker = models.PositiveIntegerField(default=0)
    start = models.FloatField(help_text="seconds")
    end = models.FloatField(help_text="seconds")
    text = models.TextField()
    words = models.JSONField()
    doubted = models.GeneratedField(
        expression=Func(F("words"), Value('$[*].suspect ? (@ != "")'), function="jsonb_path_exists"),
        output_field=models.BooleanField(),
        db_persist=True,
        help_text="whether any word is suspect",
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            # Seen to at commit: an edit renumbers all that stand behind it.
            models.UniqueConstraint(
                fields=["transcript", "position"],
                name="unique_utterance_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="utterance_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def suspect_words(self) -> list[dict[str, Any]]:
        return [word for word in self.words if word.get("suspect")]


class Participant(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="participants")
    speaker = models.PositiveIntegerField(null=True, blank=True)
    name = models.CharField(max_length=200)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ["speaker", "name"]
        constraints = [
            models.UniqueConstraint(fields=["transcript", "speaker"], name="one_participant_per_speaker"),
        ]

    def __str__(self) -> str:
        return self.name
