"""Numbers of changes are handed out before they are committed: this tells readers up to which one nothing is to come.

A transaction that is about to take its first number notes the last one that was given, as an advisory lock that many may
share and that ends with it. A reader looks at the last number given, then at these locks, and asks for what is not
above the lowest of them. A writer whose lock it does not see has either committed, or takes a number above the one that
the reader has looked at. A savepoint that is rolled back takes note and lock with it, as it does with its rows.

`pages` of such a list begin where the one before ended; see transcripts/domain/changes.py.
"""

from django.db import migrations, models

#: Above the numbers in the keys of the locks: 16 bits, below 2^15 since the keys are signed.
NAMESPACE = 0x5245

FORWARD = f"""
CREATE FUNCTION transcripts_last_change() RETURNS bigint AS $$
    SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM transcript_change_seq;
$$ LANGUAGE sql VOLATILE;

CREATE OR REPLACE FUNCTION transcripts_set_change_seq() RETURNS trigger AS $$
DECLARE
    below bigint;
BEGIN
    IF coalesce(current_setting('reflector.changes_above', true), '') = '' THEN
        below := transcripts_last_change();
        PERFORM pg_advisory_xact_lock_shared(({NAMESPACE}::bigint << 48) | below);
        PERFORM set_config('reflector.changes_above', below::text, true);
    END IF;
    NEW.change_seq := nextval('transcript_change_seq');
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;

CREATE FUNCTION transcripts_change_horizon() RETURNS bigint AS $$
DECLARE
    given bigint;
    pending bigint;
BEGIN
    given := transcripts_last_change();  -- before the locks are looked at
    SELECT min(((classid::bigint & 65535) << 32) | objid::bigint) INTO pending FROM pg_locks
        WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 16 = {NAMESPACE}
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND pid IS DISTINCT FROM pg_backend_pid();  -- what one has written oneself one sees
    RETURN least(given, pending);
END;
$$ LANGUAGE plpgsql VOLATILE;
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION transcripts_set_change_seq() RETURNS trigger AS $$
BEGIN
    NEW.change_seq := nextval('transcript_change_seq');
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;
DROP FUNCTION transcripts_change_horizon();
DROP FUNCTION transcripts_last_change();
"""


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0006_edits_rooms_translations")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.CreateModel(
            name="PageEnd",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("walk", models.CharField(max_length=64)),
                ("page", models.PositiveIntegerField()),
                ("period", models.PositiveBigIntegerField()),
                ("change_seq", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("walk", "page", "period"), name="one_end_of_a_page_in_a_period")
                ],
            },
        ),
    ]
