"""The regions of a page: the same templates render a whole page and, while work goes on, only what has changed.

Each region is an element with an id and a digest of its content. A page that polls sends the digests it has
(`?have=status:1f0c…,words:99ab…`) and is sent the regions whose content is different now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
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


def changed(request: HttpRequest, regions: Iterable[Region], *, working: bool) -> HttpResponse:
    """The fragment that a polling page asked for. It stops asking once `working` is false."""
    have = dict(pair.split(":", 1) for pair in request.GET.get("have", "").split(",") if ":" in pair)
    news = [region for region in regions if have.get(region.name) != region.digest]
    response = render(request, "fragment.html", {"regions": news, "working": working})
    response["Cache-Control"] = "no-store"
    return response
