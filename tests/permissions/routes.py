"""Every address that the site has, as Django's resolver and the router of sockets know them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from channels.routing import URLRouter
from django.urls import URLPattern, URLResolver, get_resolver

from reflector_site.asgi import application

from .rows import STAFF_BELOW


def addresses() -> dict[str, URLPattern]:
    """All but those of the admin site."""
    return {address: pattern for address, pattern in _every() if not address.startswith(STAFF_BELOW)}


def of_staff() -> list[str]:
    """Those of the admin site, with something in the place of its patterns."""
    patterns = {"^(?P<app_label>": "accounts/", "(?P<url>": "whatever"}
    found = []
    for address, _ in _every():
        begin, rest = address[: len(STAFF_BELOW)], address[len(STAFF_BELOW) :]
        if begin == STAFF_BELOW:
            found.append(begin + next((with_ for each, with_ in patterns.items() if rest.startswith(each)), rest))
    return found


def methods_of(pattern: URLPattern) -> set[str] | None:
    """The methods of a class of views; None for a function, which says so only when it is called."""
    view = getattr(pattern.callback, "view_class", None)
    if view is None:
        return None
    return {name.upper() for name in view.http_method_names if hasattr(view, name)} - {"OPTIONS", "HEAD"}


def sockets() -> set[str]:
    """All but the last, which takes what no other does."""
    router: Any = application.application_mapping["websocket"]
    while not isinstance(router, URLRouter):
        router = router.application
    return {str(route.pattern) for route in router.routes[:-1]}


def _every(patterns: Any = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in get_resolver().url_patterns if patterns is None else patterns:
        address = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _every(each.url_patterns, address)
        else:
            yield address, each
