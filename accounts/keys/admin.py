"""API keys in the admin site: made and shown once, limited, revoked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.domain import create_api_key, revoke_api_key
from accounts.domain.api_keys import DEFAULT_SCOPES, TooManyKeys, change_api_key, refuse_too_many
from accounts.enums import Scope
from accounts.models import ApiKey, User


class ApiKeyAdminForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    scopes = forms.MultipleChoiceField(
        choices=Scope.choices, widget=forms.CheckboxSelectMultiple, initial=list(DEFAULT_SCOPES)
    )

    class Meta:
        model = ApiKey
        fields = ("user", "name", "scopes", "expires_at")

    def clean_expires_at(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data["expires_at"]
        if moment is not None and "expires_at" in self.changed_data and moment <= timezone.now():
            raise forms.ValidationError("This time has passed. Give one to come, or revoke the key.")
        return moment

    def clean_user(self) -> User:
        """A key that is there stays with whom it was made for: what it did is written in their name."""
        user: User = self.cleaned_data["user"]
        if self.instance._state.adding:  # noqa: SLF001 -- documented by Django
            try:
                refuse_too_many(user)
            except TooManyKeys as error:
                raise forms.ValidationError(str(error)) from error
        return user


class StandingFilter(admin.SimpleListFilter):
    title = "standing"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("live", "Live"), ("expired", "Expired"), ("revoked", "Revoked")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> QuerySet[ApiKey]:
        now = timezone.now()
        chosen = {
            "live": Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now)),
            "expired": Q(revoked_at=None, expires_at__lte=now),
            "revoked": Q(revoked_at__isnull=False),
        }
        return queryset.filter(chosen[value]) if (value := self.value()) in chosen else queryset


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    form = ApiKeyAdminForm
    list_display = ("prefix", "name", "user", "may", "created_at", "expires_at", "last_used_at", "revoked_at")
    list_filter = (StandingFilter,)
    list_select_related = ("user",)
    search_fields = ("name", "prefix", "user__email")
    readonly_fields = ("prefix", "created_at", "last_used_at", "revoked_at")
    fields = ("user", "name", "scopes", "expires_at", *readonly_fields)
    actions = ("revoke",)

    @admin.display(description="scopes")
    def may(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """Keys are revoked, and stay to be seen."""
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Who may manage keys without being an administrator does not become one by a key of one."""
        if db_field.name == "user" and not _asker(request).is_superuser:
            kwargs["queryset"] = User.objects.filter(is_superuser=False)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> tuple[str, ...]:
        return self.readonly_fields if obj is None else ("user", *self.readonly_fields)

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's
        if change:
            change_api_key(obj, by=_asker(request))
            return
        key, obj.plaintext = create_api_key(
            user=obj.user, by=_asker(request), name=obj.name, scopes=obj.scopes, expires_at=obj.expires_at
        )
        obj.pk = key.pk
        obj.refresh_from_db()

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        """The key on this page alone: a message would leave it in a cookie. No page of the admin site is cached."""
        context = {**self.admin_site.each_context(request), "opts": self.opts, "key": obj, "title": "API key added"}
        return TemplateResponse(request, "admin/accounts/apikey/created.html", context)

    @admin.action(description="Revoke the selected keys", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        count = sum(revoke_api_key(key, by=_asker(request)) for key in queryset.select_related("user"))
        self.message_user(request, f"{count} keys revoked.")


def _asker(request: HttpRequest) -> User:
    """Who is signed in to the admin site."""
    assert isinstance(request.user, User)
    return request.user
