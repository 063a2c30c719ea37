"""Italian."""

from __future__ import annotations

from transcripts.engines.language.tables import LanguageTable, words

_STOP = """
a abbastanza abbia abbiamo abbiano ad adesso ah ai al alcuna alcune alcuni alcuno alla alle allo allora almeno altra
altre altri altro anche ancora anzi appena appunto avere aveva avevano avete avrebbe basta bene beh bella bello
bravo buona buono buongiorno c capito cento certo che chi ci ciao cioè ciascuno cinque ciò circa col come comunque
con così contro cosa cose cui da dagli dai dal dalla dalle dallo davvero de degli dei del dell della delle dello
dentro deve devo devono di dice dieci diciamo dire diverse diversi do dobbiamo dopo dove dovrebbe due dunque durante
e è ecco ed eh era erano eravamo esatto essere fa facciamo faccio fanno fare fatto fino forse fra fuori già giusto
gli grazie ha hai hanno ho i ieri il in infatti inoltre insieme insomma invece io l la là le lei li lì lo loro lui m
ma magari mai male me meglio meno mentre mi mia mie miei mille mio molta molte molti molto ne né negli nei nel nella
nelle nello nessun nessuna nessuno niente no noi non nostra nostre nostri nostro nove nulla o od oggi ogni ognuno oh
oltre oppure or ora otto pare parecchio per perché perciò perfetto però piuttosto più po poca poche poco poi
possiamo posso possono potrebbe potremmo praticamente prima proprio pure può puoi qua quale quali qualche qualcosa
qualcuno quando quanta quanti quanto quattro quasi quel quella quelle quelli quello questa queste questi questo qui
quindi quindici sa sai sanno sarà sarebbe se sé sei sempre sentire senza sette si sì sia siamo siano siete so solo
sono sopra soprattutto sotto stare stata state stati stato stesso stiamo sto su sua subito sue sui sul sull sulla
sulle sullo suo suoi tale tanta tante tanti tanto te ti tra tre troppo trenta tu tua tue tuo tuoi tutta tutte tutti
tutto un una uno va vabbè vai vanno vedere venti verso vi via voglio voi volta volte vorrei vostra vostro vuoi vuole
ok okay mh quaranta cinquanta sessanta
"""

_WEAK = """
accordo agosto andare anno anni aprile arriva arrivare aspettare bisogna bisogno caso chiaro chiedere cominciare
cominciamo credo deciso decidere decisione detto dicembre difficile domanda domande domani domenica dare esempio
euro febbraio fine forma gennaio gente giorni giorno giovedì giugno grande idea importante iniziare iniziamo luglio
lunedì lista lungo maggio mandare martedì marzo mattina mercoledì mese mesi mettere minuti minuto modo momento
motivo novembre nuova nuove nuovi nuovo numero ora ore ottobre parlare parliamo parte passare passiamo penso pensare
persona persone piccolo pomeriggio possibile prendere primo problema problemi prossima prossimo proposta propongo
punto punti ragione resto riunione sabato sera serve settembre settimana settimane sicuro solito tardi tempo tema
tipo trovare ultimo ultima usare utile venerdì venire vero vista inviare costa lavoro lavorare situazione successivo
secondo
"""

