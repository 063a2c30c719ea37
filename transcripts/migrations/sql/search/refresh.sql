-- What an entry holds, computed from what the transcript holds.

CREATE FUNCTION transcripts_search_config_of(t transcripts_transcript) RETURNS text AS $$
    SELECT transcripts_search_config(coalesce(nullif(t.detected_language, ''),
        CASE t.source_language WHEN 'auto' THEN 'en' ELSE t.source_language END))
$$ LANGUAGE sql STABLE;

CREATE FUNCTION transcripts_search_title(t transcripts_transcript) RETURNS tsvector AS $$
    SELECT transcripts_search_vector(transcripts_search_config_of(t), t.title)
        || transcripts_search_vector(transcripts_search_config_of(t), t.name)
$$ LANGUAGE sql STABLE;

CREATE FUNCTION transcripts_search_head(t transcripts_transcript) RETURNS tsvector AS $$
    SELECT setweight(transcripts_search_title(t), 'A')
        || setweight(transcripts_search_vector(config, (
            SELECT string_agg(name, ' ' ORDER BY speaker, name) FROM transcripts_participant WHERE transcript_id = t.id
        )), 'B')
        || setweight(transcripts_search_vector(config, t.short_summary), 'C')
        || setweight(transcripts_search_vector(config, t.long_summary), 'C')
    FROM transcripts_search_config_of(t) config
$$ LANGUAGE sql STABLE;

-- Every word, without places: of a million bytes at most, since a vector holds no more. The longest are left out then,
-- which are no words that people look for.
CREATE FUNCTION transcripts_search_words(id uuid, head tsvector) RETURNS tsvector AS $$
    SELECT coalesce(array_to_tsvector(array_agg(word)), '') FROM (
        SELECT word, sum(octet_length(word)) OVER (ORDER BY octet_length(word), word) AS bytes FROM (
            SELECT unnest(tsvector_to_array(vector)) AS word FROM transcripts_searchline WHERE transcript_id = id
            UNION SELECT unnest(tsvector_to_array(head))
        ) AS words
    ) AS counted WHERE bytes <= 1000000
$$ LANGUAGE sql STABLE;

CREATE FUNCTION transcripts_search_refresh_words(wanted uuid) RETURNS void AS $$
    UPDATE transcripts_searchentry SET words = fresh.words
    FROM (SELECT transcripts_search_words(e.transcript_id, e.head) AS words FROM transcripts_searchentry e
        WHERE e.transcript_id = wanted) AS fresh
    WHERE transcript_id = wanted AND transcripts_searchentry.words <> fresh.words
$$ LANGUAGE sql VOLATILE;

CREATE FUNCTION transcripts_search_refresh_head(wanted uuid) RETURNS void AS $$
    INSERT INTO transcripts_searchentry AS entry (transcript_id, config, title, head, words)
    SELECT t.id, transcripts_search_config_of(t), transcripts_search_title(t), transcripts_search_head(t), ''
    FROM transcripts_transcript t WHERE t.id = wanted
    ON CONFLICT (transcript_id) DO UPDATE
        SET config = excluded.config, title = excluded.title, head = excluded.head
        WHERE (entry.config, entry.title, entry.head) IS DISTINCT FROM (excluded.config, excluded.title, excluded.head)
$$ LANGUAGE sql VOLATILE;

-- All of it anew, for rows that were written while triggers were off.
CREATE FUNCTION transcripts_search_rebuild() RETURNS void AS $$
    TRUNCATE transcripts_searchentry, transcripts_searchline;
    INSERT INTO transcripts_searchentry (transcript_id, config, title, head, words)
    SELECT id, transcripts_search_config_of(t), transcripts_search_title(t), transcripts_search_head(t), ''
    FROM transcripts_transcript t;
    INSERT INTO transcripts_searchline (utterance_id, transcript_id, vector)
    SELECT u.id, u.transcript_id, transcripts_search_vector(e.config, u.text)
    FROM transcripts_utterance u JOIN transcripts_searchentry e USING (transcript_id) ORDER BY u.transcript_id, u.position;
    UPDATE transcripts_searchentry SET words = transcripts_search_words(transcript_id, head);
$$ LANGUAGE sql VOLATILE;
