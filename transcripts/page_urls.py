from __future__ import annotations

from django.urls import path

from transcripts.pages import actions, change, detail, editing, listing, search, share, translation, upload, zulip

urlpatterns = [
    path("", listing.listing, name="transcripts"),
    path("search", search.search_page, name="search"),
    path("transcripts/fragment", listing.listing_fragment, name="transcripts-fragment"),
    path("transcripts/new", upload.upload, name="upload"),
    path("transcripts/sample", actions.sample, name="sample"),
    path("transcripts/<uuid:transcript_id>", detail.detail, name="transcript"),
    path("transcripts/<uuid:transcript_id>/fragment", detail.detail_fragment, name="transcript-fragment"),
    path("transcripts/<uuid:transcript_id>/process", actions.process, name="process"),
    path("transcripts/<uuid:transcript_id>/cancel", actions.cancel, name="cancel"),
    path("transcripts/<uuid:transcript_id>/translate", translation.translate, name="translate"),
    path(
        "transcripts/<uuid:transcript_id>/translate/delete", translation.delete_translation, name="delete-translation"
    ),
    path("transcripts/<uuid:transcript_id>/change", change.change, name="change"),
    path("transcripts/<uuid:transcript_id>/share", share.share, name="share"),
    path("transcripts/<uuid:transcript_id>/share/<uuid:grant_id>/revoke", share.revoke_link, name="revoke-link"),
    path("transcripts/<uuid:transcript_id>/zulip", zulip.send_to_zulip, name="send-to-zulip"),
    path("transcripts/<uuid:transcript_id>/delete", actions.delete, name="delete"),
    path("transcripts/<uuid:transcript_id>/names", editing.names, name="speaker-names"),
    path("transcripts/<uuid:transcript_id>/speakers/<int:speaker>/merge", editing.merge, name="merge-speaker"),
    path("transcripts/<uuid:transcript_id>/edits/<int:number>/undo", editing.undo, name="undo"),
    path("transcripts/<uuid:transcript_id>/edits/<int:number>/redo", editing.redo, name="redo"),
]
