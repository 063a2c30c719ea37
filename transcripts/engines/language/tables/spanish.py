"""Spanish."""

from __future__ import annotations

from transcripts.engines.language.tables import LanguageTable, words

_STOP = """
a acá adiós ahí ahora al algo alguien algún alguna algunas alguno algunos allá allí ante antes aquel aquella aquello
aquí así aún aunque bastante bien buen buena bueno buenas buenos cada casi cien claro como cómo con conmigo contigo
contra creo cual cuál cuales cualquier cuando cuándo cuánto cuanto cuatro da dan dar de debe deben debemos debería
del demás dentro desde después dice dicho dijo donde dónde dos durante e eh el él ella ellas ello ellos en encima
entonces entre era eran eres es esa esas ese eso esos esta está estaba estaban estado estamos están estar estas este
esto estos estoy etc fue fueron fuera gracias ha haber había habían hace hacemos hacen hacer hacia haciendo han has
hasta hay he hecho hemos hola hoy igual incluso ir jamás junto la las le les lo los luego más mas me mejor menos mi
mí mientras mis misma mismo mismos mucha muchas mucho muchos muy nada nadie ni ninguna ninguno no nos nosotros
nuestra nuestras nuestro nuestros nunca o os otra otras otro otros para parece pero poca poco pocos podemos poder
podría podríamos porque por pues puede pueden puedes puedo que qué quien quién quienes quiere quiero quizá quizás
saber sabes se sé sea sean ser sería si sí sido siempre siendo sin sino sobre sois solamente solo sólo somos son soy
su sus suya suyo tal también tampoco tan tanto te tendría tenemos tener tenía tengo ti tiene tienen tienes toda
todas todavía todo todos tres tu tú tus u un una unas uno unos usted ustedes va vale vamos van vas vaya ver vez
veces voy y ya yo cinco seis siete ocho nueve diez doce veinte treinta cuarenta cincuenta sesenta mil mmm digo
vosotros exacto perfecto
"""

_WEAK = """
acuerdo año años asunto ayer bien caso cosa cosas cuenta decidido decidir decisión decir deja día días difícil
dinero ejemplo empezar empezamos enero entiendo error estupendo febrero final forma gente gusta hablar hablamos hora
horas idea importante jueves julio junio lado lista lunes llevar mañana manera martes mayo menos mes meses miércoles
mirar minuto minutos momento mundo necesita necesitamos necesito noche noviembre nueva nuevas nuevo nuevos número
octubre opción paréceme parte parece pasa pasar pensar persona personas poner posible pregunta preguntas primera
primero problema problemas próxima próximo propongo propuesta punto puntos queda quedamos razón reunión sábado
segunda segundo semana semanas septiembre siguiente sitio tema temas tarde tiempo tipo trabajar trabajo trata último
última usar venir verdad vemos vista viernes domingo abril marzo agosto diciembre euros euro dólares cuesta mandar
enviar esperar gran grande pequeño
"""

_DAY = r"(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)(?:\s+(?:por la\s+)?(?:mañana|tarde|noche))?"
_MONTH = r"(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
_NTH = (
    r"(?:\d{1,2}|primero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|veinte"
    r"|treinta)"
)
_SPAN = r"(?:días?|semanas?|mes(?:es)?|trimestres?|años?|horas?|minutos?|sprints?)"
_POINT = (
    rf"(?:(?:(?:el|este|próximo)\s+)*{_DAY}(?:\s+(?:que\s+viene|próximo|{_NTH}(?:\s+de\s+{_MONTH})?))?"
    rf"|(?:el\s+)?(?:día\s+)?{_NTH}\s+de\s+{_MONTH}|(?:la\s+)?(?:próxima\s+semana|semana\s+(?:que\s+viene|próxima))"
    rf"|(?:el\s+)?(?:próximo\s+mes|mes\s+que\s+viene|próximo\s+trimestre)"
    rf"|(?:a\s+)?(?:finales|final|fin|mediados|principios)\s+de\s+(?:la\s+|este\s+|esta\s+)?(?:semana|mes|trimestre"
    rf"|año|{_MONTH})|pasado\s+mañana|mañana(?:\s+(?:por la\s+)?(?:mañana|tarde|noche|mismo))?"
    r"|hoy(?:\s+mismo)?|esta\s+(?:tarde|noche|semana|mañana)|este\s+mes|mediodía|\d{4}-\d{2}-\d{2}"
    r"|\d{1,2}/\d{1,2}(?:/\d{2,4})?|las\s+(?:\d{1,2}|\w+)(?:\s+y\s+media)?(?=\s+(?:de|como)))"
)

