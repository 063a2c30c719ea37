"""Forms of the account pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm

from accounts.enums import Scope
from reflector_site import limits
from reflector_site.limits import Rate

#: How many e-mail addresses may be tried from one network address, for each time that one may be.
BREADTH = 10


class Limited(AuthenticationForm):
    """Attempts that fail are counted by e-mail and network address; all of them by network address.

    `wait` is for how many seconds no more are looked at; None when this one was.
    """

    wait: int | None = None

    def clean(self) -> dict[str, Any]:
        if not {"username", "password"} <= self.cleaned_data.keys():
            return self.cleaned_data  # nothing was tried
        keys = self._keys()
        self.wait = next((wait for key in keys if (wait := limits.hit(*key)) is not None), None)
        if self.wait is not None:
            raise forms.ValidationError(limits.sentence(self.wait), code="too_often")
        cleaned = super().clean()
        limits.forget(*keys[0])  # not the other: who owns one account here could try others without end
        return cleaned

    def _keys(self) -> list[tuple[str, str, Rate]]:
        rate: Rate = settings.RATE_LIMITS["sign-in"]
        address = limits.address_of(self.request) if self.request else ""
        email = str(self.cleaned_data.get("username", "")).lower()
        broad = (rate[0] * BREADTH, rate[1]) if rate else None
        return [("sign-in", f"{address} {email}", rate), ("sign-in-address", address, broad)]


class AdminSignInForm(Limited, AdminAuthenticationForm):
    """That of the admin site."""


class SignInForm(Limited):
    """E-mail address and password; capitals in the address do not matter."""

    username = forms.EmailField(
        label="E-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )

    error_messages = {
        "invalid_login": "This e-mail address and this password do not belong together. Check both and try again.",
        "inactive": "This account has been switched off. Ask your administrator.",
    }


class ApiKeyForm(forms.Form):
    """What a new key is to be."""

    LIFETIMES = (("30", "30 days"), ("90", "90 days"), ("365", "A year"), ("", "Never"))
    SCOPES = (
        (Scope.READ, "Read", "Transcripts that you may read, their audio and their events."),
        (Scope.WRITE, "Write", "Make, upload, process, change, share and delete transcripts that you may change."),
        (
            Scope.ADMIN,
            "Admin",
            "Make and revoke API keys of yours; for administrators, what they may do to everything.",
        ),
    )

    name = forms.CharField(
        label="Name", max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=[(scope, title) for scope, title, _ in SCOPES],
        initial=[Scope.READ, Scope.WRITE],
        error_messages={"required": "Choose what the key may do: one thing at least."},
    )
    days = forms.ChoiceField(label="It expires after", choices=LIFETIMES, initial="90", required=False)
