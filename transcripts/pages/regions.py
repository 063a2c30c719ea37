"""The regions of a page: the same templates render a whole page and, when something happens, only what has changed.

Each region is an element with an id and a digest of its content. A page that has heard of something sends the names of
the regions that it concerns and the digests it has (`?regions=standing,words&have=standing:1f0c…,words:99ab…`), and is
sent those whose content is different now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Region:
    name: str
    content: SafeString

    @property
    def digest(self) -> str:
        return hashlib.blake2b(self.content.encode(), digest_size=6).hexdigest()


def region(request: HttpRequest, name: str, template: str, context: Mapping[str, Any]) -> Region:
    return Region(name, render_to_string(template, dict(context), request=request))


def asked_for(request: HttpRequest, names: Sequence[str]) -> list[str]:
    """Those of `names` that the page asks for (`?regions=heading,words`); all of them when it does not say."""
    wanted = request.GET.get("regions")
    return [name for name in names if wanted is None or name in wanted.split(",")]


def changed(request: HttpRequest, regions: Iterable[Region], *, order: Iterable[str] | None = None) -> HttpResponse:
    """The fragment with the regions that differ from those that the page has. `order`: the names of a list's rows."""
    have = dict(pair.split(":", 1) for pair in request.GET.get("have", "").split(",") if ":" in pair)
    news = [region for region in regions if have.get(region.name) != region.digest]
    rows = None if order is None else " ".join(order)
    response = render(request, "fragment.html", {"regions": news, "rows": rows})
    response["Cache-Control"] = "no-store"
    return response
