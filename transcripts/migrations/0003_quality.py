"""A score for each transcript, and the step that gives it, also for runs that are under way."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def add_the_step(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Runs that have begun get the step in front of their last one, which now needs it."""
    Run, Step = apps.get_model("transcripts", "Run"), apps.get_model("transcripts", "Step")
    for run in Run.objects.filter(state="active", plan="file").exclude(steps__name="check").only("pk"):
        finish = Step.objects.filter(run=run, name="finish").first()
        if finish is not None:
            Step.objects.filter(pk=finish.pk).update(position=F("position") + 1)
            Step.objects.create(run=run, name="check", position=finish.position, state="waiting")


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0002_change_seq")]

    operations = [
        migrations.AddField(
            model_name="transcript",
            name="quality",
            field=models.JSONField(blank=True, help_text="score, reasons and counts, see domain/quality.py", null=True),
        ),
        migrations.RunPython(add_the_step, migrations.RunPython.noop),
    ]
