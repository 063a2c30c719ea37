"""What the environment says of the Hugging Face hub: its address, its token, and where its models lie."""

from __future__ import annotations

import os
from pathlib import Path


def headers(token: str | None) -> dict[str, str]:
    from huggingface_hub import get_token  # noqa: PLC0415 -- slow to import, and rarely needed

    token = token or get_token()
    return {"Authorization": f"Bearer {token}"} if token else {}


def home() -> Path:
    return Path(os.environ.get("HF_HOME") or "~/.cache/huggingface").expanduser()


def cache() -> Path:
    return Path(os.environ.get("HF_HUB_CACHE") or home() / "hub").expanduser()


def endpoint() -> str:
    return (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")


def is_offline() -> bool:
    return os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}
