DROP FUNCTION transcripts_search_vector(text, text);
DROP FUNCTION transcripts_search_config(text);
DROP FUNCTION transcripts_search_text(text);
DROP FUNCTION transcripts_search_pairs(text);
DROP FUNCTION transcripts_search_plain(text);
