"""A recording that is being made: who holds it, until when, and how far it is."""

from __future__ import annotations

from django.db import models

from .uploads import Upload


class LiveRecording(models.Model):
    """What is special about an upload whose pieces come from a microphone. It is open as long as its upload is.

    The recorder that holds it renews three times: its lease, the time until which no other offer is taken (somebody is
    heard), and the time at which the recording is ended if nobody holds it by then. `epoch` rises with each offer that
    is taken, so a recorder that has lost the recording notices, and can no longer add to it.
    """

    upload = models.OneToOneField(Upload, primary_key=True, on_delete=models.CASCADE, related_name="live")
    epoch = models.PositiveIntegerField(default=1)
    holder = models.CharField(max_length=100, help_text="host and process of the recorder")
    held_until = models.DateTimeField()
    heard_until = models.DateTimeField()
    give_up_at = models.DateTimeField()
    stop_wanted_at = models.DateTimeField(null=True, blank=True)
    began_at = models.DateTimeField(null=True, blank=True, help_text="when the first sound was kept")
    heard_at = models.DateTimeField(null=True, blank=True, help_text="when the end of the last piece was received")
    pieces = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0, help_text="of the Ogg file, in all pieces")
    size = models.BigIntegerField(default=0, help_text="bytes, of all pieces")
    samples = models.BigIntegerField(default=0, help_text="48,000 a second, in all pieces")

    class Meta:
        indexes = [models.Index(fields=["give_up_at"], name="recordings_to_give_up")]

    def __str__(self) -> str:
        return f"recording {self.pk}"

    @property
    def serial(self) -> int:
        """The number of its Ogg stream."""
        return int.from_bytes(self.upload_id.bytes[:4], "little")
