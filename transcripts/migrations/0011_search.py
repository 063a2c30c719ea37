"""The index of what transcripts say, kept by the database itself: whoever writes cannot forget it.

A row for each transcript (SearchEntry) and one for each utterance (SearchLine), see transcripts/models/search.py. The SQL
is in the folder of this file's name, in the order in which it is needed.
"""

from pathlib import Path

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent / "sql" / "search"


def script(name: str) -> str:
    return (SQL / name).read_text(encoding="utf-8")


def reference(kind: type, to: str, **options: object) -> models.Field:
    return kind(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to=to, **options)


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0010_translation_runs")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("transcript", reference(models.OneToOneField, "transcripts.transcript", primary_key=True, serialize=False)),
                ("config", models.CharField(max_length=40)),
                ("title", django.contrib.postgres.search.SearchVectorField()),
                ("head", django.contrib.postgres.search.SearchVectorField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={"verbose_name_plural": "search entries"},
        ),
        migrations.CreateModel(
            name="SearchLine",
            fields=[
                ("utterance", reference(models.OneToOneField, "transcripts.utterance", primary_key=True, serialize=False)),
                ("transcript", reference(models.ForeignKey, "transcripts.transcript", db_index=False)),
                ("vector", django.contrib.postgres.search.SearchVectorField()),
            ],
        ),
        # Now, and not with the end of the migration, as Django would do it: the rows need it.
        migrations.AddIndex(
            model_name="searchline", index=models.Index(fields=["transcript"], name="search_line_transcript")
        ),
        migrations.RunSQL(script("text.sql"), script("text_undo.sql")),
        migrations.RunSQL(script("refresh.sql"), script("refresh_undo.sql")),
        migrations.RunSQL(script("triggers.sql"), script("triggers_undo.sql")),
        migrations.RunSQL("SELECT transcripts_search_rebuild()", migrations.RunSQL.noop),
        # After the rows, which is several times as fast.
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(fields=["config"], name="search_entry_config"),
        ),
        *(
            migrations.AddIndex(
                model_name=model,
                index=django.contrib.postgres.indexes.GinIndex(
                    fields=[field], name=f"search_{field}", gin_pending_list_limit=1024
                ),
            )
            for model, field in (
                ("searchentry", "title"),
                ("searchentry", "head"),
                ("searchentry", "words"),
                ("searchline", "vector"),
            )
        ),
    ]
