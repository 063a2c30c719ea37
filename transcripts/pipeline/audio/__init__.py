"""Reading recordings and making audio from them. No Django, no network, memory independent of the length.

    probe            what a file is, from its headers
    extract          the engines' audio (16 kHz WAV) and the waveform, in one decode
    encode_playback  the mp3 that people play

All three read through `source.open_media`, the one guarded door to libav, and the last two share `timeline.Frames`, so
that a word's seconds mean the same in both results.
"""

from transcripts.pipeline.audio.decode import ENGINE_RATE, ChannelStatistics, Extracted, extract
from transcripts.pipeline.audio.errors import MediaError
from transcripts.pipeline.audio.headers import MediaInfo, probe
from transcripts.pipeline.audio.playback import encode_playback
from transcripts.pipeline.audio.waveform import POINTS, Waveform

__all__ = [
    "ENGINE_RATE",
    "POINTS",
    "ChannelStatistics",
    "Extracted",
    "MediaError",
    "MediaInfo",
    "Waveform",
    "encode_playback",
    "extract",
    "probe",
]
