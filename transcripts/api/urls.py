"""Addresses below /v1. They are those that existing clients call, and jobs."""

from __future__ import annotations

from django.urls import path

from .audio import AudioLink, AudioWaveform, Mp3
from .collection import Transcripts
from .downloads import DownloadTranscript
from .edits import Edits, RedoEdit, UndoEdit
from .events import JobEvents, SharedEvents, TranscriptEvents, UserEvents
from .grants import Grants, OneGrant
from .imports import CaptionsOfTranscript, ImportLink
from .jobs import CancelJob, Jobs, OneJob
from .participants import OneParticipant, Participants
from .processing import Cancel, Process
from .search import Search
from .single import OneTranscript
from .speakers import AssignSpeaker, MergeSpeaker
from .topics import Topics, TopicsWithWords, WordsPerSpeaker
from .translations import OneTranslation, Translate, Translations
from .upload import RecordUpload
from .utterances import OneUtterance, Utterances
from .webrtc import RecordWebrtc
from .zulip import PostToZulip, ZulipStreams, ZulipTopics

_ONE = "transcripts/<uuid:transcript_id>"

urlpatterns = [
    path("transcripts", Transcripts.as_view(), name="api-transcripts"),
    path("transcripts/search", Search.as_view(), name="api-search"),
    path("transcripts/import", ImportLink.as_view(), name="api-import"),
    path(_ONE, OneTranscript.as_view(), name="api-transcript"),
    path(f"{_ONE}/topics", Topics.as_view(), name="api-topics"),
    path(f"{_ONE}/topics/with-words", TopicsWithWords.as_view(), name="api-topics-with-words"),
    path(f"{_ONE}/topics/<uuid:topic_id>/words-per-speaker", WordsPerSpeaker.as_view(), name="api-words-per-speaker"),
    path(f"{_ONE}/participants", Participants.as_view(), name="api-participants"),
    path(f"{_ONE}/participants/<uuid:participant_id>", OneParticipant.as_view(), name="api-participant"),
    path(f"{_ONE}/speaker/assign", AssignSpeaker.as_view(), name="api-assign-speaker"),
    path(f"{_ONE}/speaker/merge", MergeSpeaker.as_view(), name="api-merge-speaker"),
    path(f"{_ONE}/utterances", Utterances.as_view(), name="api-utterances"),
    path(f"{_ONE}/utterances/<int:utterance_id>", OneUtterance.as_view(), name="api-utterance"),
    path(f"{_ONE}/edits", Edits.as_view(), name="api-edits"),
    path(f"{_ONE}/edits/<int:number>/undo", UndoEdit.as_view(), name="api-undo"),
    path(f"{_ONE}/edits/<int:number>/redo", RedoEdit.as_view(), name="api-redo"),
    path(f"{_ONE}/grants", Grants.as_view(), name="api-grants"),
    path(f"{_ONE}/grants/<uuid:grant_id>", OneGrant.as_view(), name="api-grant"),
    path(f"{_ONE}/captions", CaptionsOfTranscript.as_view(), name="api-captions"),
    path(f"{_ONE}/download", DownloadTranscript.as_view(), name="api-download"),
    path(f"{_ONE}/audio/mp3", Mp3.as_view(), name="api-audio"),
    path(f"{_ONE}/audio/link", AudioLink.as_view(), name="api-audio-link"),
    path(f"{_ONE}/audio/waveform", AudioWaveform.as_view(), name="api-waveform"),
    path(f"{_ONE}/record/upload", RecordUpload.as_view(), name="api-upload"),
    path(f"{_ONE}/record/webrtc", RecordWebrtc.as_view(), name="api-webrtc"),
    path(f"{_ONE}/process", Process.as_view(), name="api-process"),
    path(f"{_ONE}/cancel", Cancel.as_view(), name="api-cancel"),
    path(f"{_ONE}/translate", Translate.as_view(), name="api-translate"),
    path(f"{_ONE}/translations", Translations.as_view(), name="api-translations"),
    path(f"{_ONE}/translations/<str:language>", OneTranslation.as_view(), name="api-translation"),
    path(f"{_ONE}/zulip", PostToZulip.as_view(), name="api-post-to-zulip"),
    path("zulip/streams", ZulipStreams.as_view(), name="api-zulip-streams"),
    path("zulip/streams/<int:stream_id>/topics", ZulipTopics.as_view(), name="api-zulip-topics"),
    path(f"{_ONE}/events", TranscriptEvents.as_view(), name="api-transcript-events"),
    path("events", UserEvents.as_view(), name="api-events"),
    path("events/shared", SharedEvents.as_view(), name="api-shared-events"),
    path("jobs", Jobs.as_view(), name="api-jobs"),
    path("jobs/<uuid:run_id>", OneJob.as_view(), name="api-job"),
    path("jobs/<uuid:run_id>/events", JobEvents.as_view(), name="api-job-events"),
    path("jobs/<uuid:run_id>/cancel", CancelJob.as_view(), name="api-job-cancel"),
]
