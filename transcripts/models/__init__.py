from .content import Participant, Topic, Utterance
from .runs import Part, Run, Step
from .transcript import Transcript, TranscriptQuerySet
from .uploads import Upload, UploadChunk

__all__ = [
    "Part",
    "Participant",
    "Run",
    "Step",
    "Topic",
    "Transcript",
    "TranscriptQuerySet",
    "Upload",
    "UploadChunk",
    "Utterance",
]
