from .api_keys import ApiKey
from .audit import AuditEntry
from .grants import Grant
from .users import EMAIL_TAKEN, User, UserManager

__all__ = ["EMAIL_TAKEN", "ApiKey", "AuditEntry", "Grant", "User", "UserManager"]