_DAY = r"(?:lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica)(?:\s+(?:mattina|pomeriggio|sera))?"
_MONTH = r"(?:gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre)"
_NTH = r"(?:\d{1,2}|primo|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici|quindici|venti|trenta)"
_SPAN = r"(?:giorn[oi]|settiman[ae]|mes[ei]|trimestr[ei]|ann[oi]|or[ae]|minut[oi]|sprint)"
_POINT = (
    rf"(?:{_DAY}(?:\s+(?:prossimo|prossima|{_NTH}(?:\s+{_MONTH})?))?|(?:il\s+|l[’'])?{_NTH}\s+{_MONTH}"
    rf"|(?:la\s+)?(?:prossima\s+settimana|settimana\s+prossima)|(?:il\s+)?(?:prossimo\s+mese|mese\s+prossimo"
    rf"|prossimo\s+trimestre)"
    rf"|(?:la\s+)?(?:fine|metà|inizio)\s+(?:della\s+|del\s+|dell[’']|di\s+)?(?:settimana|mese|trimestre|anno"
    rf"|giornata|{_MONTH})|dopodomani|domani(?:\s+(?:mattina|pomeriggio|sera))?|domattina"
    r"|oggi(?:\s+stesso)?|stasera|stamattina|questa\s+settimana|questo\s+(?:pomeriggio|mese)|mezzogiorno"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}(?:/\d{2,4})?)"
)

