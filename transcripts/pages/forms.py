"""The forms with which a recording comes in, as a file or by a link.

With script a file goes to the API in pieces; without, it comes here.
"""

from __future__ import annotations

from typing import Any

from django import forms

from reflector_site.outbound.addresses import LONGEST_URL
from transcripts.domain import languages
from transcripts.pipeline import translating


class TargetLanguageMixin(forms.Form):
    """Into which language it is translated when it is finished; not asked where nothing here can translate."""

    target_language = forms.ChoiceField(
        label="Translate into",
        required=False,
        choices=[("", "No translation"), *(choice for choice in languages.CHOICES if choice[0] != languages.AUTO)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if translating.not_configured():
            del self.fields["target_language"]

    def clean(self) -> dict[str, Any]:
        cleaned = {**(super().clean() or {})}
        return {**cleaned, "target_language": cleaned.get("target_language") or None}


class UploadForm(TargetLanguageMixin):
    file = forms.FileField(
        label="Recording",
        widget=forms.FileInput(attrs={"accept": "audio/*,video/*,.mkv,.mka,.opus,.webm,.m4a,.flac,.amr,.wma"}),
        error_messages={
            "required": "Choose the recording first.",
            "empty": "The file is empty. Choose another one.",
        },
    )
    name = forms.CharField(
        label="Name", required=False, max_length=500, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    source_language = forms.ChoiceField(label="Spoken language", choices=languages.CHOICES, initial="en")

    def clean(self) -> dict[str, Any]:
        """An empty name becomes that of the file."""
        cleaned = {**(super().clean() or {})}
        if not cleaned.get("name") and cleaned.get("file"):
            cleaned["name"] = cleaned["file"].name.rpartition(".")[0] or cleaned["file"].name
        return cleaned


class LinkForm(TargetLanguageMixin):
    """An address is checked where it is asked for: by the verb, and then by the run."""

    url = forms.CharField(
        label="Link",
        max_length=LONGEST_URL,
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off", "inputmode": "url"}),
        error_messages={"required": "Paste the address first.", "max_length": "The address is too long."},
    )
    name = forms.CharField(
        label="Title",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "As the source has it"}),
    )
    source_language = forms.ChoiceField(label="Language spoken", choices=languages.CHOICES, initial="en")
