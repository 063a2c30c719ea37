"""Pages of the list in the order of change: each begins where the one before it ended, whatever has moved since."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.views import APIView

from reflector_site.api import PageQuerySerializer, Pages, parameters
from transcripts.domain import changes


class ChangePages(Pages):
    """For a queryset in the order of `change_seq`. `total` counts what was given before as whole pages."""

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        asked = parameters(request, PageQuerySerializer)
        self.number, self.size = asked["page"], asked["size"]
        walk = changes.walk_of(
            request.user, {name: value for name, value in request.query_params.items() if name != "page"}
        )
        given = (self.number - 1) * self.size
        start = changes.end_of(walk, self.number - 1) if self.number > 1 else None
        if start is None:
            self.total = queryset.count()
            found = list(queryset[given : given + self.size])
        else:
            rest = queryset.filter(change_seq__gt=start)
            self.total = given + rest.count()
            found = list(rest[: self.size])
        if len(found) == self.size:
            changes.note_end(walk, self.number, found[-1].change_seq)
        return found
