import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest

from tests.transcripts.engines import probe
from transcripts.engines.base import Clip, Never, Transcription, TryAgain, Word
from transcripts.engines.pool import EnginePool
from transcripts.engines.process import PROJECT, EngineProcess
from transcripts.engines.registry import EngineSpec

CLIP = Clip(path="/nowhere.wav", start=1.0, end=2.5)


class Cancelled(Exception):
    pass


def nothing() -> None: ...


def spec(do: str = "nothing", **options: Any) -> EngineSpec:
    return EngineSpec("transcription", probe.NAME, {"do": do, **options})


@pytest.fixture
def start() -> Iterator[Callable[[str], EngineProcess]]:
    processes: list[EngineProcess] = []

    def _start(do: str) -> EngineProcess:
        processes.append(EngineProcess(spec(do)))
        return processes[-1]

    yield _start
    for process in processes:
        process.kill()


def transcribe(process: EngineProcess, *, checkpoint: Callable[[], None] = nothing, **options: Any) -> Any:
    return process.call("transcribe", checkpoint=checkpoint, clip=CLIP, language="en", **options)


def wait_until(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.01)
    return True


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_call_returns_the_dataclasses_of_the_protocol_and_forwards_progress(start: Any) -> None:
    seen: list[tuple[float, float]] = []
    result = transcribe(start("nothing"), progress=lambda done, total: seen.append((done, total)))
    assert result == Transcription(words=[Word(" hello", 1.0, 2.5, confidence=0.5)], language="en")
    assert seen == [(1.0, 2.0), (2.0, 2.0)]


def test_call_serves_every_method_of_the_protocol(start: Any) -> None:
    process = start("nothing")
    reports: list[tuple[str, float, float]] = []
    process.call("prepare", checkpoint=nothing, report=lambda *message: reports.append(message))
    assert reports == [("Fetching the model", 120.0, 480.0)]
    assert process.call("languages", checkpoint=nothing) == frozenset({"en"})
    assert process.call("info", checkpoint=nothing).model == str(process.pid)


@pytest.mark.parametrize("do", ["print", "shout"])
def test_output_of_libraries_does_not_disturb_the_protocol(start: Any, do: str) -> None:
    process = start(do)
    assert transcribe(process).language == "en"
    assert transcribe(process).language == "en"


@pytest.mark.parametrize("do", ["spin", "sleep"])
def test_cancel_kills_the_child_and_all_it_started_within_a_second(start: Any, do: str) -> None:
    process = start(do)
    busy = threading.Event()
    family: list[int] = []

    def cancel() -> None:
        if busy.is_set():
            family.extend(child.pid for child in psutil.Process(process.pid).children(recursive=True))
            family.append(process.pid)
            if do == "spin" or len(family) > 1:
                raise Cancelled

    started = time.monotonic()
    with pytest.raises(Cancelled):
        transcribe(process, checkpoint=cancel, progress=lambda *_: busy.set())
    assert time.monotonic() - started < 3
    assert wait_until(lambda: all(gone(pid) for pid in family), 1)
    assert not process.usable


def test_checkpoint_is_called_at_least_every_quarter_second(start: Any) -> None:
    process = start("slow")
    process.call("info", checkpoint=nothing)
    calls: list[float] = []
    transcribe(process, checkpoint=lambda: calls.append(time.monotonic()))
    assert len(calls) >= 3
    assert max(after - before for before, after in itertools.pairwise(calls)) < 0.4


def test_an_error_in_a_callback_kills_the_child(start: Any) -> None:
    process = start("spin")
    with pytest.raises(ZeroDivisionError):
        transcribe(process, progress=lambda *_: 1 / 0)
    assert not process.usable


def test_timeout_kills_and_may_be_tried_again(start: Any) -> None:
    process = start("spin")
    with pytest.raises(TryAgain, match=r"no answer within 0\.5 seconds"):
        transcribe(process, timeout=0.5)
    assert not process.usable


def test_death_of_the_child_tells_its_last_words(start: Any) -> None:
    with pytest.raises(TryAgain, match=r"ended with exit code 3\. Its last words: no more memory"):
        transcribe(start("die"))


def test_a_killed_child_may_be_tried_again(start: Any) -> None:
    process = start("spin")
    with pytest.raises(TryAgain, match="killed by SIGKILL"):
        transcribe(process, progress=lambda *_: os.kill(process.pid, signal.SIGKILL))


@pytest.mark.parametrize(
    ("do", "kind", "message"),
    [
        ("again", TryAgain, "The service is busy."),
        ("never", Never, "The key is wrong."),
        ("crash", TryAgain, f"The engine {probe.NAME} failed: ZeroDivisionError: of all things"),
    ],
)
def test_errors_cross_the_pipe_and_leave_the_child_usable(
    start: Any, do: str, kind: type[Exception], message: str
) -> None:
    process = start(do)
    with pytest.raises(kind) as caught:
        transcribe(process)
    assert str(caught.value) == message
    assert process.usable


def test_an_engine_that_does_not_exist_is_never() -> None:
    process = EngineProcess(EngineSpec("transcription", "nonsense"))
    with pytest.raises(Never, match="no transcription engine called 'nonsense'"):
        process.call("info", checkpoint=nothing)
    process.kill()


PARENT = """
import sys
from tests.transcripts.engines import probe
from tests.transcripts.engines.test_process import CLIP, nothing, spec
from transcripts.engines.process import EngineProcess
process = EngineProcess(spec(sys.argv[1]))
print(process.pid, flush=True)
process.call("transcribe", checkpoint=nothing, clip=CLIP, language="en", progress=lambda *_: print("busy", flush=True))
"""


@pytest.mark.parametrize("do", ["spin", "sleep"])
def test_the_child_ends_when_its_parent_is_killed(do: str) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, do], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert parent.stdout.readline() == "busy\n"
    family = [child, *(each.pid for each in psutil.Process(child).children())]
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert wait_until(lambda: all(gone(pid) for pid in family), 2)


def test_pool_keeps_a_child_warm_for_the_same_spec() -> None:
    pool = EnginePool()
    with pool.engine(spec()) as first:
        transcribe(first)
    with pool.engine(spec()) as second:
        assert second is first
        with pool.engine(spec()) as third:
            assert third is not first
    with pool.engine(spec(threads=1)) as other:
        assert other not in (first, third)
    pool.close()
    assert not first.usable


def test_pool_does_not_take_back_what_was_killed_or_died() -> None:
    pool = EnginePool()
    with pytest.raises(TryAgain), pool.engine(spec("die")) as dead:
        transcribe(dead)
    with pool.engine(spec("die")) as fresh:
        assert fresh is not dead
    os.kill(fresh.pid, signal.SIGKILL)
    assert wait_until(lambda: gone(fresh.pid))
    with pool.engine(spec("die")) as again:
        assert again is not fresh
    pool.close()


def test_pool_closes_what_idles_too_long_and_what_is_too_many() -> None:
    pool = EnginePool(max_idle=1, idle_seconds=0.3)
    with pool.engine(spec()) as first, pool.engine(spec()) as second:
        assert [first.usable, second.usable] == [True, True]
    assert [first.usable, second.usable].count(True) == 1
    assert wait_until(lambda: not first.usable and not second.usable, 2)
    pool.close()


def test_closing_the_pool_fails_the_calls_that_are_waiting() -> None:
    pool = EnginePool()
    closing = threading.Timer(0.3, pool.close)
    with pytest.raises(TryAgain), pool.engine(spec("spin")) as busy:
        transcribe(busy, progress=lambda *_: closing.start())
    assert gone(busy.pid)
