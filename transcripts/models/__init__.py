from .captions import Captions
from .content import Participant, Topic, Utterance
from .runs import Part, Run, Step, StepTiming
from .transcript import Transcript, TranscriptQuerySet
from .uploads import Upload, UploadChunk

__all__ = [
    "Captions",
    "Part",
    "Participant",
    "Run",
    "Step",
    "StepTiming",
    "Topic",
    "Transcript",
    "TranscriptQuerySet",
    "Upload",
    "UploadChunk",
    "Utterance",
]
