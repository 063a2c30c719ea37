"""All settings, in sections. Values come from the environment or `.env`; docs/settings.md lists every one of them."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Any

from corsheaders.defaults import default_headers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from reflector_site import content_policy, embedded, engine_options, env, names
from reflector_site.outbound import addresses

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.path("REFLECTOR_VAR", BASE_DIR / "var", help="Where data, logs and embedded servers live.")
try:
    VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    (VAR_DIR / "static").mkdir(exist_ok=True)  # ServeStatic warns of a directory that is not there
    (VAR_DIR / "incoming").mkdir(mode=0o700, exist_ok=True)  # FILE_UPLOAD_TEMP_DIR, below
except OSError as problem:
    raise env.BadSetting(
        f"{problem.filename} cannot be used ({problem.strerror}); set REFLECTOR_VAR to a directory of your own."
    ) from problem


# --- The site

DEBUG = env.boolean("DEBUG", False, help="Development only: error pages with details, runserver.")
HOST = env.text(
    "HOST",
    "127.0.0.1",
    help="Address that `make run` listens on. 0.0.0.0 or :: for every interface: people may then call the site by this "
    "machine's own name and addresses; other names need ALLOWED_HOSTS or BASE_URL.",
)
PORT = env.integer("PORT", 8000, minimum=1, maximum=65535, help="Port that `make run` listens on.")
_base_url = env.url(
    "BASE_URL",
    "",
    schemes=("http", "https"),
    help="Address under which people reach the site. Unset: HOST and PORT on this machine.",
)
BASE_URL = (_base_url or names.address(HOST, PORT)).rstrip("/")


def _secret_key() -> str:
    """SECRET_KEY from the environment, else a random one that is made once and kept under var/."""
    if configured := env.secret(
        "SECRET_KEY",
        "",
        help="Signs sessions and links, with 32 characters or more. Made and kept under var/ when unset.",
    ):
        if len(configured) < 32:
            raise env.BadSetting("SECRET_KEY is too short; set it to 32 random characters or more, or leave it unset.")
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
ALLOWED_HOSTS = names.allowed_hosts(named=_hosts, host=HOST, base_url=BASE_URL, any_name=not _hosts and not _base_url)
CSRF_TRUSTED_ORIGINS = [names.origin(BASE_URL)]
ADMIN_EMAIL = env.text("ADMIN_EMAIL", "admin@localhost.localdomain", help="E-mail address of the first admin.")
try:
    validate_email(ADMIN_EMAIL)  # as the form does in which one signs in
except ValidationError as problem:
    raise env.BadSetting(
        f"ADMIN_EMAIL is {ADMIN_EMAIL!r}; set it to an e-mail address such as you@example.org."
    ) from problem
ADMIN_PASSWORD = env.secret(
    "ADMIN_PASSWORD", "", help="Password of the first admin. Random, and printed once, when unset."
)

HSTS = env.duration(
    "HSTS",
    "365d",
    maximum=63_072_000,
    help="How long browsers shall come by https only, where BASE_URL begins with https. 0s: they are not told.",
)
TRUSTED_PROXIES = env.integer(
    "TRUSTED_PROXIES",
    0,
    minimum=0,
    maximum=10,
    help="How many proxies of yours stand in front: whose X-Forwarded-For and X-Forwarded-Proto are believed. 0: the "
    "headers are ignored.",
)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "channels",
    "corsheaders",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_dramatiq",
    "reflector_site",
    "reflector_site.events",
    "accounts",
    "consent",
    "transcripts",
    "meetings",
]
MIDDLEWARE = [
    "reflector_site.metrics.middleware.CountRequests",
    "django.middleware.security.SecurityMiddleware",
    "reflector_site.headers.SecureHeaders",
    "corsheaders.middleware.CorsMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "reflector_site.compression.CompressionMiddleware",
    "reflector_site.headers.ContentPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.grants_here.GuestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.audit.doors.AuditDoors",
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


# --- Accounts

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
OIDC_ISSUER = env.url(
    "OIDC_ISSUER",
    "",
    schemes=("https", "http"),
    help="OpenID Connect issuer whose tokens (JWTs) the API and the sockets take, written exactly as it calls itself. "
    "Unset: no tokens.",
)
OIDC_AUDIENCE = env.text(
    "OIDC_AUDIENCE",
    "",
    help="What a token's `aud` must hold: the client ID at the issuer; several separated by commas. Unset: `aud` is "
    "not checked, so a token that the issuer made for any other application is taken too.",
)
OIDC_CLIENT_ID = env.text(
    "OIDC_CLIENT_ID",
    "",
    help="The client ID of this site at OIDC_ISSUER, so that people can sign in there. Its redirect address is "
    "BASE_URL/sign-in/oidc/return. Unset: people sign in with e-mail address and password only.",
)
OIDC_CLIENT_SECRET = env.secret("OIDC_CLIENT_SECRET", "", help="The secret of OIDC_CLIENT_ID. Unset: a public client.")
OIDC_SCOPES = env.text("OIDC_SCOPES", "openid email profile", help="What is asked of the issuer, separated by spaces.")
OIDC_NAME = env.text("OIDC_NAME", "single sign-on", help="What the sign-in page calls the issuer.")
OIDC_JWKS_URL = env.url(
    "OIDC_JWKS_URL",
    "",
    schemes=("https", "http"),
    help="Where the issuer's public keys are. Unset: what OIDC_ISSUER/.well-known/openid-configuration says.",
)
OIDC_LEEWAY = env.duration(
    "OIDC_LEEWAY",
    "30s",
    maximum=300,
    help="How far the issuer's clock may be from ours when a token's times are checked.",
)
PUBLIC_MODE = env.boolean(
    "PUBLIC_MODE",
    False,
    help="Whether everybody may list and search the public transcripts without an account. A public transcript itself "
    "can be read by whoever has its address, in any case.",
)
API_KEYS_PER_PERSON = env.integer(
    "API_KEYS_PER_PERSON", 50, minimum=1, maximum=10_000, help="API keys that one person may have at a time."
)
AUDIT_RETENTION = env.duration(
    "AUDIT_RETENTION",
    "365d",
    minimum=86_400,
    help="How long the audit log remembers who read, changed, shared and deleted what.",
)
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "transcripts"
LOGOUT_REDIRECT_URL = "sign-in"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# --- API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.HeaderAuthentication",
        "rest_framework.authentication.SessionAuthentication",
        "accounts.authentication.GuestAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.permissions.SignedIn"],
    "DEFAULT_RENDERER_CLASSES": ["reflector_site.api_json.FastJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["reflector_site.api_parsers.BoundedJSON"],
    "DEFAULT_THROTTLE_CLASSES": ["reflector_site.limits.Limits"],
    "DEFAULT_SCHEMA_CLASS": "reflector_site.schema.Described",
    "EXCEPTION_HANDLER": "reflector_site.api.exception_handler",
}
#: By name, how often in how many seconds; None for no limit. A view names one in `throttle_scope`.
RATE_LIMITS = {
    "user": env.rate("RATE_LIMIT_USER", "30000/min", help="Requests to the API by one signed-in person."),
    "anonymous": env.rate(
        "RATE_LIMIT_ANONYMOUS", "3000/min", help="Requests to the API from one address by people who are not signed in."
    ),
    "sign-in": env.rate(
        "RATE_LIMIT_SIGN_IN",
        "10/min",
        help="Failed sign-ins with one e-mail address from one network address; ten times as many from that address "
        "with any.",
    ),
    "process": env.rate(
        "RATE_LIMIT_PROCESS", "120/min", help="Orders to process, import or translate something, by one person."
    ),
    "search": env.rate("RATE_LIMIT_SEARCH", "6000/min", help="Searches by one person."),
}
_cors_origins = [
    each.strip()
    for each in env.text(
        "CORS_ORIGIN",
        "",
        help="Origins whose pages may call the API from a browser, such as https://app.example.org, separated by "
        "commas; * for all. Unset: none but this site's own.",
    ).split(",")
    if each.strip()
]
CORS_ALLOW_CREDENTIALS = env.boolean(
    "CORS_ALLOW_CREDENTIALS", False, help="Whether such pages may send this site's cookies along. Not with *."
)
CORS_ALLOW_ALL_ORIGINS = "*" in _cors_origins
CORS_ALLOWED_ORIGINS = [each.rstrip("/") for each in _cors_origins if each != "*"]
CORS_URLS_REGEX = r"^/(v1/|openapi\.json$)"
CORS_ALLOW_HEADERS = [*default_headers, "x-api-key", "range", "if-range", "if-none-match", "last-event-id"]
CORS_EXPOSE_HEADERS = ["Retry-After", "Content-Range", "Accept-Ranges", "Content-Disposition", "ETag"]

SPECTACULAR_SETTINGS = {
    "TITLE": "Reflector",
    "DESCRIPTION": "Meetings in; transcripts with speakers, topics, summaries, decisions and next steps out.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_PATCH": False,  # each serializer says itself what may be left out
    "COMPONENT_SPLIT_REQUEST": True,  # what may be left out of a request is there in every answer
    "SERVE_AUTHENTICATION": [],  # it is the same for everybody
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "reflector_site.events.schema.add_events",
        "reflector_site.schema.add_common_answers",
        "reflector_site.schema.add_examples",
        "transcripts.api.head_schema.add_head",
        "reflector_site.service_schema.add_service",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",  # no page of ours fetches anything from elsewhere
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "RunState": "transcripts.enums.RunState",
        "StepState": "transcripts.enums.StepState",
        "TranscriptStatus": "transcripts.enums.TranscriptStatus",
    },
}


# --- Audio and uploads

MAX_UPLOAD_SIZE = env.size("MAX_UPLOAD_SIZE", "4GB", minimum="1KB", help="Largest audio or video file accepted.")
MAX_BODY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE = env.size(
    "MAX_BODY_SIZE", "5MB", minimum="100KB", help="Largest request that carries no file, such as a JSON body."
)
MAX_AUDIO_HOURS = env.number(
    "MAX_AUDIO_HOURS", 12, minimum=0.01, maximum=17, help="Longest recording that is processed."
)
UPLOAD_CHUNK_SIZE = env.size(
    "UPLOAD_CHUNK_SIZE", "50MB", minimum="1KB", help="How much of a file the pages send in one request."
)
SHORT_LANE_SECONDS = env.duration(
    "SHORT_LANE_SECONDS",
    "300s",
    help="Recordings shorter than this have workers of their own, so they never wait behind long ones.",
)
UPLOAD_PATIENCE = env.duration(
    "UPLOAD_PATIENCE", "7d", minimum=60, help="How long the pieces of an unfinished upload are kept."
)
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 << 20  # larger parts of a request go to disk at once
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "incoming"
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


# --- Downloads

FONTS_DIR = env.path(
    "FONTS_DIR",
    VAR_DIR / "fonts",
    help="Further fonts for PDFs (ttf, otf, ttc), such as Noto Sans CJK. Those that come with Reflector print Latin, "
    "Greek, Cyrillic, Hebrew, Arabic, Devanagari, Armenian and Georgian.",
)


# --- What browsers may load and call

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": content_policy.directives(issuer=OIDC_ISSUER, audio=STORAGES["audio"]["OPTIONS"])
}


# --- Addresses that people give: links to import

OUTBOUND_ALLOW_NETWORKS = env.text(
    "OUTBOUND_ALLOW_NETWORKS",
    "",
    help="Networks that may be reached although they are not public, such as 10.20.0.0/16, separated by commas. "
    "Everybody who may import a link can then make this machine ask there.",
)
try:
    addresses.networks(OUTBOUND_ALLOW_NETWORKS)
except ValueError as problem:
    raise env.BadSetting(
        f"OUTBOUND_ALLOW_NETWORKS is {OUTBOUND_ALLOW_NETWORKS!r}; set it to networks such as 10.20.0.0/16, fd12::/48."
    ) from problem
IMPORT_TIME_LIMIT = env.duration(
    "IMPORT_TIME_LIMIT", "2h", minimum=1, maximum=86_400, help="How long fetching the recording of a link may take."
)
IMPORTS_PER_PERSON = env.integer(
    "IMPORTS_PER_PERSON", 5, minimum=1, maximum=1000, help="Links of one person that may wait or be fetched at a time."
)


# --- Zulip

ZULIP_REALM = env.text(
    "ZULIP_REALM",
    "",
    help="Zulip server that transcripts can be sent to, such as chat.example.org, or a whole address. Unset: none.",
)
ZULIP_BOT_EMAIL = env.text("ZULIP_BOT_EMAIL", "", help="With ZULIP_REALM: the e-mail address of its bot.")
ZULIP_API_KEY = env.secret("ZULIP_API_KEY", "", help="With ZULIP_REALM: the API key of its bot.")
if ZULIP_REALM and not (ZULIP_BOT_EMAIL and ZULIP_API_KEY):
    raise env.BadSetting("ZULIP_REALM needs a bot; set ZULIP_BOT_EMAIL and ZULIP_API_KEY, or leave ZULIP_REALM unset.")


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
TRANSLATION_ENGINE = env.text(
    "TRANSLATION_ENGINE",
    "auto",
    help="Transcripts in other languages: auto, gpu, openai, none, or module:Class. auto: the service "
    "of TRANSLATE_URL, else the language model of TRANSLATE_LLM_URL or LLM_URL; without any there is no translation.",
)
ENGINE_OPTIONS = engine_options.ENGINE_OPTIONS


# --- Pipeline

LEASE_SECONDS = env.duration(
    "LEASE_SECONDS", "20s", minimum=1, help="A worker that is silent for so long has lost its step to another."
)
RECOVER_SECONDS = env.duration("RECOVER_SECONDS", "1s", minimum=0.1, help="How often lost work is looked for.")


# --- Live recording: microphones over WebRTC

WEBRTC_PORT_RANGE = env.port_range(
    "WEBRTC_PORT_RANGE",
    help="UDP ports for the audio of live recordings, such as 50000-50100: one for each address of the machine and "
    "recording at a time. Unset: any port.",
)
WEBRTC_HOST = env.text(
    "WEBRTC_HOST",
    "",
    help="Address or name under which clients reach those ports, where the machine does not know it itself: behind "
    "NAT, or in a container. Unset: the machine's own addresses.",
)
WEBRTC_ICE_SERVERS = [
    server.strip()
    for server in env.text(
        "WEBRTC_ICE_SERVERS",
        "",
        help="At most one STUN and one TURN server through which a recorder that is behind NAT is reached, such as "
        "stun:stun.example.org:3478,turn:turn.example.org:3478. Unset: none is asked.",
    ).split(",")
    if server.strip()
]
WEBRTC_TURN_USERNAME = env.text("WEBRTC_TURN_USERNAME", "", help="For the TURN server.")
WEBRTC_TURN_PASSWORD = env.secret("WEBRTC_TURN_PASSWORD", "", help="For the TURN server.")
for _server in WEBRTC_ICE_SERVERS:
    if not re.fullmatch(r"stun:[^?\s]+|turn:[^?\s]+(\?transport=(udp|tcp))?|turns:[^?\s]+(\?transport=tcp)?", _server):
        raise env.BadSetting(
            f"WEBRTC_ICE_SERVERS names {_server!r}; set it to addresses such as stun:stun.example.org:3478, separated "
            "by commas."
        )
WEBRTC_PIECE = env.duration(
    "WEBRTC_PIECE",
    "3s",
    minimum=0.5,
    maximum=60,
    help="What is recorded is kept in pieces of so long; no more than the last is lost when a recorder is killed.",
)
WEBRTC_GRACE = env.duration(
    "WEBRTC_GRACE",
    "60s",
    minimum=1,
    maximum=86_400,
    help="How long a recording whose client was lost waits for it, before it ends and is processed.",
)


# --- Events

EVENT_RETENTION = env.duration(
    "EVENT_RETENTION",
    "30d",
    minimum=3600,
    help="How long events are kept for those who come back. What they tell of stays; only their order is forgotten.",
)


# --- Metrics

METRICS = env.choice(
    "METRICS",
    "loopback",
    choices=("off", "loopback", "token"),
    help="Who may see /metrics: nobody, this machine (not through a proxy), or whoever sends METRICS_TOKEN.",
)
METRICS_TOKEN = env.secret("METRICS_TOKEN", "", help="With METRICS=token: sent as `Authorization: Bearer <token>`.")
if METRICS == "token" and not METRICS_TOKEN:
    raise env.BadSetting("METRICS is token, and there is none; set METRICS_TOKEN, or METRICS to loopback or off.")


# --- Logs and terminal

env.declare("NO_COLOR", "text", "", help="Anything: no colours in the terminal of `make run`.")
LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"), help="How much is logged.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname:7} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        name: {"level": LOG_LEVEL} for name in ("reflector_site", "accounts", "consent", "transcripts", "meetings")
    },
}
