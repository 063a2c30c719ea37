"""The door of the vault for services that fetch audio by its signed address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe

from consent import ranges, vault
from consent.vault import VaultError


@require_safe
def signed_audio(request: HttpRequest, token: str) -> HttpResponseBase:
    """The object that `token` (see `vault.url`) names, whole or in part; 404 for a token that is wrong or too old."""
    audio = vault.from_token(token)
    if audio is None:
        return JsonResponse({"detail": "This address is not valid, or not valid any more."}, status=404)
    try:
        return ranges.serve(request, audio, filename=audio.key.rpartition("/")[2])
    except VaultError as error:
        return JsonResponse({"detail": str(error)}, status=error.status)
