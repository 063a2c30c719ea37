DROP FUNCTION transcripts_search_rebuild();
DROP FUNCTION transcripts_search_refresh_head(uuid);
DROP FUNCTION transcripts_search_refresh_words(uuid);
DROP FUNCTION transcripts_search_words(uuid, tsvector);
DROP FUNCTION transcripts_search_head(transcripts_transcript);
DROP FUNCTION transcripts_search_title(transcripts_transcript);
DROP FUNCTION transcripts_search_config_of(transcripts_transcript);
