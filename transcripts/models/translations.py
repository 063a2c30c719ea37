"""What was said, in another language."""

from __future__ import annotations

from django.db import models

from .content import Utterance


class Translation(models.Model):
    """One utterance in one other language. `source` is the text that was translated, to see when it is out of date."""

    utterance = models.ForeignKey(Utterance, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(max_length=20, help_text="ISO 639-1")
    text = models.TextField()
    source = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["utterance", "language"]
        constraints = [
            models.UniqueConstraint(fields=["utterance", "language"], name="one_translation_per_language"),
        ]

    def __str__(self) -> str:
        return self.text
