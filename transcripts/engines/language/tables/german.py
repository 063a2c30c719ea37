"""German."""

from __future__ import annotations

from transcripts.engines.language.tables import LanguageTable, words

_STOP = """
ab aber ach alle allein allem allen aller allerdings alles als also am an andere anderem anderen anderer anderes
andern auch auf aus außer außerdem bei beide beiden beim bin bis bisher bist bitte da dabei dadurch dafür dagegen
daher dahin damals damit danach daneben dann daran darauf daraus darf darin das darüber darum davon davor dazu dass
daß dein deine deinem deinen deiner dem den denen denn dennoch der deren des deshalb desto dessen dich die dies
diese diesem diesen dieser dieses dir doch dort du durch dürfen ebenso egal eigentlich ein eine einem einen einer
eines einfach einig einige einigen einiger einiges einmal entweder er erst es etwa etwas euch euer eure eurem euren
für ganz ganze ganzen ganzes gar gegen genau gerade gern gerne ging gibt gut gute guten guter gutes hab habe haben
habt hallo hast hat hatte hatten hattest hätte hätten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer
im immer in indem ins inzwischen ist ja je jede jedem jeden jeder jedes jedoch jemand jetzt kann kannst kaum kein
keine keinem keinen keiner klar können könnte könnten könnt könntest lang lange leider mach mache machen machst
macht mal man manche manchmal mehr mehrere mein meine meinem meinen meiner meist mich mir mit möchte muss musst
müssen müsste müssten na nach nachdem nachher nämlich natürlich neben nee nein nicht nichts nie noch nochmal nun nur
ob oben oder offenbar oft oh ohne okay paar schon sehr sei seid sein seine seinem seinen seiner seit selbst sich sie
siehe sind so sobald sogar solche sollte sollten soll sollen sondern sonst soviel sowie später statt trotzdem
tschüss über überhaupt übrigens um und ungefähr uns unser unsere unserem unseren unserer unter viel viele vielen
vielleicht voll vom von vor vorher während wann war waren warst warum was weg wegen weil weiß weiter welche welchem
welchen welcher welches wem wen wenig weniger wenn wer werde werden wie wieder wieso will willst wir wird wirklich
wo wobei wohl wollen wollte wollten worüber wurde wurden würde würden zu zum zur zusammen zwar zwischen ähm äh hm
mhm eben halt quasi sozusagen irgendwie denke glaube finde zwei drei vier fünf sechs sieben acht neun zehn elf zwölf
hundert tausend ersten erste zweite dritte letzte letzten letzter nächste nächsten nächster nächstes letztes super
genommen direkt unbedingt deutlich nochmals bereits
"""

_WEAK = """
abend anfang angucken anschauen arbeiten bekommen bekommst bescheid besser besten bisschen bleiben bleibt brauche
brauchen braucht bringen dauert dabei ding dinge einverstanden ende entscheiden entschieden erledigen fall fangen
fehlt fertig fest feststeht frage fragen früher gedacht gedanken gefunden gefragt gehen geht gemacht gesagt
geschafft gesehen glauben grund guck halten heißt heute hilft hoch idee jahr jahre jahren jahres jahresende januar
februar märz april mai juni juli august september oktober november dezember kleine kleinen kommen kommt komplett
kriegen lassen läuft laufen leicht leute liegt liste machen meinung meisten minuten moment monat monate montag
dienstag mittwoch donnerstag freitag samstag sonntag morgen morgens nachmittag nacht nachts nehmen neu neue neuen
neuer neues offen passt problem probleme problemen prozent punkt punkte reden richtig risiko sache sachen sagen sagt
schauen schicken schlecht schnell schreiben schwierig sehen seite sinnvoll spart spät stand steht stehen stelle
stellen stimmt stunde stunden tag tage tagen teil thema themen trotz uhr umsetzen verschieben verstehe versuchen
vollzählig vorgestellt vorschlag vorschlagen vorstellen warten wäre weise wichtig wichtige wissen woche wochen
zeigen zeit ziel angeboten ausgegeben beschlossen groß große großen alte alten alter euro franken dollar überlegen
überlegt bauen baue dazu reicht rausgehen ausgehen kenne kennen
"""

