"""Which pages open for people without an account."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def readers_only(view: View[Rest]) -> View[Rest]:
    """Whoever may not read it, or asks for what is not there, may sign in first: then the page says which it is."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (PermissionDenied, Http404):
            if request.user.is_authenticated:
                raise
            return redirect_to_login(request.get_full_path())

    return guarded


def members_or_public_mode(view: View[Rest]) -> View[Rest]:
    """Pages that show public transcripts to strangers where the site is in PUBLIC_MODE."""
    members = login_required(view)

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        return (view if settings.PUBLIC_MODE else members)(request, *args, **kwargs)

    return guarded
