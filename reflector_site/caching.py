"""Answers that a client may keep and ask about again, so that what has not changed is not sent twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page

View = Callable[..., HttpResponseBase]


def revalidated(view: View) -> View:
    """For `dispatch` of a view: answers to GET carry an `ETag` of their content, and are 304 to a client that has just
    that (`If-None-Match`).

    The tag is of the content because nothing else is honest: what is shown of a transcript depends on its words, its
    people, its room, its newest run and on who asks. It saves the way, not the work. No shared cache may keep it.
    """
    kept: Any = conditional_page(cache_control(private=True, no_cache=True)(view))
    found: View = kept
    return found
