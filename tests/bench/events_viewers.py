"""Many sockets in a process of their own: started by `tests.bench.events`, told what to do line by line.

Arguments: port, path, headers as JSON. Lines: `open N`, `bytes` (received so far), `drop` (close all), `read FILE`
(write for each socket the numbers it got and when, as JSON), each answered by a line.
"""

from __future__ import annotations

import asyncio
import json
import re
import resource
import sys
from pathlib import Path

import uvloop

from tests.viewers import Viewer, connect

SEQ = re.compile(rb'"seq": ?(\d+)')
AT_ONCE = 50


async def main(port: int, path: str, headers: dict[str, str]) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    viewers: list[Viewer] = []
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        word, _, argument = line.strip().partition(" ")
        match word:
            case "open":
                for _ in range(int(argument) // AT_ONCE):
                    viewers += await asyncio.gather(*(connect(port, path, headers) for _ in range(AT_ONCE)))
                print(f"{len(viewers)} {sum(v.opened.result() == 101 for v in viewers)}", flush=True)
            case "bytes":
                print(sum(len(block) for viewer in viewers for _, block in viewer.blocks), flush=True)
            case "drop":
                for viewer in viewers:
                    viewer.close()
                await asyncio.gather(*(viewer.gone for viewer in viewers))
                viewers.clear()
                print("dropped", flush=True)
            case "read":
                got = [[(at, int(SEQ.search(text)[1])) for at, text in viewer.texts()] for viewer in viewers]  # type: ignore[index]  # every frame has one
                Path(argument).write_text(json.dumps(got))
                print("read", flush=True)


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])))
