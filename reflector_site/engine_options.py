"""The options of each engine, from the environment. settings.py says which engines are used."""

from __future__ import annotations

from typing import Any

from reflector_site import env

#: What CTranslate2 knows; which of them the machine can do it says itself.
COMPUTE_TYPES = (
    *("default", "auto", "int8", "int8_float32", "int8_float16", "int8_bfloat16", "int16"),
    *("float16", "bfloat16", "float32"),
)
_SPEECH_TIMEOUT = env.duration("TRANSCRIPT_FILE_TIMEOUT", "600s", minimum=1, help="Longest wait for a speech service.")
_HUB_TOKEN = env.secret("HF_TOKEN", "", help="Token of the hub that models are fetched from, for gated models.")
_MAX_SPEAKERS = env.integer("MAX_SPEAKERS", 12, minimum=1, maximum=50, help="Most speakers that are told apart.")

_LLM = {
    "url": env.url("LLM_URL", "", schemes=("http", "https"), help="OpenAI-compatible chat service, up to /v1."),
    "key": env.secret("LLM_API_KEY", "", help="Its key."),
    "model": env.text("LLM_MODEL", "microsoft/phi-4", help="Its model."),
}
_TRANSLATE_LLM = {
    "url": env.url(
        "TRANSLATE_LLM_URL",
        "",
        schemes=("http", "https"),
        help="OpenAI-compatible chat service that translates, up to /v1. Unset: that of LLM_URL, with its key.",
    ),
    "key": env.secret("TRANSLATE_LLM_API_KEY", "", help="Its key."),
    "model": env.text("TRANSLATE_LLM_MODEL", "", help="Its model. Unset: as LLM_MODEL."),
}
_LLM_LIMITS = {
    "context_window": env.integer("LLM_CONTEXT_WINDOW", 16000, minimum=4000, help="Tokens it can read at once."),
    "timeout": env.duration("LLM_STRUCTURED_RESPONSE_TIMEOUT", "300s", minimum=1, help="Longest wait for one answer."),
    "max_retries": env.integer("LLM_PARSE_MAX_RETRIES", 3, minimum=0, maximum=10, help="Retries of an invalid answer."),
}


def _translating() -> dict[str, Any]:
    """A key goes to the service that it was given for, and nowhere else."""
    own = {**_TRANSLATE_LLM, "model": _TRANSLATE_LLM["model"] or _LLM["model"]}
    if not own["url"]:
        own |= {"url": _LLM["url"], "key": _LLM["key"]}
    return {**own, **_LLM_LIMITS}


ENGINE_OPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "transcription": {
        "parakeet": {
            "model": env.text("PARAKEET_MODEL", "nemo-parakeet-tdt-0.6b-v3", help="Model name or directory."),
            "quantization": env.choice(
                "PARAKEET_QUANTIZATION", "int8", choices=("int8", "none"), help="none: full precision."
            ),
            "token": _HUB_TOKEN,
        },
        "whisper": {
            "model": env.text("WHISPER_MODEL", "small", help="Model name or directory of faster-whisper."),
            "compute_type": env.choice("WHISPER_COMPUTE_TYPE", "int8", choices=COMPUTE_TYPES, help="Precision."),
            "device": env.choice("WHISPER_DEVICE", "auto", choices=("auto", "cpu", "cuda"), help="Where it runs."),
            "token": _HUB_TOKEN,
        },
        "pocketsphinx": {
            "grammar": env.file("POCKETSPHINX_GRAMMAR", help="A JSGF file: only its sentences are recognised."),
        },
        "openai": {
            "url": env.url(
                "TRANSCRIPT_OPENAI_URL",
                "",
                schemes=("http", "https"),
                help="OpenAI-compatible speech service, up to /v1.",
            ),
            "key": env.secret("TRANSCRIPT_OPENAI_API_KEY", "", help="Its key."),
            "model": env.text("TRANSCRIPT_OPENAI_MODEL", "whisper-1", help="Its model."),
            "response_format": env.choice(
                "TRANSCRIPT_OPENAI_RESPONSE_FORMAT",
                "verbose_json",
                choices=("verbose_json", "json"),
                help="json for models that know no verbose_json; their words get times by estimate.",
            ),
            "timeout": _SPEECH_TIMEOUT,
        },
        "gpu": {
            "url": env.url(
                "TRANSCRIPT_URL", "", schemes=("http", "https"), help="Speech service with Reflector's GPU contract."
            ),
            "key": env.secret("TRANSCRIPT_MODAL_API_KEY", "", help="Its key."),
            "model": env.text("TRANSCRIPT_GPU_MODEL", "whisper-1", help="Its model."),
            "mode": env.choice(
                "TRANSCRIPT_GPU_MODE", "upload", choices=("upload", "url"), help="Send audio, or its address."
            ),
            "timeout": _SPEECH_TIMEOUT,
        },
    },
    "diarization": {
        "builtin": {
            "max_speakers": _MAX_SPEAKERS,
        },
        "pyannote": {
            "model": env.text("PYANNOTE_MODEL", "", help="Model name or directory; needs the package pyannote.audio."),
            "token": _HUB_TOKEN,
            "device": env.choice("PYANNOTE_DEVICE", "cpu", choices=("cpu", "cuda"), help="Where it runs."),
            "max_speakers": _MAX_SPEAKERS,
        },
        "gpu": {
            "url": env.url(
                "DIARIZATION_URL", "", schemes=("http", "https"), help="Speaker service with Reflector's GPU contract."
            ),
            "key": env.secret("DIARIZATION_MODAL_API_KEY", "", help="Its key."),
            "mode": env.choice(
                "DIARIZATION_GPU_MODE",
                "url",
                choices=("url", "upload"),
                help="Send the address of audio, or the audio.",
            ),
            "timeout": env.duration("DIARIZATION_FILE_TIMEOUT", "600s", minimum=1, help="Longest wait for it."),
        },
    },
    "language": {
        "extractive": {},
        "openai": {**_LLM, **_LLM_LIMITS},
    },
    "translation": {
        "gpu": {
            "url": env.url(
                "TRANSLATE_URL",
                "",
                schemes=("http", "https"),
                help="Translation service with Reflector's GPU contract.",
            ),
            "key": env.secret("TRANSLATE_MODAL_API_KEY", "", help="Its key."),
            "timeout": env.duration("TRANSLATE_TIMEOUT", "90s", minimum=1, help="Longest wait for one text."),
        },
        "openai": _translating(),
    },
}

# What the libraries of the hub find in the environment themselves
env.declare("HF_ENDPOINT", "address", "https://huggingface.co", help="The hub that models are fetched from.")
env.declare("HF_HOME", "path", "~/.cache/huggingface", help="Where models lie that other programs have fetched.")
env.declare("HF_HUB_CACHE", "path", "", help="The same for models alone. Unset: hub in HF_HOME.")
env.declare("HF_HUB_OFFLINE", "true or false", "false", help="As OFFLINE, for every program that knows the hub.")
