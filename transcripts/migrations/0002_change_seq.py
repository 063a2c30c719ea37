"""Every write of a transcript gives it the next number, whoever writes: pollers ask for what is above theirs."""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE transcript_change_seq;
CREATE FUNCTION transcripts_set_change_seq() RETURNS trigger AS $$
BEGIN
    NEW.change_seq := nextval('transcript_change_seq');
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER transcripts_change_seq BEFORE INSERT OR UPDATE ON transcripts_transcript
    FOR EACH ROW EXECUTE FUNCTION transcripts_set_change_seq();
"""
BACKWARD = """
DROP TRIGGER transcripts_change_seq ON transcripts_transcript;
DROP FUNCTION transcripts_set_change_seq();
DROP SEQUENCE transcript_change_seq;
"""


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
