"""Every door of the web process."""

from __future__ import annotations

import os

from reflector_site import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflector_site.settings")
embedded.ensure()

from channels.routing import ProtocolTypeRouter  # noqa: E402 -- as above
from django.core.asgi import get_asgi_application  # noqa: E402 -- the servers come first: settings need their addresses

application = ProtocolTypeRouter({"http": get_asgi_application()})
