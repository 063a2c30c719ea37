"""The index of what transcripts say. Triggers write it (migrations/sql/search), and domain/search.py reads it."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from .content import Utterance
from .transcript import Transcript

PENDING = 1024  # kB of new words that wait beside an index and slow each search a little, until they are sorted in


class SearchEntry(models.Model):
    """A transcript, in the text search configuration of its language.

    `title`: words of title and name; `head`: these (A), people's names (B) and summaries (C), with their places;
    `words`: all of them and everything that was said, without places, so that the index alone decides.
    """

    # No constraint in the database and nothing done by Django: the triggers remove it with its transcript.
    transcript = models.OneToOneField(
        Transcript, on_delete=models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="+"
    )
    config = models.CharField(max_length=40)
    title = SearchVectorField()
    head = SearchVectorField()
    words = SearchVectorField()

    class Meta:
        verbose_name_plural = "search entries"
        indexes = [
            models.Index(fields=["config"], name="search_entry_config"),
            GinIndex(fields=["title"], name="search_title", gin_pending_list_limit=PENDING),
            GinIndex(fields=["head"], name="search_head", gin_pending_list_limit=PENDING),
            GinIndex(fields=["words"], name="search_words", gin_pending_list_limit=PENDING),
        ]

    def __str__(self) -> str:
        return f"words of {self.transcript_id}"


class SearchLine(models.Model):
    """An utterance: where in a transcript something was said, and phrases."""

    utterance = models.OneToOneField(
        Utterance, on_delete=models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="+"
    )
    transcript = models.ForeignKey(
        Transcript, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    vector = SearchVectorField()

    class Meta:
        indexes = [
            models.Index(fields=["transcript"], name="search_line_transcript"),
            GinIndex(fields=["vector"], name="search_vector", gin_pending_list_limit=PENDING),
        ]

    def __str__(self) -> str:
        return f"words of utterance {self.utterance_id}"
