"""The verbs of accounts."""

from .api_keys import create_api_key, live_api_key, revoke_api_key
from .people import Credentials, command_line_user, create_first_admin

__all__ = [
    "Credentials",
    "command_line_user",
    "create_api_key",
    "create_first_admin",
    "live_api_key",
    "revoke_api_key",
]
