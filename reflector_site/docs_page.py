"""The page that shows the API, without scripts or styles that its content policy would have to allow blindly."""

from __future__ import annotations

from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularSwaggerView

from reflector_site import content_policy


@method_decorator(csp_update(content_policy.DOCS), name="dispatch")
class DocsPage(SpectacularSwaggerView):
    """Swagger UI from the sidecar, started by a script that carries the nonce of this answer."""

    template_name = "docs.html"
