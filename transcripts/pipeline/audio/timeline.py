"""Decoded sound on one continuous timeline, and its conversion to the format that somebody wants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.error import FFmpegError
from av.filter import Graph
from av.packet import Packet

from transcripts.pipeline.audio.errors import MediaError
from transcripts.pipeline.audio.source import Media

_SMALLEST_GAP = 0.1  # seconds; less is the jitter of containers that count in milliseconds
_LARGEST_GAP = 3600.0  # seconds; more is a broken clock, not a pause in a meeting
_LARGEST_OVERLAP = 1.0  # seconds by which time may go back before it counts as a new beginning
_PATIENCE = 20  # failed reads in a row after which the rest of a file is given up
#: Containers whose header counts the sound itself, so that less than that means a file cut short.
_COUNTED = ("mov,mp4,m4a,3gp,3g2,mj2", "wav", "w64", "aiff", "caf", "flac")


class Frames:
    """The decoded frames of a recording without holes: iterate once, then read `seconds`, `damaged`, `truncated`.

    The timeline starts at the container's start, as players show it. A stretch that is missing (packets lost on the
    way, a frame that cannot be decoded, sound that starts later than the picture) becomes silence, so that a second in
    the result is that second in the recording. Where time jumps back, or absurdly far forward, the timeline just
    goes on: nothing that was said is dropped.

    Raises MediaError when there is nothing to decode.
    """

    def __init__(self, media: Media) -> None:
        self._media = media
        self._origin = (media.container.start_time or 0) / av.time_base
        self.damaged = False
        self._cut = False
        self._rate, self._samples = 1, 0  # given at the present rate: whole numbers do not drift
        self._earlier = 0.0  # seconds given at earlier rates

    @property
    def seconds(self) -> float:
        """How much has been given so far."""
        return self._earlier + self._samples / self._rate

    @property
    def truncated(self) -> bool:
        """Whether the recording ended before its own header says it should, or could not be read to its end."""
        stated = self._media.stated_seconds
        if self._cut or stated is None or not self._length_was_counted():
            return self._cut
        return stated - self.seconds > max(1.0, 0.01 * stated)

    def _length_was_counted(self) -> bool:
        """Whether the header's length is a fact about the sound: not guessed from the bit rate, nor the picture's."""
        name = self._media.container.format.name
        if name == "mp3":
            return bool(self._media.container.start_time)  # it has an Info frame
        return name in _COUNTED or (name == "matroska,webm" and not self._media.has_video)

    def __iter__(self) -> Iterator[AudioFrame]:
        for frame in self._decoded():
            if gap := self._gap_before(frame):
                yield from self._silence(like=frame, seconds=gap)
            yield self._counting(frame)
        if not self.seconds:
            raise MediaError(
                "No sound in the file can be decoded: it is cut short, damaged or without content. Export it again.",
                "unreadable",
            )

    def _decoded(self) -> Iterator[AudioFrame]:
        for packet in self._packets():
            try:
                frames = packet.decode()
            except FFmpegError:
                self.damaged = True  # the gap that it leaves is filled before the next frame
                continue
            for frame in frames:
                if frame.samples and frame.sample_rate:
                    yield frame

    def _packets(self) -> Iterator[Packet[AudioStream]]:
        failures = 0
        while failures < _PATIENCE:
            try:
                for packet in self._media.container.demux(self._media.stream):
                    failures = 0
                    yield packet
                return
            except FFmpegError:
                failures += 1
        self._cut = True

    def _gap_before(self, frame: AudioFrame) -> float:
        """Seconds of silence that belong before the frame."""
        if frame.time is None:
            return 0.0
        gap = frame.time - self._origin - self.seconds
        if gap > _LARGEST_GAP or gap < -_LARGEST_OVERLAP:
            self._origin += gap
            return 0.0
        return gap if gap > _SMALLEST_GAP else 0.0

    def _counting(self, frame: AudioFrame) -> AudioFrame:
        if frame.sample_rate != self._rate:
            self._earlier, self._samples, self._rate = self.seconds, 0, frame.sample_rate
        self._samples += frame.samples
        self._media.pace.tick()
        return frame

    def _silence(self, *, like: AudioFrame, seconds: float) -> Iterator[AudioFrame]:
        left = round(seconds * like.sample_rate)
        while left:
            samples = min(left, like.sample_rate)
            frame = _silent_frame(like, samples)
            left -= samples
            yield self._counting(frame)


def _silent_frame(like: AudioFrame, samples: int) -> AudioFrame:
    frame = AudioFrame(format=like.format.name, layout=like.layout.name, samples=samples)
    frame.sample_rate = like.sample_rate
    rest = b"\x80" if like.format.name.startswith("u8") else b"\x00"
    for plane in frame.planes:
        plane.update(rest * plane.buffer_size)
    return frame


class Converter:
    """Frames in, blocks of interleaved 16-bit samples out, at a fixed rate and number of channels.

    Frames are queued in a libav filter graph, which converts a whole block in one call. A source that changes its own
    format on the way (chained files, streams that find their second channel late) gets a new graph.
    """

    def __init__(self, *, rate: int, channels: int, block: int) -> None:
        self._rate = rate
        self._layout = "mono" if channels == 1 else "stereo"
        self._width = 2 * channels
        self._block = block
        self._graph: Graph | None = None
        self._shape: tuple[str, str, int] | None = None
        self._queued = 0.0  # output samples that the frames in the graph will make

    def push(self, frame: AudioFrame) -> Sequence[memoryview]:
        """Take a frame and give the blocks that are complete: `block` samples each, every channel counted once."""
        blocks: Sequence[memoryview] = ()
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._shape:
            blocks = self.flush()
            self._shape = shape
            self._graph = self._build(*shape, channels=frame.layout.nb_channels)
        assert self._graph is not None
        frame.pts = None  # the timeline is continuous; what the container said is used up
        self._graph.push(frame)
        self._queued += frame.samples * self._rate / frame.sample_rate
        return blocks if self._queued < self._block else [*blocks, *self._pull()]

    def flush(self) -> Sequence[memoryview]:
        """Give what is left, the last block shorter than the others."""
        if self._graph is None:
            return ()
        self._graph.push(None)
        blocks = list(self._pull())
        self._graph = self._shape = None
        self._queued = 0.0
        return blocks

    def _pull(self) -> Iterator[memoryview]:
        assert self._graph is not None
        while True:
            try:
                frame = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            assert isinstance(frame, AudioFrame)
            self._queued -= frame.samples
            yield memoryview(frame.planes[0])[: frame.samples * self._width]

    def _build(self, sample_format: str, layout: str, rate: int, *, channels: int) -> Graph:
        graph = Graph()
        nodes = [graph.add_abuffer(sample_rate=rate, format=sample_format, layout=layout)]
        if pan := self._pan(layout, channels):
            nodes.append(graph.add("pan", pan))
        wanted = {"sample_rates": str(self._rate), "sample_fmts": "s16", "channel_layouts": self._layout}
        nodes.append(graph.add("aformat", **wanted))
        nodes.append(graph.add("abuffersink"))
        graph.link_nodes(*nodes).configure()
        graph.set_audio_frame_size(self._block)
        return graph

    def _pan(self, layout: str, channels: int) -> str | None:
        """How channels are mixed where libav's own way is wrong; None where it is right.

        It knows no way for channels that are only numbered, and makes one channel quieter when it becomes two.
        """
        wanted = 1 if self._layout == "mono" else 2
        if not layout.endswith(" channels") and channels >= wanted:
            return None
        if channels <= wanted:
            outputs = [f"c{min(output, channels - 1)}" for output in range(wanted)]
        else:  # all microphones count the same
            outputs = ["+".join(f"{1 / channels:.6f}*c{channel}" for channel in range(channels))] * wanted
        return "|".join([self._layout, *(f"c{number}={mix}" for number, mix in enumerate(outputs))])
