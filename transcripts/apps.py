from django.apps import AppConfig


class TranscriptsConfig(AppConfig):
    name = "transcripts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from transcripts import streams  # noqa: F401, PLC0415 -- registers what may be watched; needs the models
