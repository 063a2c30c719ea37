"""How far readers of the list in the order of change have come."""

from __future__ import annotations

from django.db import models


class PageEnd(models.Model):
    """The lowest number at which a page of a walk ended within a period (see domain/changes.py)."""

    walk = models.CharField(max_length=64)
    page = models.PositiveIntegerField()
    period = models.PositiveBigIntegerField()
    change_seq = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["walk", "page", "period"], name="one_end_of_a_page_in_a_period"),
        ]

    def __str__(self) -> str:
        return f"page {self.page} ended at {self.change_seq}"
