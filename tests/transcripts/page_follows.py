"""Whatever a viewer would see differ after an action is named by an event that the action appended.

Pages follow events alone, so a change that no event names would show only after a reload. What each event concerns is
read from the very table that pages follow, in static/src/live.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from django.test import Client
from django.urls import reverse

from accounts.models import User
from reflector_site.events import bell
from reflector_site.events.frames import Frame
from transcripts.events import SHARED
from transcripts.models import Transcript

T = TypeVar("T")
LIVE = Path(__file__).resolve().parents[2] / "static" / "src" / "live"
EVERYTHING = frozenset({"*"})
REGION = re.compile(r'<template data-for="([\w-]+)" data-digest="\w+">(.*?)</template>', re.DOTALL)
ORDER = re.compile(r'data-order="([^"]*)"')
#: Figures of what is at work: whispered every two seconds, and shown where they are marked so.
FIGURE = re.compile(r"<(\w+)[^>]*data-(?:row-)?progress[^>]*>[^<]*")


def table(source: str) -> dict[str, frozenset[str]]:
    """What each event concerns: names of regions, or EVERYTHING. Of the `switch` in the dispatcher."""
    found: dict[str, frozenset[str]] = {}
    waiting: list[str] = []
    for line in (LIVE / source).read_text(encoding="utf-8").splitlines():
        if case := re.search(r'case "(\w+)":', line):
            waiting.append(case[1])
        elif touched := re.search(r"regions\.touch\(\[?([^\])]*)\]?\)", line):
            names = frozenset(re.findall(r'"([\w-]+)"', touched[1])) or EVERYTHING
            found.update(dict.fromkeys(waiting, names))
            waiting = []
        elif "showRowProgress(" in line:  # shows figures in the row that it concerns
            found.update(dict.fromkeys(waiting, EVERYTHING))
            waiting = []
    return found


@dataclass
class Look:
    """What people see: the regions of each page of a transcript that they can open, and of their lists."""

    pages: dict[Transcript, dict[str, str]] = field(default_factory=dict)
    lists: dict[User, dict[str, str]] = field(default_factory=dict)


class PageFollows:
    """`follows(action)` does it, and fails when a region differs that no event of it concerns."""

    def __init__(self, *viewers: User) -> None:
        self._clients = {viewer: Client() for viewer in viewers}
        for viewer, client in self._clients.items():
            client.force_login(viewer)
        self._rung: list[tuple[str, str]] = []
        self.unexplained: list[str] = []

    def heard(self, stream: str, frame: Frame) -> None:
        self._rung.append((stream, frame.name))

    def __call__(self, action: Callable[[], T], what: str = "") -> T:
        before = self._look()
        self._rung.clear()
        try:
            return action()
        finally:
            self._compare(before, self._look(), what)

    def _look(self) -> Look:
        look = Look()
        for viewer, client in self._clients.items():
            look.lists[viewer] = _regions(client, reverse("transcripts-fragment"))
            for transcript in Transcript.objects.visible_to(viewer):
                seen = _regions(client, reverse("transcript-fragment", args=[transcript.pk]))
                look.pages.setdefault(transcript, {}).update({f"{viewer.pk} {name}": d for name, d in seen.items()})
        return look

    def _compare(self, before: Look, after: Look, what: str) -> None:
        of_page, of_list = table("transcript.ts"), table("list.ts")
        for transcript, seen in after.pages.items():
            if transcript in before.pages:  # a page that was open; one that is gone is told by the socket's end
                names = [name for stream, name in self._rung if stream == transcript.stream_key]
                concerned = frozenset[str]().union(*(of_page[name] for name in names))
                self._missing(before.pages[transcript], seen, concerned, f"{what} page", names)
        for viewer, rows in after.lists.items():
            names = [name for stream, name in self._rung if stream in (f"user:{viewer.pk}", SHARED)]
            concerned = frozenset[str]().union(*(of_list[name] for name in names))
            self._missing(before.lists[viewer], rows, concerned, f"{what} list of {viewer}", names)

    def _missing(
        self, old: dict[str, str], new: dict[str, str], concerned: frozenset[str], where: str, names: list[str]
    ) -> None:
        for name in old.keys() | new.keys():
            region = name.rpartition(" ")[2]
            if old.get(name) != new.get(name) and not {region, *EVERYTHING} & concerned:
                self.unexplained.append(f"{where.strip()}: {region} differs, events were {names}")


def _regions(client: Client, address: str) -> dict[str, str]:
    answer = client.get(address)
    assert answer.status_code == 200
    page = answer.content.decode()
    found = {name: FIGURE.sub(r"<\1>", content) for name, content in REGION.findall(page)}
    return found | {"order": " ".join(ORDER.findall(page))}


def listening(follows: PageFollows) -> Callable[[str, Frame], None]:
    """`bell.ring`, heard by `follows` too."""
    ring = bell.ring

    def heard(stream: str, frame: Frame) -> None:
        follows.heard(stream, frame)
        ring(stream, frame)

    return heard
