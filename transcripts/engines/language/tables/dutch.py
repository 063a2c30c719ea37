"""Dutch."""

from __future__ import annotations

from transcripts.engines.language.tables import LanguageTable, words

_STOP = """
aan al alle alleen allemaal alles als altijd ander andere anders ben bent bij bijna bijvoorbeeld binnen beetje beter
boven buiten daar daarna daarom dag dan dat de deze die dit doe doen doet door dus dank duidelijk echt een één eens
eentje eerst eigenlijk elk elke en enige enkele er erg ergens even gaan gaat gedaan geen gewoon ging geweest goed
goede graag ga haar had hadden hallo hartstikke hé heb hebben hebt heeft heel helemaal hem hen het hier hij hoe hoi
hoor hun ik in inderdaad is ja je jij jou jouw jullie kan kom komt kon konden kun kunnen kunt laat later leuk maar
maak maakt maken me mee meer meest men met mij mijn min minder misschien moest moesten moet moeten mogen mag na naar
nadat natuurlijk nee niemand niet niets nietwaar niks nog nooit nou nu of oh ok oké om omdat onder ongeveer ons onze
ook oom op over paar per precies prima probleem samen snel soms sowieso te tegen ten ter terug terwijl toch toe toen
tot tussen twee drie vier vijf zes zeven acht negen tien twaalf twintig dertig veertig vijftig honderd duizend
tijdens u uit uw van vanaf vandaag veel verder via volgens voor vooral voordat waar waarom waren wanneer want was
wat we wel welke werd weer weet wie wij wil willen wilt worden wordt wou zal zeer zeg zegt zei zelf zich zie zien
zij zijn zit zitten zo zoals zodat zonder zou zouden zoveel zullen ze ehm eh uh hm mhm dingen iets iemand iedereen
ieder
"""

_WEAK = """
afgesproken afspraak april augustus begin beginnen begrijp belangrijk belangrijke besloten beslissing betekent
blijft blijven brengen december denk denken dinsdag ding donderdag eind einde euro februari gebruiken geeft geld
gemaakt geval gevonden gezegd groot grote halen hebben helpen helpt hoeveel houden idee ieder jaar jaren januari
juli juni kijken klaar klein kleine klopt kost krijgen kwam laatste lang lastig liggen lijst loopt lukt maandag
maart maand maanden makkelijk manier meeste meeting mei mensen minuten moeilijk mogelijk moment morgen nemen nieuw
nieuwe november nummer oktober onderwerp oplossing optie overleg praten procent punt punten reden rest september
snap staan staat stap stellen sturen stuk tijd uren uur vandaag vergeten verschil vind vinden volgend volgende vraag
vragen vrijdag waarschijnlijk week weken werk werken werkt weten woensdag zaterdag zondag zetten ziet zoeken zorgen
voorstel voorstellen duurt avond middag ochtend gevraagd nodig
"""

_DAY = r"(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)(?:ochtend|middag|avond)?"
_MONTH = r"(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)"
_NTH = (
    r"(?:\d{1,2}(?:e|ste|de)?|eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|negende|tiende|twaalfde"
    r"|vijftiende|twintigste)"
)
_SPAN = r"(?:dag(?:en)?|we(?:ek|ken)|maand(?:en)?|kwarta(?:al|len)|ja(?:ar|ren)|u(?:ur|ren)|minu(?:ut|ten)|sprints?)"
_POINT = (
    rf"(?:(?:volgende|komende|deze)\s+(?:week|maand|{_DAY}|sprint)|(?:volgend|dit|komend)\s+(?:kwartaal|jaar)"
    rf"|{_DAY}(?:\s+(?:de\s+)?{_NTH}(?:\s+{_MONTH})?)?|(?:de\s+)?{_NTH}\s+(?:van\s+)?{_MONTH}"
    rf"|(?:het\s+)?(?:eind|einde|midden|begin)\s+(?:van\s+)?(?:de\s+|deze\s+|het\s+|volgende\s+)?(?:week|maand"
    rf"|kwartaal|jaar|dag|middag|{_MONTH})|overmorgen|morgen(?:ochtend|middag|avond|vroeg)?"
    r"|vandaag(?:\s+nog)?|vanavond|vanmiddag|\d{4}-\d{2}-\d{2}|\d{1,2}[-/]\d{1,2}(?:[-/]\d{2,4})?"
    r"|\d{1,2}(?::\d{2})?\s+uur)"
)

