-- Who changes what a transcript says brings its entry up to date in the same transaction. Words and names that change
-- also give the transcript a new change_seq: programs that follow the list fetch it again.

-- The transcript is locked first, as verbs do: of two who change different utterances at the same time, the second one
-- counts the words when those of the first are there.
CREATE FUNCTION transcripts_search_touch(wanted uuid) RETURNS boolean AS $$
BEGIN
    UPDATE transcripts_transcript SET change_seq = change_seq WHERE id = wanted;
    RETURN found;
END;
$$ LANGUAGE plpgsql;

CREATE FUNCTION transcripts_search_transcript_written() RETURNS trigger AS $$
DECLARE
    before text := (SELECT config FROM transcripts_searchentry WHERE transcript_id = NEW.id);
BEGIN
    PERFORM transcripts_search_refresh_head(NEW.id);
    UPDATE transcripts_searchline line SET vector = transcripts_search_vector(e.config, u.text)
        FROM transcripts_searchentry e, transcripts_utterance u
        WHERE e.transcript_id = NEW.id AND e.config <> before AND line.transcript_id = NEW.id AND u.id = line.utterance_id;
    PERFORM transcripts_search_refresh_words(NEW.id);
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER transcripts_search_created AFTER INSERT ON transcripts_transcript
    FOR EACH ROW EXECUTE FUNCTION transcripts_search_transcript_written();
CREATE TRIGGER transcripts_search_changed
    AFTER UPDATE OF title, name, short_summary, long_summary, detected_language, source_language ON transcripts_transcript
    FOR EACH ROW WHEN (
        (OLD.title, OLD.name, OLD.short_summary, OLD.long_summary, OLD.detected_language, OLD.source_language)
        IS DISTINCT FROM
        (NEW.title, NEW.name, NEW.short_summary, NEW.long_summary, NEW.detected_language, NEW.source_language)
    ) EXECUTE FUNCTION transcripts_search_transcript_written();

CREATE FUNCTION transcripts_search_transcript_deleted() RETURNS trigger AS $$
BEGIN
    DELETE FROM transcripts_searchline WHERE transcript_id = OLD.id;
    DELETE FROM transcripts_searchentry WHERE transcript_id = OLD.id;
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER transcripts_search_deleted AFTER DELETE ON transcripts_transcript
    FOR EACH ROW EXECUTE FUNCTION transcripts_search_transcript_deleted();

-- People: `before` and `after` are the rows of the statement.
CREATE FUNCTION transcripts_search_people_written() RETURNS trigger AS $$
DECLARE
    wanted uuid;
BEGIN
    FOR wanted IN EXECUTE CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT DISTINCT transcript_id FROM after ORDER BY 1'
        WHEN 'DELETE' THEN 'SELECT DISTINCT transcript_id FROM before ORDER BY 1'
        ELSE 'SELECT transcript_id FROM before UNION SELECT transcript_id FROM after ORDER BY 1'
    END LOOP
        IF transcripts_search_touch(wanted) THEN
            PERFORM transcripts_search_refresh_head(wanted);
            PERFORM transcripts_search_refresh_words(wanted);
        END IF;
    END LOOP;
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER transcripts_search_person_added AFTER INSERT ON transcripts_participant
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION transcripts_search_people_written();
CREATE TRIGGER transcripts_search_person_changed AFTER UPDATE ON transcripts_participant
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION transcripts_search_people_written();
CREATE TRIGGER transcripts_search_person_removed AFTER DELETE ON transcripts_participant
    REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION transcripts_search_people_written();

-- Utterances: only of those whose text is another are the words counted anew.
CREATE FUNCTION transcripts_search_speech_added() RETURNS trigger AS $$
DECLARE
    wanted uuid;
BEGIN
    FOR wanted IN SELECT DISTINCT transcript_id FROM after ORDER BY 1 LOOP
        IF transcripts_search_touch(wanted) THEN
            INSERT INTO transcripts_searchline (utterance_id, transcript_id, vector)
            SELECT u.id, wanted, transcripts_search_vector(e.config, u.text)
            FROM after u JOIN transcripts_searchentry e USING (transcript_id) WHERE u.transcript_id = wanted;
            PERFORM transcripts_search_refresh_words(wanted);
        END IF;
    END LOOP;
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;

CREATE FUNCTION transcripts_search_speech_removed() RETURNS trigger AS $$
DECLARE
    wanted uuid;
BEGIN
    DELETE FROM transcripts_searchline line USING before WHERE line.utterance_id = before.id;
    FOR wanted IN SELECT DISTINCT transcript_id FROM before ORDER BY 1 LOOP
        IF transcripts_search_touch(wanted) THEN
            PERFORM transcripts_search_refresh_words(wanted);
        END IF;
    END LOOP;
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;

CREATE FUNCTION transcripts_search_speech_changed() RETURNS trigger AS $$
DECLARE
    wanted uuid;
BEGIN
    FOR wanted IN
        SELECT transcript_id FROM before JOIN after USING (id, transcript_id)
        WHERE (before.text, before.speaker, before.start, before."end")
            IS DISTINCT FROM (after.text, after.speaker, after.start, after."end")
        GROUP BY 1 ORDER BY 1
    LOOP
        CONTINUE WHEN NOT transcripts_search_touch(wanted);
        UPDATE transcripts_searchline line SET vector = transcripts_search_vector(e.config, after.text)
            FROM before JOIN after USING (id), transcripts_searchentry e
            WHERE before.text <> after.text AND after.transcript_id = wanted AND e.transcript_id = wanted
            AND line.utterance_id = after.id;
        IF found THEN
            PERFORM transcripts_search_refresh_words(wanted);
        END IF;
    END LOOP;
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER transcripts_search_said AFTER INSERT ON transcripts_utterance
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION transcripts_search_speech_added();
CREATE TRIGGER transcripts_search_unsaid AFTER DELETE ON transcripts_utterance
    REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION transcripts_search_speech_removed();
CREATE TRIGGER transcripts_search_reworded AFTER UPDATE ON transcripts_utterance
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION transcripts_search_speech_changed();
