"""Sending a transcript to Zulip from its page: first the stream, then the topic, so that no script is needed."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.audit.doors import nothing_happened
from accounts.models import User
from transcripts.access import changeable
from transcripts.zulip import client
from transcripts.zulip.client import Stream, ZulipError
from transcripts.zulip.posting import post


class StreamForm(forms.Form):
    """Which of those that are there."""

    def __init__(self, streams: list[Stream], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(stream.stream_id, stream.name) for stream in streams]
        self.fields["stream"] = forms.TypedChoiceField(label="Stream", coerce=int, choices=choices)


class TopicForm(forms.Form):
    topic = forms.CharField(
        label="Topic",
        max_length=60,
        widget=forms.TextInput(attrs={"list": "topics", "autocomplete": "off"}),
        help_text="One that is there already, or a new one.",
        error_messages={"required": "Choose or write a topic first."},
    )
    include_topics = forms.BooleanField(label="With the list of what the meeting was about", required=False)


@require_http_methods(["GET", "POST"])
@login_required
def send_to_zulip(request: HttpRequest, transcript_id: uuid.UUID) -> HttpResponse:
    """GET asks where to; POST sends."""
    user = cast(User, request.user)
    transcript = changeable(user, transcript_id)
    try:
        streams = client.streams()
        chosen = StreamForm(streams, request.GET if "stream" in request.GET else None)
        stream = _chosen(streams, chosen)
        topics = client.topics(stream.stream_id) if stream else []
        form = TopicForm(request.POST or None, initial={"topic": topics[0] if len(topics) == 1 else ""})
        if stream and request.method == "POST" and form.is_valid():
            number = post(transcript, by=user, stream=stream.name, **form.cleaned_data)
            anew = number == transcript.zulip_message_id
            there = f"It is in Zulip, in the stream “{stream.name}”."
            messages.success(request, "Its message in Zulip has been written anew." if anew else there)
            return redirect("transcript", transcript_id)
    except ZulipError as error:
        nothing_happened(request)
        messages.error(request, str(error))
        return redirect("transcript", transcript_id)
    if request.method == "POST":
        nothing_happened(request)
    context = {"transcript": transcript, "streams": chosen, "stream": stream, "topics": topics, "form": form}
    return render(request, "transcripts/zulip.html", context)


def _chosen(streams: list[Stream], form: StreamForm) -> Stream | None:
    number = form.cleaned_data["stream"] if form.is_bound and form.is_valid() else None
    return next((stream for stream in streams if stream.stream_id == number), None)
