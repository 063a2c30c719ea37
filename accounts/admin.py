"""People in the admin site. Their keys and the audit log are in modules of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest

from . import grant_admin  # noqa: F401 -- registers itself
from .audit import admin as _of_audit  # noqa: F401 -- these register themselves
from .forms import AdminSignInForm
from .keys import admin as _of_keys  # noqa: F401
from .models import User

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
