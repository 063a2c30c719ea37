"""The door of the vault for services that fetch audio by its signed address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.enums import AuditAction
from accounts.guests import Guest
from consent import ranges, vault
from consent.vault import VaultError

#: Who fetches it is a service that was given the address; the address says no more.
HOLDER = Guest(frozenset(), came_by="a signed address")


@require_safe
def signed_audio(request: HttpRequest, token: str) -> HttpResponseBase:
    """The object that `token` (see `vault.url`) names, whole or in part; 404 for a token that is wrong or too old."""
    audio = vault.from_token(token)
    if audio is None:
        return JsonResponse({"detail": "This address is not valid, or not valid any more."}, status=404)
    try:
        response = ranges.serve(request, audio, filename=audio.key.rpartition("/")[2])
    except VaultError as error:
        return JsonResponse({"detail": str(error)}, status=error.status)
    if audio.transcript_id is not None:
        audit.record_once(HOLDER, AuditAction.DOWNLOADED, f"transcript:{audio.transcript_id}", what="signed-audio")
    return response
