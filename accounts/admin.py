from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from .domain import create_api_key
from .forms import AdminSignInForm
from .models import ApiKey, User

admin.site.login_form = AdminSignInForm


class UserCreationForm(AdminUserCreationForm):  # type: ignore[type-arg]  # generic in the stubs only
    class Meta:
        model = User
        fields = ("email",)


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg]  # as above
    add_form = UserCreationForm
    ordering = ("email",)
    list_display = ("email", "name", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active")
    search_fields = ("email", "name")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        ("Tokens", {"fields": ("oidc_issuer", "oidc_subject")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
    )
    readonly_fields = ("oidc_issuer", "oidc_subject")
    actions = ("unlink",)
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)

    @admin.action(description="Unlink the selected users from their OIDC subjects")
    def unlink(self, request: HttpRequest, queryset: Any) -> None:
        """The next token with a proven address of theirs links again: how an account follows to another sign-in."""
        count = queryset.exclude(oidc_subject=None).update(oidc_issuer=None, oidc_subject=None)
        self.message_user(request, f"{count} users unlinked.")


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    list_display = ("prefix", "name", "user", "created_at", "last_used_at", "revoked_at")
    list_filter = ("revoked_at",)
    search_fields = ("name", "prefix", "user__email")
    readonly_fields = ("prefix", "created_at", "last_used_at", "revoked_at")
    fields = ("user", "name", *readonly_fields)
    actions = ("revoke",)

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's
        if change:
            obj.save(update_fields=["user", "name"])
            return
        key, obj.plaintext = create_api_key(user=obj.user, name=obj.name)
        obj.pk = key.pk
        obj.refresh_from_db()

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        """The key on this page alone: a message would leave it in a cookie. No page of the admin site is cached."""
        context = {**self.admin_site.each_context(request), "opts": self.opts, "key": obj, "title": "API key added"}
        return TemplateResponse(request, "admin/accounts/apikey/created.html", context)

    @admin.action(description="Revoke the selected keys")
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        count = queryset.filter(revoked_at=None).update(revoked_at=timezone.now())
        self.message_user(request, f"{count} keys revoked.")