TABLE = LanguageTable(
    code="nl",
    name="Dutch",
    stop_words=words(_STOP),
    weak_words=words(_WEAK),
    suffixes=("heden", "heid", "ingen", "ing", "eren", "ers", "en", "er", "es", "te", "de", "s", "e", "t"),
    fillers=r"\b(?:e+h+m*|u+h+m*|h+m+|m+h+m+)\b",
    openers=(
        r"(?:hallo|hoi|nou|nou ja|dus|en|maar|ja|oké|ok|goed|prima|precies|inderdaad|klopt|zeker|kijk|ik bedoel"
        r"|weet je|eigenlijk|eerlijk gezegd|trouwens|bovendien|verder|dan|oh|ah|hé|mooi|dank je|bedankt|goed idee"
        r"|duidelijk|snap ik|"
        r"top|helemaal goed|super)"
    ),
    loose_openers=r"(?:en|maar|dus|nou|oké|ok|oh|ah)",
    inserts=r"(?:zeg maar|weet je|ik bedoel|eigenlijk|zeg|gewoon|nou|hè)",
    joints=words("en maar omdat want dus dan als wanneer terwijl"),
    chatter=(
        r"\b(?:goede(?:morgen|middag|navond)|hallo allemaal|(?:kunnen jullie|kun je|horen jullie|hoor je) (?:me"
        r"|mij)|scherm delen|deel (?:ik )?mijn scherm|op mute|tot (?:ziens|morgen|de volgende keer|later)$|fijne "
        r"(?:dag|avond)|dank je wel|bedankt allemaal|"
        r"volgende punt|volgend punt|laatste punt|laten we beginnen|is iedereen er|een (?:moment|seconde)"
        r"|graag gedaan|alsjeblieft|alstublieft|verder nog iets|dat was het|doei)\b"
    ),
    leaning=(
        r"^(?:dat (?:is|was|zijn|kan|moet|heeft|gaat|wordt|kost|duurt|betekent|zou)|dit is|die (?:is|zijn|heeft"
        r"|hebben)|hij|zij|ze|het is|omdat|want|daarom|daar|er|waar|zodat|ook|bijvoorbeeld|anders|toch)\b"
    ),
    first_person=r"\b(?:ik|mij|me|mijn|mezelf)\b",
    weighty=(
        r"\b(?:belangrijk\w*|besloten|besluit|beslissing|afgesproken|het (?:probleem|risico|doel|budget|resultaat)"
        r"|de (?:reden|oorzaak|oplossing|vraag|prioriteit|deadline)|samengevat|kortom|we (?:moeten|gaan|kunnen niet"
        r"|zullen)|prioriteit|geblokkeerd|omdat|budget|procent)\b"
    ),
    shifts=(
        r"\b(?:volgend(?:e)? (?:punt|onderwerp)|(?:laatste|tweede|derde|ander) (?:punt|onderwerp)|laten we "
        r"(?:beginnen|het hebben|kijken)|door naar|verder met|agenda|tot slot|wat betreft|over naar)\b"
    ),
    announced=(
        r"\b(?:(?:volgende?|laatste|eerste|tweede|derde|ander) (?:punt|onderwerp)(?: is|,|:)*|laten we "
        r"(?:beginnen met|het hebben over)|we beginnen met|door naar|verder met|over naar)"
        r" (?P<what>[^,.;:?!]{3,60})"
    ),
    articles=r"^(?:(?:de|het|een|onze|ons|dit|deze|die)\s+)+",
    conjunction="en",
    covered="Het gesprek ging over: {topics}.",
    decisions=(
        (
            r"(?P<what>\b(?:(?:dan )?hebben we|we hebben|we zijn)(?: dus| het| erover| er| nu)* (?:besloten"
            r"|afgesproken|gekozen|eens|overeengekomen)\b.+)"
        ),
        r"\b(?P<what>(?:het|ons) besluit is(?: om| dat)?:? .+)",
        r"\b(?P<what>de beslissing is(?: om| dat)?:? .+)",
        (
            r"(?P<what>\b(?:we (?:gaan voor|kiezen voor|houden|schrappen|stellen .{2,30} uit|blijven bij|annuleren"
            r"|gaan niet)|(?:kiezen|schrappen|annuleren|houden) we) .+)"
        ),
        r"^(?:oké|ok|goed|prima|mooi)[,.]? dan (?P<what>(?!kunnen|moeten|hebben|zouden|is\b|kan\b)\w+en we .+)",
        r"\bafgesproken[,:]? (?:dan )?(?P<what>.+)",
    ),
    not_decisions=(
        r"\b(?:als we|of we|nog niet (?:besloten|afgesproken)|moeten (?:we )?(?:nog )?(?:beslissen|besluiten)"
        r"|voordat we|zouden|vorig jaar)\b"
    ),
    proposals=(
        r"\b(?:ik stel voor|mijn voorstel is|ik zou voorstellen)(?: om| dat)?,? (?P<what>.+)",
        r"\b(?P<what>(?:zullen we|we zouden) .+)",
    ),
    calls=(r"\blaten we (?P<what>(?!beginnen|kijken|het hebben|even|eens|zien|starten).+)",),
    settled=(
        r"^(?:(?:ja|oké|ok|goed|prima|precies)[,.! ]*)*(?:akkoord|afgesproken|eens|mee eens|doen we|zo doen we het"
        r"|dat doen we|besloten|laten we dat doen)\b[^?]{0,60}$"
    ),
    agreement=(
        r"^(?:(?:ja|oké|ok|goed|prima|precies)[,.! ]*)*(?:akkoord|afgesproken|doe ik|dat doe ik|zal ik doen"
        r"|ga ik doen|komt goed|geen probleem|natuurlijk|zeker|is goed|regel ik|ja|oké|prima|goed)\b[^?]{0,60}$"
    ),
    own=(
        r"\bik (?:zal|ga)(?: dan| ook| even| dat)* (?P<task>.+)",
        (
            r"(?P<task>\bik (?:stuur|mail|maak|schrijf|regel|bel|controleer|check|vraag|plan|zoek|bereid|organiseer"
            r"|bestel|zorg|neem|werk|test|pas|lever|boek|bespreek)\b .+)"
        ),
        r"(?P<task>\b(?:dat |dan |morgen |die )+(?:stuur|maak|regel|schrijf|bel|check|controleer|plan|bestel) ik\b.+)",
    ),
    promises=(r"(?P<task>\bje (?:krijgt|hebt) .+)",),
    asks=(
        (
            r"\b(?P<who>{name}),? (?:kun|kan|wil|zou|kunt) (?:je|jij|u)(?: dan| even| ook| misschien"
            r"| alsjeblieft)* (?P<task>.+)"
        ),
        r"\b(?:kun|kan|wil|zou) (?:je|jij),? (?P<who>{name}),? (?P<task>.+)",
        r"\b(?:kun|kan|wil|zou) (?:je|jij) (?P<task>.+?),? (?P<who>{name})\??$",
        r"\b(?P<who>{name}),? (?P<task>(?:graag|alsjeblieft) .+)",
        r"\b(?:kun|wil|zou|kunt) (?:je|jij|u)(?: dan| even| ook| misschien| alsjeblieft)* (?P<task>.+)",
    ),
    named=(
        r"\b(?P<who>{name}) (?:zal|gaat|moet)(?: dan| ook| nog)* (?P<task>.+)",
        r"(?P<task>\b(?P<who>{name}) (?:zorgt|regelt|stuurt|maakt|neemt|belt)\b .+)",
        r"\b(?:actie|actiepunt|taak) voor (?P<who>{name})[:,]? (?P<task>.+)",
    ),
    tasks=(
        (
            r"\b(?:actiepunt|actie|taak|de volgende stap)(?: is|,)*:? "
            r"(?:om )?(?:te )?(?P<task>(?!voor\b).+)"
        ),
        r"\biemand moet(?: nog)? (?P<task>.+)",
    ),
    shared=(r"\bwe (?:moeten|gaan|zullen)(?: dan| ook| nog| het)* (?P<task>.+)",),
    not_tasks=(
        r"^(?:niet|nooit|zeggen|zien|eerlijk|kort|beginnen|proberen|vertellen|mij (?:horen|vertellen)|me (?:horen"
        r"|vertellen|zeggen)|uitleggen|herhalen|ik vraag me|ik zoek even|ik neem aan|ik check even|naar huis)\b"
    ),
    and_also=r",? en (?=(?:dan )?ik (?:zal|ga|stuur|maak|bel|vraag|regel)\b)",
    refers=r"^(?:dat|het) (?:doen|regelen|oppakken)\b",
    clause_end=r",? (?:omdat|want|zodra|anders)\b|, (?:maar|dan|dus|en (?:ik|we|je|hij|zij|dan))\b|[.?!] ",
    dangling=r"\b(?:van|voor|de|het|een|op|in|aan|met|uit|bij|naar|om|te|en|of|dan|is|zijn|tot|na)$",
    me=r"\b(?:mij)\b",
    deadline=(
        rf"\b(?:(?:vóór|voor|uiterlijk|tegen|tot|op|vanaf|in)\s+)*(?:(?:de"
        rf"|het)\s+)?{_POINT}(?:\s+om\s+\w+(?:\s+uur)?)?(?!\w)"
        rf"|\b(?:binnen|over|in)\s+(?:\d+|een|één|twee|drie|vier|vijf|tien|veertien|een\s+paar)\s+{_SPAN}(?!\w)"
        r"|\b(?:vóór|voor)\s+(?:de|het)\s+(?:volgende\s+)?(?:vergadering|overleg|demo|lancering|oplevering|sprint"
        r"|afspraak)\b|\b(?:zo snel mogelijk|meteen|direct na (?:de|deze) (?:vergadering|meeting))\b"
    ),
    because=r",? (?P<why>(?:omdat|want|aangezien) .+)$",
)
