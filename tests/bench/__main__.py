"""Measure: `python -m tests.bench` runs every benchmark, `python -m tests.bench audio` the ones named."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from tests.bench import api, audio, events, ingest, lossless, pipeline, workers

#: Each prints one table.
BENCHMARKS: dict[str, Callable[[], None]] = {
    "audio": audio.beside_ffmpeg,
    "pipeline": pipeline.whole_run,
    "workers": workers.scaling,
    "events": events.fan_out,
    "lossless": lossless.all_arrive,
    "api": api.answers,
    "search-million": api.search_million,
    "ingest": ingest.nothing_is_missed,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which to run: {', '.join(BENCHMARKS)}")
    names = parser.parse_args().names or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]}; there are {', '.join(BENCHMARKS)}")
    for name in names:
        print(f"\n{name}: {(BENCHMARKS[name].__doc__ or '').strip().splitlines()[0]}")
        BENCHMARKS[name]()


if __name__ == "__main__":
    main()
