from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "reflector_site.events"
    label = "events"
    default_auto_field = "django.db.models.BigAutoField"
