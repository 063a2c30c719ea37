"""Who one is: signing in, keys, the account."""

from __future__ import annotations

from tests.permissions.needs import Door, Need, Route

ROUTES = (
    Route("sign-in", {"GET": Need.OPEN, "POST": Need.OPEN}, Door.PAGE),
    Route("sign-in/oidc", {"GET": Need.OPEN}, Door.PAGE),
    Route("sign-in/oidc/return", {"GET": Need.OPEN}, Door.PAGE),
    Route("sign-out", {"POST": Need.OPEN}, Door.PAGE),
    Route("v1/me", {"GET": Need.OPEN}),
    Route("v1/user/api-keys", {"GET": Need.ACCOUNT, "POST": Need.ACCOUNT}),
    Route("v1/user/api-keys/<uuid:key_id>", {"DELETE": Need.ACCOUNT}),
    Route("settings/api-keys", {"GET": Need.SIGNED_IN, "POST": Need.SIGNED_IN}, Door.PAGE),
    Route("settings/api-keys/<uuid:key_id>/revoke", {"GET": Need.SIGNED_IN, "POST": Need.SIGNED_IN}, Door.PAGE),
)
