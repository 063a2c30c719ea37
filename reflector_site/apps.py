from django.apps import AppConfig


class ReflectorSiteConfig(AppConfig):
    name = "reflector_site"

    def ready(self) -> None:
        from reflector_site import checks  # noqa: F401, PLC0415 -- registers the system checks once the apps are loaded
