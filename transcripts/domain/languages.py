"""The languages that may be spoken in a recording: ISO 639-1 codes (three letters where there are no two) and names."""

from __future__ import annotations

import re

AUTO = "auto"

_NAMES = {
    "af": "Afrikaans",
    "sq": "Albanian",
    "am": "Amharic",
    "ar": "Arabic",
    "hy": "Armenian",
    "as": "Assamese",
    "az": "Azerbaijani",
    "ba": "Bashkir",
    "eu": "Basque",
    "be": "Belarusian",
    "bn": "Bengali",
    "bs": "Bosnian",
    "br": "Breton",
    "bg": "Bulgarian",
    "my": "Burmese",
    "yue": "Cantonese",
    "ca": "Catalan",
    "zh": "Chinese",
    "hr": "Croatian",
    "cs": "Czech",
    "da": "Danish",
    "nl": "Dutch",
    "en": "English",
    "et": "Estonian",
    "fo": "Faroese",
    "fi": "Finnish",
    "fr": "French",
    "gl": "Galician",
    "ka": "Georgian",
    "de": "German",
    "el": "Greek",
    "gu": "Gujarati",
    "ht": "Haitian Creole",
    "ha": "Hausa",
    "haw": "Hawaiian",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "is": "Icelandic",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "jw": "Javanese",
    "kn": "Kannada",
    "kk": "Kazakh",
    "km": "Khmer",
    "ko": "Korean",
    "lo": "Lao",
    "la": "Latin",
    "lv": "Latvian",
    "ln": "Lingala",
    "lt": "Lithuanian",
    "lb": "Luxembourgish",
    "mk": "Macedonian",
    "mg": "Malagasy",
    "ms": "Malay",
    "ml": "Malayalam",
    "mt": "Maltese",
    "mi": "Maori",
    "mr": "Marathi",
    "mn": "Mongolian",
    "ne": "Nepali",
    "no": "Norwegian",
    "nn": "Norwegian Nynorsk",
    "oc": "Occitan",
    "ps": "Pashto",
    "fa": "Persian",
    "pl": "Polish",
    "pt": "Portuguese",
    "pa": "Punjabi",
    "ro": "Romanian",
    "ru": "Russian",
    "sa": "Sanskrit",
    "sr": "Serbian",
    "sn": "Shona",
    "sd": "Sindhi",
    "si": "Sinhala",
    "sk": "Slovak",
    "sl": "Slovenian",
    "so": "Somali",
    "es": "Spanish",
    "su": "Sundanese",
    "sw": "Swahili",
    "sv": "Swedish",
    "tl": "Tagalog",
    "tg": "Tajik",
    "ta": "Tamil",
    "tt": "Tatar",
    "te": "Telugu",
    "th": "Thai",
    "bo": "Tibetan",
    "tr": "Turkish",
    "tk": "Turkmen",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "uz": "Uzbek",
    "vi": "Vietnamese",
    "cy": "Welsh",
    "yi": "Yiddish",
    "yo": "Yoruba",
}

_OTHER_CODES = {"jv": "jw", "nb": "no"}  # the engines have kept an older code of Javanese, and one for Norwegian

CHOICES = [
    ("en", "English"),
    (AUTO, "Detect the language"),
    *((code, name) for code, name in _NAMES.items() if code != "en"),
]


def language_name(code: str) -> str:
    """The name for a code, or the code where it has none here."""
    return _NAMES.get(code, code)


#: Written from right to left.
_LEFTWARDS = frozenset({"ar", "fa", "he", "ps", "sd", "ur", "yi"})


def direction(code: str) -> str:
    """As the `dir` of HTML has it."""
    return "rtl" if code in _LEFTWARDS else "ltr"


def check(code: str) -> str:
    """The code as it is stored: "auto", or that of a language we know; a region as in "en-US" is left out.

    Raises ValueError with a sentence for people.
    """
    plain = code.strip().lower()
    if plain == AUTO:
        return AUTO
    form = re.fullmatch(r"([a-z]{2,3})([-_][a-z0-9]{2,8})*", plain)
    base = form.group(1) if form else ""
    known = _OTHER_CODES.get(base, base)
    if known not in _NAMES:
        raise ValueError(f'{code!r} is not a language we know. Give an ISO 639-1 code such as "en", or "{AUTO}".')
    return known


def check_target(code: str) -> str:
    """The same for a language to translate into, which one has to name."""
    if (found := check(code)) == AUTO:
        raise ValueError("Say into which language: it cannot be detected.")
    return found