TABLE = LanguageTable(
    code="it",
    name="Italian",
    stop_words=words(_STOP),
    weak_words=words(_WEAK),
    linkers=words("di del della dei delle dell'"),
    suffixes=(
        "azioni",
        "azione",
        "amenti",
        "amento",
        "mente",
        "atori",
        "atore",
        "ando",
        "endo",
        "ati",
        "ate",
        "ato",
        "ata",
        "are",
        "ere",
        "ire",
        "hi",
        "he",
        "i",
        "e",
        "o",
        "a",
    ),
    fillers=r"\b(?:e+h+m*|m+h+m*|m{2,}|u+h+m*|a+h+m+)\b",
    openers=(
        r"(?:ciao|buongiorno|allora|dunque|quindi|e|ma|però|sì|ok|okay|bene|va bene|certo|ecco|beh|cioè|diciamo"
        r"|insomma|infatti|esatto|perfetto|d[’']accordo|grazie|guarda|senti|in realtà|praticamente|comunque|poi"
        r"|inoltre|ah|eh|"
        r"vabbè|giusto|ottimo|ottima idea|come dicevo|a proposito)"
    ),
    loose_openers=r"(?:e|ma|però|quindi|allora|dunque|cioè|beh|ok|ah|eh|vabbè)",
    inserts=r"(?:cioè|diciamo|insomma|praticamente|ecco|sai|guarda|appunto)",
    joints=words("e ma perché quindi però quando se mentre poi"),
    chatter=(
        r"\b(?:buongiorno|buonasera|ciao|mi (?:sentite|senti|sente)|si sente|condivid\w+ (?:lo )?schermo|microfono"
        r"|arrivederci|a (?:presto|domani|dopo|risentirci)$|buona (?:giornata|serata)|grazie (?:a tutti|mille"
        r"|tante)|"
        r"prossimo (?:punto|tema)|ultimo (?:punto|tema)|cominciamo|iniziamo|ci siamo tutti|un (?:attimo|momento"
        r"|secondo)|prego|per favore|per cortesia|altro da|è tutto)\b"
    ),
    leaning=(
        r"^(?:questo (?:è|era|significa|vuol)|questa è|quello|quella|ciò|lui|lei|loro|esso|perché|che|il quale|dove"
        r"|lì|così|né|per questo|per esempio|nemmeno|neanche|è)\b"
    ),
    first_person=r"\b(?:io|mi|me|mio|mia|miei|mie|ho|sono|devo|posso|voglio|vorrei|penso|credo|propongo|faccio)\b",
    weighty=(
        r"\b(?:important\w*|decis\w+|concordato|il (?:problema|rischio|budget|risultato|motivo)|la (?:ragione|causa"
        r"|soluzione|priorità|scadenza|domanda)|l[’'](?:obiettivo|idea)|in sintesi|riassumendo|dobbiamo|bisogna"
        r"|non possiamo|abbiamo bisogno|priorità|bloccato|perché|budget|per cento)\b"
    ),
    shifts=(
        r"\b(?:prossimo (?:punto|tema)|(?:ultimo|secondo|terzo|altro) (?:punto|tema|argomento)|passiamo a\w*"
        r"|cominciamo|iniziamo|parliamo|ordine del giorno|per finire|per quanto riguarda|riguardo a)\b"
    ),
    announced=(
        r"\b(?:(?:prossimo|ultimo|primo|secondo|terzo|altro) (?:punto|tema|argomento)(?: è|,|:)*|passiamo (?:a|al"
        r"|alla|alle|ai|agli)|cominciamo (?:con|da|dal|dalla)|iniziamo (?:con|da|dal|dalla)|parliamo (?:di|del"
        r"|della|dei|delle))"
        r" (?P<what>[^,.;:?!]{3,60})"
    ),
    articles=r"^(?:(?:(?:il|lo|la|i|gli|le|un|uno|una|nostro|nostra|del|della|di|questo|questa)\s+)|l[’']|un[’'])+",
    conjunction="e",
    covered="Nella conversazione si è parlato di: {topics}.",
    decisions=(
        (
            r"(?P<what>\b(?:abbiamo|si è|è stato)(?: quindi| allora| già| tutti)* (?:deciso|concordato|stabilito"
            r"|scelto)\b .+)"
        ),
        r"\b(?P<what>(?:la|nostra) decisione è(?: che| di)?:? .+)",
        r"\bsiamo d[’']accordo (?P<what>(?:che|di|su) .+)",
        (
            r"(?P<what>\b(?:rimandiamo|rinviamo|annulliamo|manteniamo|teniamo|scegliamo|andiamo con|restiamo con"
            r"|abbandoniamo) .+)"
        ),
        r"(?P<what>\bnon (?:faremo|cambieremo|lanceremo|useremo|alzeremo|andremo) .+)",
        (
            r"^(?:ok|bene|va bene|perfetto|d[’']accordo)[,.]? (?:allora|quindi) (?P<what>(?!possiamo|potremmo"
            r"|dobbiamo|dovremmo|abbiamo|siamo|vediamo|è\b)\w+(?:iamo|mo) .+)"
        ),
    ),
    not_decisions=(
        r"\b(?:se (?:decidiamo|andiamo)|non (?:abbiamo ancora|ancora)|bisogna decidere|dobbiamo "
        r"(?:ancora )?decidere|prima di decidere|potremmo|l[’']anno scorso)\b"
    ),
    proposals=(
        r"\b(?:propongo|suggerirei|suggerisco|la mia proposta è)(?: di| che)? (?P<what>.+)",
        r"\b(?P<what>(?:potremmo|dovremmo) .+)",
    ),
    settled=(
        r"^(?:(?:sì|ok|bene|perfetto|certo)[,.! ]*)*(?:d[’']accordo|va bene così|facciamo così|deciso"
        r"|allora facciamo così|siamo d[’']accordo|aggiudicato)\b[^?]{0,60}$"
    ),
    agreement=(
        r"^(?:(?:sì|ok|bene|perfetto|certo)[,.! ]*)*(?:d[’']accordo|va bene|nessun problema|ci penso io"
        r"|me ne occupo(?: io)?|lo faccio(?: io)?|lo farò|volentieri|certo|sì|ok|senz[’']altro"
        r"|certamente)\b[^?]{0,60}$"
    ),
    own=(
        r"(?P<task>\b(?:io )?mi (?:occupo|incarico) (?:di|del|della|dei|delle|dell[’']) ?.+)",
        (
            r"(?P<task>\b(?:io )?(?:ti |vi |gli |le |lo |la |te lo |ve lo |te la )?(?:mando|invio|preparo|scrivo"
            r"|verifico|controllo|chiamo|organizzo|contatto|prenoto|finisco|chiedo|correggo|aggiorno)\b .+)"
        ),
        (
            r"(?P<task>\b(?:io )?(?:ti |vi |gli |le |lo |la |te lo |ve lo |te la )?(?:manderò|invierò|preparerò"
            r"|scriverò|verificherò|controllerò|chiamerò|organizzerò|contatterò|prenoterò|finirò|chiederò"
            r"|correggerò|aggiornerò|farò|parlerò)\b.+)"
        ),
        (
            r"\b(?:io )?(?:devo|posso) (?P<task>(?:mandare|inviare|preparare|scrivere|verificare|controllare"
            r"|chiamare|organizzare|contattare|prenotare|finire|chiedere|correggere)\w*\b.+)"
        ),
    ),
    promises=(r"(?P<task>\b(?:avrai|avrete|riceverai|riceverete) .+)",),
    asks=(
        r"\b(?P<who>{name}),? (?:puoi|potresti|può|potrebbe)(?: anche| per favore)* (?P<task>.+)",
        r"\b(?:puoi|potresti),? (?P<who>{name}),? (?P<task>.+)",
        r"\b(?:puoi|potresti) (?P<task>.+?),? (?P<who>{name})\??$",
        r"\b(?P<who>{name}),? per favore,? (?P<task>.+)",
        r"\b(?:puoi|potresti)(?: anche| per favore)* (?P<task>.+)",
    ),
    named=(
        r"\b(?P<who>{name}) (?:deve|dovrebbe|dovrà)(?: anche)* (?P<task>.+)",
        r"(?P<task>\b(?P<who>{name}) si (?:occupa|occuperà|incarica) (?:di|del|della|dei|delle|dell[’']) ?.+)",
        r"\b(?:compito|azione) per (?P<who>{name})[:,]? (?P<task>.+)",
    ),
    tasks=(
        r"\b(?:compito|azione|il prossimo passo)(?: è|,)*:? (?:di )?(?P<task>(?!per\b).+)",
        (
            r"\bqualcuno (?:deve"
            r"|dovrebbe) (?P<task>.+)"
        ),
    ),
    shared=(r"\b(?:dobbiamo|bisogna)(?: anche)* (?P<task>.+)",),
    not_tasks=(
        r"^(?:non|dire|dir\w+|vedere|essere|avere|parlare|cominciare|iniziare|provare|ripetere\w*|spiegar\w*"
        r"|sentir\w*|raccontar\w*|mostrar\w*|condividere|mi chiedo|chiedo scusa|ti dico)\b"
    ),
    and_also=r",? e (?=(?:io )?(?:mi occupo|mando|invio|chiamo)\b)",
    refers=r"^(?:farlo|lo faccio|lo farò|questo)\b",
    clause_end=r",? (?:perché|poiché|altrimenti|appena)\b|, (?:ma|però|quindi|così|e (?:io|tu|lui|lei|poi))\b|[.?!] ",
    dangling=(
        r"\b(?:di|del|della|dei|delle|la|il|lo|le|gli|a|al|alla|per|con|in|nel|nella|su|e|o|un|una|entro|prima|dopo"
        r"|da)$"
    ),
    deadline=(
        rf"\b(?:(?:entro|prima\s+di|prima\s+della|fino\s+a|per|al\s+più\s+tardi|a\s+partire\s+da)\s+)*(?:(?:la|il"
        rf"|le)\s+)?{_POINT}(?:\s+al\s+più\s+tardi)?(?!\w)"
        rf"|\b(?:in|entro|tra|fra)\s+(?:\d+|un|una|due|tre|quattro|cinque|dieci|quindici|qualche)\s+{_SPAN}(?!\w)"
        r"|\b(?:entro|prima\s+d)(?:ella|el|i|ell[’'])?\s+(?:la\s+)?(?:prossima\s+)?(?:riunione|demo|lancio|consegna"
        r"|sprint|appuntamento)\b|\b(?:il prima possibile|appena possibile|subito dopo (?:la|questa) riunione)\b"
    ),
    because=r",? (?:perché|poiché|dato che|visto che) (?P<why>.+)$",
)
