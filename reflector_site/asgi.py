"""Every door of the web process."""

from __future__ import annotations

import gc
import os
import sys

import django
from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import re_path

from reflector_site import embedded, env

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflector_site.settings")
with env.or_exit():  # a person reads what is wrong with a setting, so no traceback
    try:
        embedded.ensure()
    except embedded.EmbeddedError as problem:
        sys.exit(str(problem))
    django.setup(set_prefix=False)
    from reflector_site.bodies import BoundedBodies  # these need the apps
    from reflector_site.events.sockets import NoSuchSocket
    from reflector_site.request_threads import keep_connections
    from transcripts.consumers import websocket_urlpatterns

keep_connections()

# What is here now stays: the collector shall not look at all of it again and again, while sockets wait.
gc.collect()
gc.freeze()

application = ProtocolTypeRouter(
    {
        "http": BoundedBodies(),
        "websocket": URLRouter([*websocket_urlpatterns, re_path("", NoSuchSocket.as_asgi())]),
    }
)