_DAY = (
    r"(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag)(?:morgen|mittag|nachmittag|abend"
    r"|früh|vormittag)?"
)
_MONTH = r"(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)"
_NTH = (
    r"(?:\d{1,2}\.|(?:erste|zweite|dritte|vierte|fünfte|sechste|siebte|achte|neunte|zehnte|elfte|zwölfte|\w+zehnte"
    r"|\w+zigste)[nrm]?)"
)
_DATE = rf"(?:{_NTH}\s?{_MONTH}|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}\.\d{{1,2}}\.(?:\d{{2,4}})?|{_MONTH})"
_SPAN = r"(?:tag|woche|monat|quartal|jahr|stunde|minute|sprint)"
_COUNT = r"(?:\d+|einem|einer|ein|zwei|drei|vier|fünf|sechs|zehn|vierzehn|ein paar|wenigen)"
_POINT = (
    rf"(?:(?:nächste|kommende|diese|übernächste)[nmrs]?\s+(?:{_DAY}|woche|monat|quartal|jahr|sprint)"
    rf"|{_DAY}(?:,?\s+(?:de[nm]\s+)?{_DATE})?|{_DATE}"
    rf"|(?:ende|mitte|anfang)\s+(?:(?:der|des|dieser|nächster)\s+)?(?:nächsten\s+)?(?:woche|monats?|quartals?"
    rf"|jahres?|{_MONTH})|jahresende|monatsende|wochenende|übermorgen|morgen(?:\s+(?:früh|vormittag|mittag"
    rf"|nachmittag|abend))?"
    r"|heute(?:\s+(?:noch|abend|nachmittag|mittag))?|mittags?|\d{1,2}(?::\d{2})?\s+uhr|feierabend)"
)

