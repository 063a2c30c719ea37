"""Number words and words of denial in the languages that the built-in engine knows. Folded: no case, no accents."""

from __future__ import annotations

from transcripts.engines.language.tables import words


def _counted(text: str, start: int = 0, step: int = 1) -> dict[str, float]:
    """Words that count from `start` in steps; `a/b` are two words for one number."""
    return {word: float(start + step * place) for place, words in enumerate(text.split()) for word in words.split("/")}


_BIG = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "millions": 1e6, "billion": 1e9}

NUMBERS: dict[str, dict[str, float]] = {
    "en": _counted(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen"
    )
    | _counted("twenty thirty forty/fourty fifty sixty seventy eighty ninety", 20, 10)
    | _BIG,
    "de": _counted(
        "null ein/eins/eine/einen zwei/zwo drei vier funf/fuenf sechs sieben acht neun zehn elf zwolf/zwoelf dreizehn "
        "vierzehn funfzehn/fuenfzehn sechzehn siebzehn achtzehn neunzehn"
    )
    | _counted("zwanzig dreissig vierzig funfzig/fuenfzig sechzig siebzig achtzig neunzig", 20, 10)
    | {"hundert": 100.0, "tausend": 1e3, "million": 1e6, "millionen": 1e6, "milliarde": 1e9, "milliarden": 1e9},
    "fr": _counted(
        "zero un/une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
    )
    | _counted("vingt/vingts trente quarante cinquante soixante septante huitante/octante nonante", 20, 10)
    | {"cent": 100.0, "cents": 100.0, "mille": 1e3, "million": 1e6, "millions": 1e6, "milliard": 1e9},
    "es": _counted(
        "cero un/uno/una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis "
        "diecisiete dieciocho diecinueve veinte veintiuno/veintiun/veintiuna veintidos veintitres veinticuatro "
        "veinticinco veintiseis veintisiete veintiocho veintinueve"
    )
    | _counted("treinta cuarenta cincuenta sesenta setenta ochenta noventa", 30, 10)
    | _counted(
        "cien/ciento doscientos/doscientas trescientos/trescientas cuatrocientos/cuatrocientas quinientos/quinientas "
        "seiscientos/seiscientas setecientos/setecientas ochocientos/ochocientas novecientos/novecientas",
        100,
        100,
    )
    | {"mil": 1e3, "millon": 1e6, "millones": 1e6},
    "it": _counted(
        "zero un/uno/una due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici "
        "sedici diciassette diciotto diciannove"
    )
    | _counted("venti/vent trenta/trent quaranta/quarant cinquanta/cinquant sessanta/sessant settanta/settant "
               "ottanta/ottant novanta/novant", 20, 10)
    | {"cento": 100.0, "mille": 1e3, "mila": 1e3, "milione": 1e6, "milioni": 1e6, "miliardo": 1e9},
    "nl": _counted(
        "nul een/eens twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien "
        "zeventien achttien negentien"
    )
    | _counted("twintig dertig veertig vijftig zestig zeventig tachtig negentig", 20, 10)
    | {"honderd": 100.0, "duizend": 1e3, "miljoen": 1e6, "miljard": 1e9},
    "pt": _counted(
        "zero um/uma dois/duas tres quatro cinco seis sete oito nove dez onze doze treze catorze/quatorze quinze "
        "dezesseis/dezasseis dezessete/dezassete dezoito dezenove/dezanove"
    )
    | _counted("vinte trinta quarenta cinquenta sessenta setenta oitenta noventa", 20, 10)
    | _counted(
        "cem/cento duzentos/duzentas trezentos/trezentas quatrocentos/quatrocentas quinhentos/quinhentas "
        "seiscentos/seiscentas setecentos/setecentas oitocentos/oitocentas novecentos/novecentas",
        100,
        100,
    )
    | {"mil": 1e3, "milhao": 1e6, "milhoes": 1e6},
}  # fmt: skip

ORDINALS: dict[str, dict[str, float]] = {
    "en": _counted(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth",
        1,
    )
    | _counted("twentieth thirtieth fortieth fiftieth", 20, 10),
    "de": {"erste": 1.0, "ersten": 1.0, "erster": 1.0, "dritte": 3.0, "dritten": 3.0, "siebte": 7.0, "siebten": 7.0},
    "fr": {"premier": 1.0, "premiere": 1.0, "cinquieme": 5.0, "neuvieme": 9.0},
    "es": _counted("primero/primer/primera segundo/segunda tercero/tercer/tercera cuarto/cuarta quinto/quinta", 1),
    "it": _counted("primo/prima secondo/seconda terzo/terza quarto/quarta quinto/quinta sesto/sesta", 1),
    "nl": {"eerste": 1.0, "derde": 3.0},
    "pt": _counted("primeiro/primeira segundo/segunda terceiro/terceira quarto/quarta quinto/quinta", 1),
}
ORDINAL_ENDINGS: dict[str, tuple[str, ...]] = {
    "de": ("sten", "ster", "stes", "ste", "ten", "ter", "tes", "te"),
    "nl": ("ste", "de"),
    "fr": ("iemes", "ieme"),
}
#: Words between two parts of one number.
CONNECTORS: dict[str, frozenset[str]] = {
    "en": frozenset({"and"}),
    "es": frozenset({"y"}),
    "fr": frozenset({"et"}),
    "pt": frozenset({"e"}),
}
#: Languages that write numbers as one word, and what joins the parts inside it.
RUN_TOGETHER: dict[str, tuple[str, ...]] = {"de": ("und",), "nl": ("en",), "it": ("e",)}

#: Words that deny what stands near them.
DENIALS: dict[str, frozenset[str]] = {
    "en": words("not no never none nobody nothing neither nor without cannot"),
    "de": words("nicht nichts nie niemals kein keine keinen keinem keiner keines niemand niemanden ohne weder"),
    "fr": words("pas jamais rien aucun aucune sans ni"),
    "es": words("no nunca jamas nada nadie ningun ninguna ninguno sin tampoco"),
    "it": words("non nessuno nessuna nessun niente nulla senza mai"),
    "nl": words("niet geen nooit niemand niets zonder noch"),
    "pt": words("nao nunca nada ninguem nenhum nenhuma sem"),
}
#: Beginnings of words that say as much without a word of denial: then one side may have it and the other not.
HALF_DENIALS: dict[str, frozenset[str]] = {
    "en": words(
        "fail lack miss unable impossib refus reject avoid against ignor stop instead remov cancel drop delay postpon "
        "unclear unknown hard rare insufficient exclud declin forbid prevent unless wrong unhappy reluctan only"
    ),
    "de": words(
        "fehl lehn abgelehn unmogl verzicht statt gegen scheiter kaum vermeid verhinder unklar verschieb nur leider "
        "ausgeschlossen abgesagt falsch selten"
    ),
    "fr": words("manqu refus rejet impossib contre evit annul report seul peu"),
    "es": words("falt rechaz imposib contra evit cancel aplaz solo poco"),
    "it": words("manc rifiut impossib contro evit annull rinvi solo poco"),
    "nl": words("ontbr weiger onmogel tegen vermijd annul uitgest alleen weinig mist"),
    "pt": words("falt recus rejeit impossi contra evit cancel adi apenas pouco"),
}
