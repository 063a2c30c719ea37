"""What a web process counts while it serves. No label ever holds an id, an address, or the name of a person.

With PROMETHEUS_MULTIPROC_DIR in the environment, several processes count together in files there, see
https://prometheus.github.io/client_python/multiprocess/. Without it each tells of itself alone.
"""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("http_requests", "Answers, by the name of the route.", ["route", "method", "status"])
SECONDS = Histogram(
    "http_request_duration_seconds",
    "From a request to its answer; for events over HTTP, to the beginning of it.",
    ["route", "method"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
SOCKETS = Gauge("reflector_sockets", "WebSockets that are open.", multiprocess_mode="livesum")
DELIVERED = Counter("reflector_events_delivered", "Events given to sockets and to watchers over HTTP.")
