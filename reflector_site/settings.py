"""All settings, in sections. Values come from the environment or `.env`; docs/settings.md lists every one of them."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from reflector_site import embedded, env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.path("REFLECTOR_VAR", BASE_DIR / "var", help="Where data, logs and embedded servers live.")
VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
(VAR_DIR / "static").mkdir(exist_ok=True)  # ServeStatic warns of a directory that is not there


# --- The site

DEBUG = env.boolean("DEBUG", False, help="Development only: error pages with details, runserver.")
HOST = env.text("HOST", "127.0.0.1", help="Address that `make run` listens on.")
PORT = env.integer("PORT", 8000, minimum=1, maximum=65535, help="Port that `make run` listens on.")
BASE_URL = env.url(
    "BASE_URL", f"http://{HOST}:{PORT}", schemes=("http", "https"), help="Address under which people reach the site."
).rstrip("/")


def _secret_key() -> str:
    """SECRET_KEY from the environment, else a random one that is made once and kept under var/."""
    if configured := env.secret(
        "SECRET_KEY", "", help="Signs sessions and links. Made and kept under var/ when unset."
    ):
        return configured
    path = VAR_DIR / "secret_key"
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(key := secrets.token_urlsafe(50))
    return key


SECRET_KEY = _secret_key()
_hosts = env.text(
    "ALLOWED_HOSTS", "", help="Host names, separated by commas, beside that of BASE_URL and this machine."
)
ALLOWED_HOSTS = [
    host.strip()
    for host in [*_hosts.split(","), "localhost", "127.0.0.1", "[::1]", HOST, BASE_URL.split("//")[1].split(":")[0]]
    if host.strip() and host.strip() != "0.0.0.0"  # noqa: S104 -- an address to listen on is no name to be called by
]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
ADMIN_EMAIL = env.text("ADMIN_EMAIL", "admin@localhost.localdomain", help="E-mail address of the first admin.")
ADMIN_PASSWORD = env.secret(
    "ADMIN_PASSWORD", "", help="Password of the first admin. Random, and printed once, when unset."
)

INSTALLED_APPS = [
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_dramatiq",
    "reflector_site",
    "reflector_site.events",
    "accounts",
    "consent",
    "transcripts",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "reflector_site.urls"
ASGI_APPLICATION = "reflector_site.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
SERVESTATIC_USE_FINDERS = True
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True


# --- Database and Redis: embedded servers where no address is given

_embedded = embedded.addresses()
DATABASE_URL = env.url(
    "DATABASE_URL",
    "",
    schemes=("postgres", "postgresql"),
    help="PostgreSQL, such as postgresql://user:password@host/name. Unset: a server of our own under var/.",
)
REDIS_URL = env.url(
    "REDIS_URL",
    "",
    schemes=("redis", "rediss", "unix"),
    help="Redis or Valkey, such as redis://host:6379/0. Unset: a server of our own under var/.",
)
DATABASES = {"default": env.database(DATABASE_URL or _embedded.database_url)}
BROKER_URL = REDIS_URL or _embedded.redis_url

DRAMATIQ_BROKER = {
    "BROKER": "dramatiq.brokers.redis.RedisBroker",
    "OPTIONS": {"url": BROKER_URL},
    # No retries, age or time limits here: the ledger of steps has its own (transcripts/pipeline/ledger.py).
    "MIDDLEWARE": ["django_dramatiq.middleware.DbConnectionsMiddleware"],
}
CHANNEL_LAYERS: dict[str, Any] = {
    "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [BROKER_URL]}}
}


# --- Accounts

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "transcripts"
LOGOUT_REDIRECT_URL = "sign-in"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# --- API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "reflector_site.api.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Reflector",
    "DESCRIPTION": "Meetings in; transcripts with speakers, topics, summaries, decisions and next steps out.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",  # no page of ours fetches anything from elsewhere
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "RunState": "transcripts.enums.RunState",
        "StepState": "transcripts.enums.StepState",
        "TranscriptStatus": "transcripts.enums.TranscriptStatus",
    },
}


# --- Audio and uploads

MAX_UPLOAD_SIZE = env.size("MAX_UPLOAD_SIZE", "4GB", help="Largest audio or video file that is accepted.")
MAX_AUDIO_HOURS = env.number(
    "MAX_AUDIO_HOURS", 12, minimum=0.01, maximum=17, help="Longest recording that is processed."
)
UPLOAD_CHUNK_SIZE = env.size("UPLOAD_CHUNK_SIZE", "50MB", help="How much of a file the pages send in one request.")
SHORT_LANE_SECONDS = env.duration(
    "SHORT_LANE_SECONDS",
    "300s",
    help="Recordings shorter than this have workers of their own, so they never wait behind long ones.",
)
UPLOAD_PATIENCE = env.duration("UPLOAD_PATIENCE", "7d", help="How long the pieces of an unfinished upload are kept.")
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 << 20  # larger parts of a request go to disk at once
SCRATCH_DIR = env.path(
    "SCRATCH_DIR", VAR_DIR / "scratch", help="Temporary decodes, one directory per run, removed with it."
)

AUDIO_STORAGE = env.choice("AUDIO_STORAGE", "filesystem", choices=("filesystem", "s3"), help="Where audio is kept.")
AUDIO_DIR = env.path("AUDIO_DIR", VAR_DIR / "audio", help="With AUDIO_STORAGE=filesystem: the directory.")
_s3 = {
    "bucket_name": env.text("AUDIO_S3_BUCKET", "", help="With AUDIO_STORAGE=s3: the bucket."),
    "location": env.text("AUDIO_S3_PREFIX", "", help="With AUDIO_STORAGE=s3: a folder in the bucket."),
    "endpoint_url": env.url(
        "AUDIO_S3_ENDPOINT_URL", "", schemes=("http", "https"), help="For services other than AWS (MinIO, Garage…)."
    )
    or None,
    "region_name": env.text("AUDIO_S3_REGION", "us-east-1", help="With AUDIO_STORAGE=s3: the region."),
    "access_key": env.secret("AUDIO_S3_ACCESS_KEY_ID", "", help="Unset: the machine's own credentials.") or None,
    "secret_key": env.secret("AUDIO_S3_SECRET_ACCESS_KEY", "", help="Goes with AUDIO_S3_ACCESS_KEY_ID.") or None,
    "addressing_style": "path",
    "signature_version": "s3v4",
    "file_overwrite": True,  # keys are unique by construction, and asking first costs a request
    "querystring_auth": True,
    "default_acl": None,
}
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "files"}},
    "staticfiles": {"BACKEND": "servestatic.storage.CompressedStaticFilesStorage"},
    "audio": (
        {"BACKEND": "consent.s3.AudioS3Storage", "OPTIONS": _s3}
        if AUDIO_STORAGE == "s3"
        else {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": AUDIO_DIR}}
    ),
}


# --- Engines

MODELS_DIR = env.path("MODELS_DIR", VAR_DIR / "models", help="Where fetched models are kept.")
OFFLINE = env.boolean("OFFLINE", False, help="Never fetch a model: use what is on this machine.")
ENGINE_THREADS = env.integer("ENGINE_THREADS", 0, minimum=0, maximum=256, help="Threads per engine; 0 lets us choose.")
TRANSCRIPTION_ENGINE = env.text(
    "TRANSCRIPTION_ENGINE",
    "auto",
    help="Speech to text: auto, parakeet, whisper, pocketsphinx, openai, gpu, or an engine of your own (module:Class). "
    "auto: a configured service, else the best model here, else the built-in draft engine.",
)
DIARIZATION_ENGINE = env.text(
    "DIARIZATION_ENGINE", "auto", help="Who spoke when: auto, builtin, pyannote, gpu, none, or module:Class."
)
LANGUAGE_ENGINE = env.text(
    "LANGUAGE_ENGINE", "auto", help="Topics, titles, summaries, next steps: auto, extractive, openai, or module:Class."
)
ENGINE_OPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "transcription": {
        "parakeet": {
            "model": env.text("PARAKEET_MODEL", "nemo-parakeet-tdt-0.6b-v3", help="Model name or directory."),
            "quantization": env.choice(
                "PARAKEET_QUANTIZATION", "int8", choices=("int8", "none"), help="none: full precision."
            ),
        },
        "whisper": {
            "model": env.text("WHISPER_MODEL", "small", help="Model name or directory of faster-whisper."),
            "compute_type": env.text("WHISPER_COMPUTE_TYPE", "int8", help="int8, float16, float32…"),
            "device": env.text("WHISPER_DEVICE", "auto", help="cpu, cuda or auto."),
        },
        "pocketsphinx": {
            "grammar": env.text("POCKETSPHINX_GRAMMAR", "", help="A JSGF file: only its sentences are recognised."),
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
            "timeout": env.duration("TRANSCRIPT_FILE_TIMEOUT", "600s", help="Longest wait for a speech service."),
        },
        "gpu": {
            "url": env.url(
                "TRANSCRIPT_URL", "", schemes=("http", "https"), help="Speech service with Reflector's GPU contract."
            ),
            "key": env.secret("TRANSCRIPT_MODAL_API_KEY", "", help="Its key."),
            "mode": env.choice(
                "TRANSCRIPT_GPU_MODE", "upload", choices=("upload", "url"), help="Send audio, or its address."
            ),
            "timeout": env.duration("TRANSCRIPT_FILE_TIMEOUT", "600s", help="Longest wait for a speech service."),
        },
    },
    "diarization": {
        "builtin": {
            "max_speakers": env.integer(
                "MAX_SPEAKERS", 12, minimum=1, maximum=50, help="Most speakers that are told apart."
            ),
        },
        "pyannote": {
            "model": env.text("PYANNOTE_MODEL", "", help="Model name or directory; needs the package pyannote.audio."),
            "token": env.secret("HF_TOKEN", "", help="Token for gated models."),
            "device": env.text("PYANNOTE_DEVICE", "cpu", help="cpu or cuda."),
        },
        "gpu": {
            "url": env.url(
                "DIARIZATION_URL", "", schemes=("http", "https"), help="Speaker service with Reflector's GPU contract."
            ),
            "key": env.secret("DIARIZATION_MODAL_API_KEY", "", help="Its key."),
            "timeout": env.duration("DIARIZATION_FILE_TIMEOUT", "600s", help="Longest wait for it."),
        },
    },
    "language": {
        "extractive": {},
        "openai": {
            "url": env.url("LLM_URL", "", schemes=("http", "https"), help="OpenAI-compatible chat service, up to /v1."),
            "key": env.secret("LLM_API_KEY", "", help="Its key."),
            "model": env.text("LLM_MODEL", "microsoft/phi-4", help="Its model."),
            "context_window": env.integer(
                "LLM_CONTEXT_WINDOW", 16000, minimum=4000, help="Tokens it can read at once."
            ),
            "timeout": env.duration("LLM_STRUCTURED_RESPONSE_TIMEOUT", "300s", help="Longest wait for one answer."),
            "max_retries": env.integer(
                "LLM_PARSE_MAX_RETRIES", 3, minimum=0, maximum=10, help="Retries of an invalid answer."
            ),
        },
    },
}


# --- Pipeline

LEASE_SECONDS = env.duration(
    "LEASE_SECONDS", "20s", minimum=1, help="A worker that is silent for so long has lost its step to another."
)
RECOVER_SECONDS = env.duration("RECOVER_SECONDS", "1s", minimum=0.1, help="How often lost work is looked for.")


# --- Logs

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"), help="How much is logged.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname:7} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {name: {"level": LOG_LEVEL} for name in ("reflector_site", "accounts", "consent", "transcripts")},
}
