"""Settings as a whole: what stops the start, and what reaches the engines. Each is read by a process of its own."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reflector_site.env import PROJECT_DIR

SHOW = """
import json, os
from reflector_site import env
with env.or_exit():
    from reflector_site import settings
    shown = {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
    print(json.dumps(shown, default=str))
"""


def start(var: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=PROJECT_DIR,
        env={"PATH": os.defpath, "REFLECTOR_ENV_FILE": os.devnull, "REFLECTOR_VAR": str(var), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def read(var: Path, **environment: str) -> dict[str, Any]:
    done = start(var, **environment)
    assert done.returncode == 0, done.stderr
    shown: dict[str, Any] = json.loads(done.stdout)
    return shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ADMIN_EMAIL", "admin"),
        ("ADMIN_EMAIL", "admin@myhost"),
        ("SECRET_KEY", "short"),
        ("UPLOAD_CHUNK_SIZE", "0"),
        ("MAX_UPLOAD_SIZE", "0"),
        ("UPLOAD_PATIENCE", "0s"),
        ("TRANSCRIPT_FILE_TIMEOUT", "0"),
        ("DIARIZATION_FILE_TIMEOUT", "0"),
        ("LLM_STRUCTURED_RESPONSE_TIMEOUT", "0"),
        ("OIDC_ISSUER", "issuer.example.org"),
        ("OIDC_JWKS_URL", "file:///keys"),
        ("OIDC_LEEWAY", "1h"),
        ("WHISPER_DEVICE", "tpu"),
        ("WEBRTC_PORT_RANGE", "50100-50000"),
        ("WEBRTC_ICE_SERVERS", "stun.example.org"),
        ("WEBRTC_GRACE", "0"),
        ("WHISPER_COMPUTE_TYPE", "int3"),
        ("PYANNOTE_DEVICE", "auto"),
        ("POCKETSPHINX_GRAMMAR", "/nowhere/a.jsgf"),
        ("TRANSCRIPT_OPENAI_RESPONSE_FORMAT", "srt"),
        ("DIARIZATION_GPU_MODE", "mail"),
        ("REFLECTOR_VAR", "/dev/null/var"),
    ],
)
def test_an_impossible_value_stops_the_start_with_a_sentence(name: str, value: str, tmp_path: Path) -> None:
    done = start(tmp_path, **{name: value})
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert name in done.stderr
    assert "set it to" in done.stderr or f"set {name} to" in done.stderr


def test_a_secret_that_is_refused_is_not_shown(tmp_path: Path) -> None:
    assert "hush" not in start(tmp_path, SECRET_KEY="hush").stderr


def test_options_reach_their_engines(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("hf_secret\n")
    options = read(
        tmp_path,
        HF_TOKEN_FILE=str(tmp_path / "token"),
        MAX_SPEAKERS="5",
        TRANSCRIPT_OPENAI_RESPONSE_FORMAT="json",
        TRANSCRIPT_GPU_MODEL="large",
        DIARIZATION_GPU_MODE="upload",
    )["ENGINE_OPTIONS"]
    speech, speakers = options["transcription"], options["diarization"]
    assert {speech[name]["token"] for name in ("parakeet", "whisper")} == {"hf_secret"}
    assert speakers["pyannote"]["token"] == "hf_secret"
    assert speakers["builtin"]["max_speakers"] == speakers["pyannote"]["max_speakers"] == 5
    assert speech["openai"]["response_format"] == "json"
    assert speech["gpu"]["model"] == "large"
    assert speakers["gpu"]["mode"] == "upload"


def test_uploads_on_their_way_lie_in_the_data_directory(tmp_path: Path) -> None:
    directory = Path(read(tmp_path)["FILE_UPLOAD_TEMP_DIR"])
    assert directory == tmp_path / "incoming"
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_an_address_with_a_path_gives_a_host_and_an_origin_without_it(tmp_path: Path) -> None:
    shown = read(tmp_path, BASE_URL="https://Reflector.example.org/meetings/", HOST="0.0.0.0")
    assert shown["BASE_URL"] == "https://Reflector.example.org/meetings"
    assert "reflector.example.org" in shown["ALLOWED_HOSTS"]
    assert shown["CSRF_TRUSTED_ORIGINS"] == ["https://reflector.example.org"]
