"""The refusals of edits, as HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import Http404

from reflector_site.api_errors import READING, ErrorSerializer, Refused
from transcripts.domain.refusals import EditRefused, InTheWay, NotThere

#: What an edit can answer beside its own.
EDITING = {**READING, 400: ErrorSerializer, 409: ErrorSerializer}


@contextmanager
def refusals() -> Iterator[None]:
    """404 for what is not there, 409 for what could be done at another time, 400 for the rest."""
    try:
        yield
    except NotThere as error:
        raise Http404(str(error)) from error
    except InTheWay as error:
        raise Refused(str(error), status=409) from error
    except EditRefused as error:
        raise Refused(str(error)) from error