TABLE = LanguageTable(
    code="es",
    name="Spanish",
    stop_words=words(_STOP),
    weak_words=words(_WEAK),
    linkers=words("de del"),
    suffixes=(
        "aciones",
        "ación",
        "amientos",
        "amiento",
        "mente",
        "adores",
        "ador",
        "idades",
        "idad",
        "ando",
        "iendo",
        "ados",
        "adas",
        "ado",
        "ada",
        "ar",
        "er",
        "ir",
        "es",
        "os",
        "as",
        "a",
        "o",
        "e",
        "s",
    ),
    fillers=r"\b(?:e+h+|m+h+m+|m{2,}|e+m+|u+h+m*)\b",
    openers=(
        r"(?:hola|bueno|pues|entonces|y|pero|sí|vale|claro|ya|mira|mirad|oye|a ver|o sea|es decir|digamos|la verdad"
        r"|en fin|exacto|perfecto|muy bien|de acuerdo|gracias|vamos|además|luego|también|ah|eh|"
        r"por cierto|buena idea|genial|estupendo|efectivamente|por supuesto)"
    ),
    loose_openers=r"(?:y|pero|pues|entonces|bueno|vale|o sea|ah|eh|a ver)",
    inserts=r"(?:o sea|digamos|pues|eh|bueno|sabes|la verdad|en plan)",
    joints=words("y pero porque entonces aunque cuando si pues"),
    chatter=(
        r"\b(?:buenos días|buenas (?:tardes|noches)|hola|me (?:oís|escucháis|oyen|escuchan|oyes|escuchas)|se me "
        r"(?:oye|escucha)|comparto (?:la )?pantalla|compartir (?:la )?pantalla|micrófono|adiós|hasta (?:luego"
        r"|mañana|la próxima|pronto)$|muchas gracias|gracias a todos|"
        r"siguiente (?:punto|tema)|último (?:punto|tema)|empezamos|empecemos|estamos todos|un momento|un segundo"
        r"|de nada|por favor|algo más|eso es todo|buen día|nos vemos)\b"
    ),
    leaning=(
        r"^(?:eso|esto|esa es|ese es|es que|él|ella|ellos|ellas|porque|que|lo cual|cual|donde|allí|ahí|así|ni"
        r"|por eso|por ejemplo|sino|tampoco)\b"
    ),
    first_person=(
        r"\b(?:yo|me|mi|mí|mis|mío|mía|conmigo|voy|tengo|quiero|creo|puedo|estoy|soy|he|había dicho|pienso|necesito"
        r"|propongo)\b"
    ),
    weighty=(
        r"\b(?:importante\w*|decidi\w+|decisión|acordado|el (?:problema|riesgo|objetivo|presupuesto|resultado"
        r"|plazo)|la (?:razón|causa|solución|prioridad|pregunta|idea)|en resumen|resumiendo|tenemos que|hay que"
        r"|vamos a|no podemos|necesitamos|prioridad|bloqueado|porque|"
        r"presupuesto|por ciento)\b"
    ),
    shifts=(
        r"\b(?:siguiente (?:punto|tema)|(?:último|segundo|tercer|otro|próximo) (?:punto|tema)|pasamos a|pasemos a"
        r"|vamos con|empecemos|empezamos|hablemos|orden del día|para terminar|en cuanto a|respecto a)\b"
    ),
    announced=(
        r"\b(?:(?:siguiente|último|primer|segundo|tercer|otro|próximo) (?:punto|tema)(?: es|,|:)*|pasamos al?"
        r"|pasemos al?|empecemos (?:con|por)|empezamos (?:con|por)|vamos con|hablemos (?:de|del)|hablamos (?:de"
        r"|del))"
        r" (?P<what>[^,.;:?!]{3,60})"
    ),
    articles=r"^(?:(?:el|la|los|las|un|una|unos|nuestro|nuestra|lo|de|del|este|esta)\s+)+",
    conjunction="y",
    covered="La conversación trató de: {topics}.",
    decisions=(
        (
            r"(?P<what>\b(?:hemos|habíamos|queda|quedamos|está)(?: ya| entonces| pues| en)* (?:decidido|acordado"
            r"|quedado en)\b .+)"
        ),
        r"(?P<what>\b(?:decidimos|acordamos|quedamos en)\b .+)",
        r"\b(?P<what>(?:la|nuestra) decisión es(?: que)?:? .+)",
        (
            r"(?P<what>\b(?:nos quedamos con|vamos con|seguimos con|cancelamos|aplazamos|posponemos|descartamos"
            r"|mantenemos) .+)"
        ),
        r"(?P<what>\bno vamos a .+)",
        (
            r"^(?:vale|bueno|bien|perfecto|de acuerdo|muy bien)[,.]? entonces (?P<what>(?!podemos|podríamos|tenemos"
            r"|hay|deberíamos|es\b|qué)\w+mos .+)"
        ),
    ),
    not_decisions=(
        r"\b(?:si (?:nos|vamos|decidimos)|todavía no|aún no|hay que decidir|tenemos que decidir|falta decidir"
        r"|antes de decidir|podríamos|el año pasado|no vamos a (?:saber|tener tiempo|poder))\b"
    ),
    proposals=(
        r"\b(?:propongo|sugiero|yo propondría|mi propuesta es)(?: que)? (?P<what>.+)",
        r"\b(?P<what>(?:podríamos|deberíamos) .+)",
    ),
    settled=(
        r"^(?:(?:sí|vale|bueno|perfecto|muy bien|claro)[,.! ]*)*(?:de acuerdo|acordado|decidido|hagámoslo"
        r"|lo hacemos así|hecho|trato hecho|quedamos así|quedamos en eso)\b[^?]{0,60}$"
    ),
    agreement=(
        r"^(?:(?:sí|vale|bueno|perfecto|muy bien|claro)[,.! ]*)*(?:de acuerdo|sin problema|yo me encargo|me encargo"
        r"|lo hago|lo haré|yo lo hago|por supuesto|hecho|claro|sí|vale|con gusto|cuenta con ello)\b[^?]{0,60}$"
    ),
    own=(
        r"\b(?:yo )?(?:te |le |les |os |lo |la )?voy a (?P<task>.+)",
        r"(?P<task>\b(?:yo )?me (?:encargo|ocupo) (?:de|del) .+)",
        (
            r"(?P<task>\b(?:yo )?(?:te |le |les |os |lo |la |se lo )?(?:envío|mando|preparo|escribo|redacto|reviso"
            r"|llamo|organizo|contacto|reservo|termino|pregunto|corrijo|hago)\b .+)"
        ),
        (
            r"(?P<task>\b(?:yo )?(?:te |le |les |os |lo |la |se lo )?(?:enviaré|mandaré|prepararé|escribiré"
            r"|redactaré|revisaré|llamaré|organizaré|contactaré|reservaré|terminaré|preguntaré|corregiré|haré"
            r"|buscaré|pediré|hablaré|actualizaré)\b.+)"
        ),
        (
            r"\b(?:yo )?(?:tengo que|puedo) (?P<task>(?:enviar|mandar|preparar|escribir|redactar|revisar|llamar"
            r"|organizar|contactar|reservar|terminar|preguntar|corregir)\w*\b.+)"
        ),
    ),
    promises=(r"(?P<task>\b(?:lo tendrás|la tendrás|tendrás|tendréis|recibirás|recibiréis)\b .+)",),
    asks=(
        r"\b(?P<who>{name}),? ¿?(?:puedes|podrías|puede|podría)(?: también| por favor)* (?P<task>.+)",
        r"\b(?:puedes|podrías|puede|podría),? (?P<who>{name}),? (?P<task>.+)",
        r"\b(?:puedes|podrías) (?P<task>.+?),? (?P<who>{name})\??$",
        r"\b(?P<who>{name}),? (?:por favor,? )?(?:necesito que|quiero que) (?P<task>.+)",
        r"\b(?P<who>{name}),? por favor,? (?P<task>.+)",
        r"¿?\b(?:puedes|podrías|podría usted)(?: también| por favor)* (?P<task>.+)",
    ),
    named=(
        r"\b(?P<who>{name}) (?:va a|tiene que|debe|debería|debería de)(?: también)* (?P<task>.+)",
        r"(?P<task>\b(?P<who>{name}) (?:se encarga|se ocupa) (?:de|del) .+)",
        r"\b(?:tarea|acción) para (?P<who>{name})[:,]? (?P<task>.+)",
    ),
    tasks=(
        r"\b(?:tarea|acción|el (?:siguiente|próximo) paso)(?: es|,)*:? (?P<task>(?!para\b).+)",
        (
            r"\balguien "
            r"(?:tiene que|debe|debería) (?P<task>.+)"
        ),
    ),
    shared=(r"\b(?:tenemos que|hay que|vamos a|debemos)(?: también)* (?P<task>.+)",),
    not_tasks=(
        r"^(?:no|decir\w*|ver|ser|estar|tener|hablar|empezar|pasar|intentar|repetir|explicar\w*|oírme|escucharme"
        r"|contar\w*|mostrar\w*|compartir|te digo|me pregunto|hago una pregunta|hago un inciso|ir)\b"
    ),
    and_also=r",? y (?=(?:yo )?(?:voy a|me encargo)\b)",
    refers=r"^(?:hacerlo|lo hago|lo haré|eso)\b",
    clause_end=r",? (?:porque|ya que|si no|en cuanto)\b|, (?:pero|así que|y (?:yo|tú|él|ella|luego|así))\b|[.?!] ",
    dangling=r"\b(?:de|del|la|el|los|las|a|al|para|con|en|por|y|o|un|una|antes|después|hasta)$",
    deadline=(
        rf"\b(?:(?:antes\s+del?|para|hasta|a\s+más\s+tardar|como\s+muy\s+tarde|a\s+partir\s+del?)\s+)*(?:(?:el"
        rf"|la)\s+)?{_POINT}(?:\s+(?:como\s+muy\s+tarde|a\s+más\s+tardar))?(?!\w)"
        rf"|\b(?:en|dentro\s+de)\s+(?:\d+|un|una|dos|tres|cuatro|cinco|diez|quince|unos|unas)\s+{_SPAN}(?!\w)"
        r"|\bantes\s+de\s+(?:la|el)\s+(?:próxima\s+)?(?:reunión|demo|lanzamiento|entrega|sprint|cita)\b"
        r"|\b(?:lo antes posible|cuanto antes|ahora mismo|después de (?:la|esta) reunión)\b"
    ),
    because=r",? (?:porque|ya que|dado que|puesto que) (?P<why>.+)$",
)
