from .captions import Captions
from .content import Participant, Topic, Utterance
from .edits import Edit
from .live import LiveRecording
from .positions import PageEnd
from .runs import Part, Run, Step, StepTiming
from .search import SearchEntry, SearchLine
from .transcript import Transcript, TranscriptQuerySet
from .translations import Translation
from .uploads import Upload, UploadChunk

__all__ = [
    "Captions",
    "Edit",
    "LiveRecording",
    "PageEnd",
    "Part",
    "Participant",
    "Run",
    "SearchEntry",
    "SearchLine",
    "Step",
    "StepTiming",
    "Topic",
    "Transcript",
    "TranscriptQuerySet",
    "Translation",
    "Upload",
    "UploadChunk",
    "Utterance",
]
