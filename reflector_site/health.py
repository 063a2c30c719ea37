"""Whether everything that the site needs is up."""

from __future__ import annotations

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

_tables_are_current = False  # once they are, they stay so for the life of a process: looking costs more than all else


@csrf_exempt  # nothing can be changed here, and other methods shall hear just that
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """`{"status": "healthy"}`, or 503 with what is missing."""
    problem = _database() or _redis()
    if problem:
        return JsonResponse({"status": "unhealthy", "detail": problem}, status=503)
    return JsonResponse({"status": "healthy"})


def _database() -> str | None:
    global _tables_are_current  # noqa: PLW0603 -- one memory per process
    if not _tables_are_current:
        problem = database_problem()
        _tables_are_current = problem is None
        return problem
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "The database does not answer."
    return None


def database_problem() -> str | None:
    """What is wrong with the database, in a sentence."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "The database does not answer."
    return "The database waits for `manage.py migrate`." if waiting else None


def _redis() -> str | None:
    try:
        with redis.Redis.from_url(settings.BROKER_URL, socket_timeout=2) as client:
            client.ping()
    except redis.RedisError:
        return "Redis does not answer."
    return None