TABLE = LanguageTable(
    code="de",
    name="German",
    stop_words=words(_STOP),
    weak_words=words(_WEAK),
    keeps_case=True,
    suffixes=("ungen", "ung", "ern", "em", "en", "er", "es", "e", "n", "s"),
    fillers=r"\b(?:ä+h+m*|e+h+m|h+m+|m+[ -]?h+m+|ö+h+m*)\b",
    openers=(
        r"(?:hallo|also|das heißt|ja|gut|okay|ok|so|genau|na ja|naja|na|nun|und|aber|sehr gut|super|klar|richtig"
        r"|stimmt|alles klar|ach so|ach|oh|"
        r"gute idee|schön|prima|perfekt|danke|ich meine|weißt du|wie gesagt|ehrlich gesagt|im prinzip|grundsätzlich"
        r"|sozusagen|übrigens|dann|außerdem|leider)"
    ),
    loose_openers=r"(?:und|aber|also|na ja|naja|ok|okay|ach|oh)",
    inserts=r"(?:ich meine|weißt du|sagen wir|sozusagen|also|ja|halt|ehrlich gesagt)",
    joints=words("und aber weil dann also wenn dass obwohl außerdem"),
    chatter=(
        r"\b(?:guten (?:morgen|tag|abend)|hallo zusammen|hört (?:ihr|man) mich|könnt ihr mich|seht ihr"
        r"|bildschirm teilen|stumm(?:geschaltet)?|auf wiedersehen|tschüss|tschau|schönen (?:tag|abend|feierabend)"
        r"|vielen dank|"
        r"danke (?:schön|euch|dir|ihnen|für)|bis (?:dann|nächste woche|morgen|bald)$|fangen wir|sind wir vollzählig"
        r"|wir sind vollzählig|nächster punkt|letzter punkt|das war(?:'s|s)|war es für heute|auf der liste"
        r"|wie geht(?:'s| es)|gerne|"
        r"einen moment|kein problem|herzlich willkommen|sonst noch|bitte)\b"
    ),
    leaning=(
        r"^(?:das (?:ist|sind|war|waren|dauert|spart|müssen|muss|habe|haben|wäre|hat|geht|kann|können|sollten?|wird"
        r"|würde|macht|klingt|passt|gibt|sehe|finde|brauchen|wollen|wissen|steht|kostet|hilft|liegt)|dies|dieser"
        r"|diese|dieses|er|sie|es|die(?= (?:sind|ist|war|waren|haben|hat|gibt|gab|bekommst|habe|kommen|kommt)\b)"
        r"|der(?= (?:ist|hat|war)\b)|deshalb|deswegen|darum|daher|dabei|dafür|damit|weil|dass|denn|oder|davon|dazu"
        r"|da|dort|daran|trotzdem|sonst|welche|zum beispiel)\b"
    ),
    first_person=r"\b(?:ich|mir|mich|mein|meine|meinem|meinen|meiner)\b",
    proper=words(
        "montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz april mai juni juli "
        "august september oktober november dezember"
    ),
    weighty=(
        r"\b(?:wichtig\w*|entschieden|entscheidung|beschlossen|beschluss|einig|das (?:risiko|problem|ziel|ergebnis)"
        r"|der (?:grund|plan)|die (?:ursache|lösung|frage)|hauptsächlich|zusammengefasst|wir (?:müssen|brauchen"
        r"|werden|sollten)|"
        r"budget|frist|termin|blockiert|vorrang|prozent|weil|reicht nicht|fehlt)\b"
    ),
    shifts=(
        r"\b(?:nächster punkt|nächstes thema|letzter punkt|letztes thema|(?:zweiter|dritter|vierter|anderer"
        r"|weiterer) punkt|kommen wir zu|machen wir weiter|weiter mit|fangen wir|anderes thema|zum thema"
        r"|was ist mit|zum schluss|noch etwas|tagesordnung)\b"
    ),
    announced=(
        r"\b(?:(?:nächste[rs]?|letzte[rs]?|erste[rs]?|zweite[rs]?|dritte[rs]?|weitere[rs]?) (?:punkt|thema"
        r"|tagesordnungspunkt)(?: ist|,|:| wäre)*|fangen wir (?:mal )?(?:mit|an mit)|beginnen wir mit"
        r"|kommen wir zu[mr]?|weiter (?:geht es )?mit|machen wir weiter mit|sprechen wir über|reden wir über"
        r"|es geht um|heute geht es um)"
        r" (?P<what>[^,.;:?!]{3,60}?)(?: an)?(?=[,.;:?!]|$)"
    ),
    articles=(
        r"^(?:(?:der|die|das|dem|den|des|ein|eine|einem|einen|unser|unsere|unserem|unseren|neue|neuen|neuer"
        r"|neues)\s+)+"
    ),
    conjunction="und",
    covered="Im Gespräch ging es um: {topics}.",
    decisions=(
        (
            r"(?P<what>(?:\b(?:dann|somit|also|damit) )?\b(?:haben wir|wir haben)(?: uns| also| damit| jetzt| ja)* "
            r"(?:entschieden|beschlossen|vereinbart|geeinigt|festgelegt)\b.+)"
        ),
        r"\b(?P<what>(?:wir )?(?:haben )?(?:uns )?(?:dafür|dagegen) entschieden.+)",
        r"\b(?P<what>(?:die|unsere) entscheidung (?:ist|lautet),? dass .+)",
        r"\b(?:die|unsere) entscheidung (?:ist|lautet):? (?P<what>(?!dass).+)",
        r"\b(?P<what>wir (?:sind uns einig|einigen uns)\b.+)",
        r"(?P<what>\bwir (?:verschieben|streichen|nehmen|bleiben bei|verzichten|setzen auf|stellen um|behalten)\b .+)",
        r"(?P<what>(?:\b\w+ )?\b(?:verschieben|streichen|nehmen|verzichten|setzen|behalten) wir .+)",
        r"\b(?P<what>wir (?:werden|machen) (?:das )?(?:nicht|kein\w*|so) .+)",
        r"^(?:beschlossen|einverstanden|abgemacht|vereinbart)[,:.]? (?:dann |also )?(?P<what>.+)",
    ),
    not_decisions=(
        r"\b(?:ob wir|wenn wir|falls|noch nicht (?:entschieden|beschlossen)|müssen (?:wir )?(?:noch )?entscheiden"
        r"|könnten|würden|letztes jahr|nehmen wir an|bevor wir)\b"
    ),
    proposals=(
        (
            r"\b(?:(?:ich )?würde (?:ich )?vorschlagen|ich schlage vor|mein vorschlag (?:ist|wäre)"
            r"|vorschlag:?)[,:]? (?:dass )?(?P<what>.+)"
        ),
        r"\b(?:würde ich|ich würde) (?:mal )?sagen[,:]? (?P<what>.+)",
        r"\b(?:dann )?(?:würde ich|ich würde) (?P<what>(?!sagen).+)",
        r"\b(?:wollen|sollen|könnten|sollten) wir (?P<what>.+)",
        r"\b(?P<what>wir (?:könnten|sollten) .+)",
    ),
    calls=(r"\b(?:lass|lasst|lassen sie) uns (?P<what>(?!anfangen|mal (?:sehen|schauen)|sehen|schauen|reden).+)",),
    settled=(
        r"^(?:(?:ja|gut|okay|ok|super|klar|genau|perfekt|richtig)[,.! ]*)*(?:dann )?(?:einverstanden|abgemacht"
        r"|so machen wir(?: es| das)|machen wir (?:das|es)(?: so)?|das machen wir(?: so)?|beschlossen"
        r"|so beschlossen|dann ist das so)\b[^?]{0,60}$"
    ),
    agreement=(
        r"^(?:(?:ja|gut|okay|ok|super|klar|genau|perfekt|richtig)[,.! ]*)*(?:dann )?(?:einverstanden|abgemacht"
        r"|so machen wir(?: es| das)|machen wir(?: das| es)?(?: so)?|das machen wir|passt|in ordnung|bin dabei"
        r"|bin ich dabei|mache ich|mach ich|das mache ich|das übernehme ich|klar|gerne?|kein problem|geht klar|ja"
        r"|okay)\b[^?]{0,60}$"
    ),
    own=(
        r"\bich (?:werde|will)(?: dann| das| mal| auch| noch)* (?P<task>.+)",
        (
            r"\b(?P<task>ich (?:kümmere mich|übernehme|schicke|sende|mache|schreibe|erstelle|baue|prüfe|kläre|frage"
            r"|rufe|bereite|organisiere|bestelle|stelle|lade|plane|teste|sage|gebe|buche|passe|bringe|leite|suche"
            r"|hole|bespreche|melde|trage|liefere|richte)\b.+)"
        ),
        (
            r"\b(?P<task>(?:das |die |den |dann |also |morgen |heute )+(?:übernehme|schicke|sende|mache|schreibe"
            r"|erstelle|prüfe|kläre|bestelle|organisiere|teste) ich\b.+)"
        ),
    ),
    asks=(
        (
            r"\b(?P<who>{name}),? (?:kannst|könntest|würdest|könnten) (?:du|sie)(?: bitte| dann| mal| noch"
            r"| vielleicht)* (?P<task>.+)"
        ),
        r"\b(?P<who>{name}),? (?P<task>bitte .+)",
        r"\b(?:kannst|könntest|würdest) du,? (?P<who>{name}),? (?P<task>.+)",
        r"\b(?:kannst|könntest|würdest|können|könnten) (?:du|sie)(?: bitte| dann| mal| noch| vielleicht)* (?P<task>.+)",
    ),
    named=(
        r"\b(?P<who>{name}) (?:wird|soll|muss|sollte)(?: dann| noch| bitte)* (?P<task>.+)",
        (
            r"\b(?P<task>(?P<who>{name}) (?:kümmert sich|übernimmt|schickt|erstellt|prüft|klärt|bereitet"
            r"|organisiert|macht)\b.+)"
        ),
        r"\b(?:aufgabe|to-?do|nächster schritt) (?:für|an) (?P<who>{name})[:,]? (?:ist )?(?P<task>.+)",
    ),
    tasks=(
        r"\b(?:aufgabe|to-?do|(?:der|ein|unser) nächste[rn]? schritt)(?: ist| wäre)?[:,]? (?P<task>.+)",
        r"\b(?:jemand|einer) (?:muss|sollte)(?: noch)? (?P<task>.+)",
    ),
    shared=(r"\bwir (?:müssen|werden)(?: dann| noch| das| alle)* (?P<task>.+)",),
    not_tasks=(
        r"^(?:nicht|nie|sagen|mal sagen|ehrlich|es kurz|kurz (?:sagen|machen)|ich (?:sage mal|mache mir|frage mich"
        r"|gebe zu|gebe (?:dir|ihm|ihr|euch) recht|stelle mir|mache das nicht|schicke voraus|melde mich ab)|bitte "
        r"(?:sehr|schön)?$|das (?:sehen|wissen)|"
        r"mir (?:sagen|erklären|helfen)|das (?:nochmal )?(?:erklären|wiederholen)|mich (?:hören|sehen))\b"
    ),
    finite=r"(?:dann |also )?ich (?P<verb>\w+e) ",
    infinitive_ending="n",
    infinitives={
        "kümmere": "kümmern",
        "ändere": "ändern",
        "liefere": "liefern",
        "erinnere": "erinnern",
        "sammle": "sammeln",
    },
    verb_prefixes=words(
        "ab an auf aus bei durch ein fest fertig her hin mit nach um vor weg weiter zu zurück zusammen bereit "
        "rum raus rein"
    ),
    reflexives={"mich": "sich", "mir": "sich", "mein": "das eigene", "meine": "die eigene"},
    and_also=r",? und (?=(?:dann )?ich \w+e\b)",
    refers=(
        r"^(?:(?:ich )?(?:das|es) (?:machen|übernehmen|erledigen)|das übernehme ich|das mache ich|ich übernehme das"
        r"|ich mache das)\b"
    ),
    clause_end=r",? (?:weil|sobald|falls|sonst|denn|obwohl)\b|, (?:aber|dann|und (?:ich|wir|du|er|sie|dann))\b|[.?!] ",
    dangling=(
        r"\b(?:von|für|der|die|das|dem|den|des|am|an|zu|zum|in|im|mit|aus|bei|nach|vor|seit|bis|und|oder|als|ist"
        r"|sind)$"
    ),
    me=r"\b(?:mir|mich)\b",
    deadline=(
        rf"(?:,?\s?\bund zwar\s+|,?\s?\bam besten\s+)?\b(?P<when>(?:(?:bis|vor|spätestens|am|ab|zum)\s+)*(?:(?:zum"
        rf"|den|dem|in der|in dieser|am|der)\s+)?{_POINT}(?:\s+um\s+\w+(?:\s+uhr)?)?)(?!\w)"
        rf"|\b(?:in|innerhalb(?: von)?|binnen)\s+(?:den nächsten\s+)?{_COUNT}\s+{_SPAN}(?:en?|n)?\b"
        r"|\b(?:so (?:bald|schnell) wie möglich|sofort|umgehend|gleich nach (?:dem|der) \w+|vor (?:dem|der) "
        r"(?:nächsten )?(?:\w*(?:besprechung|termin|meeting|start|demo|sitzung)))\b"
    ),
    because=r",? (?P<why>(?:weil|denn|damit) .+)$",
)
