-- Text as it is indexed, the same on every server: PostgreSQL's own parser takes other characters for letters where the
-- database has another locale.

-- Signs that are no part of words become spaces, one for one, so that places in the text stay what they are.
CREATE FUNCTION transcripts_search_plain(content text) RETURNS text AS $$
    SELECT CASE WHEN octet_length(content) = char_length(content) THEN translate(content, '-/<>&', '     ')
    ELSE regexp_replace(content, '[-/<>&\u0080-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u0387\u0589'
        || '\u05be\u060c\u061b\u061f\u066a-\u066d\u06d4\u0964\u0965\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u2e00-\u2e7f'
        || '\u3000-\u3004\u3008-\u3020\u3030\u303d-\u303f\u30fb\ufe00-\ufe0f\ufe30-\ufe6f\uff01-\uff0f\uff1a-\uff20'
        || '\uff3b-\uff40\uff5b-\uff65\U0001f000-\U0001faff\U000e0000-\U000e0fff]', ' ', 'g') END
$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;

-- Scripts that are written without spaces, and Korean, whose words carry endings: pairs of neighbouring characters are
-- words, and so is the last character of a run. "東京都" becomes " 東京  京都  都 ".
CREATE FUNCTION transcripts_search_pairs(plain text) RETURNS text AS $$
DECLARE
    unspaced constant text := '[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff'
        || '\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]';
BEGIN
    IF plain !~ unspaced THEN
        RETURN plain;
    END IF;
    RETURN (
        SELECT string_agg(
            CASE WHEN NOT joined THEN sign WHEN next_joined THEN ' ' || sign || next_sign || ' ' ELSE ' ' || sign || ' ' END,
            '' ORDER BY place
        )
        FROM (
            SELECT place, sign, sign ~ unspaced AS joined, lead(sign) OVER following AS next_sign,
                coalesce(lead(sign) OVER following ~ unspaced, false) AS next_joined
            FROM regexp_split_to_table(plain, '') WITH ORDINALITY signs (sign, place)
            WINDOW following AS (ORDER BY place)
        ) AS signs
    );
END;
$$ LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION transcripts_search_text(content text) RETURNS text AS $$
    SELECT CASE WHEN octet_length(content) = char_length(content) THEN translate(content, '-/<>&', '     ')
    ELSE transcripts_search_pairs(transcripts_search_plain(content)) END
$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;

-- The text search configuration for a language, by its ISO 639-1 code; `simple`, which knows no endings, for others.
CREATE FUNCTION transcripts_search_config(language text) RETURNS text AS $$
    SELECT coalesce((
        SELECT cfgname FROM pg_ts_config WHERE cfgnamespace = 'pg_catalog'::regnamespace AND cfgname = CASE language
            WHEN 'ar' THEN 'arabic' WHEN 'hy' THEN 'armenian' WHEN 'eu' THEN 'basque' WHEN 'ca' THEN 'catalan'
            WHEN 'da' THEN 'danish' WHEN 'nl' THEN 'dutch' WHEN 'en' THEN 'english' WHEN 'et' THEN 'estonian'
            WHEN 'fi' THEN 'finnish' WHEN 'fr' THEN 'french' WHEN 'de' THEN 'german' WHEN 'el' THEN 'greek'
            WHEN 'hi' THEN 'hindi' WHEN 'hu' THEN 'hungarian' WHEN 'id' THEN 'indonesian' WHEN 'ga' THEN 'irish'
            WHEN 'it' THEN 'italian' WHEN 'lt' THEN 'lithuanian' WHEN 'ne' THEN 'nepali' WHEN 'no' THEN 'norwegian'
            WHEN 'nn' THEN 'norwegian' WHEN 'pt' THEN 'portuguese' WHEN 'ro' THEN 'romanian' WHEN 'ru' THEN 'russian'
            WHEN 'sr' THEN 'serbian' WHEN 'es' THEN 'spanish' WHEN 'sv' THEN 'swedish' WHEN 'ta' THEN 'tamil'
            WHEN 'tr' THEN 'turkish' WHEN 'yi' THEN 'yiddish' END
    )::text, 'simple')
$$ LANGUAGE sql STABLE;

CREATE FUNCTION transcripts_search_vector(config text, content text) RETURNS tsvector AS $$
    SELECT to_tsvector(config::regconfig, transcripts_search_text(coalesce(content, '')))
$$ LANGUAGE sql STABLE PARALLEL SAFE;
