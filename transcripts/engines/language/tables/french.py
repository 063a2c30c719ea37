"""French."""

from __future__ import annotations

from transcripts.engines.language.tables import LanguageTable, words

_STOP = """
à abord ai aie aient ainsi alors ah après as assez au aucun aucune aujourd aura aurait aussi autre autres aux
avaient avait avant avec avez avoir avons beaucoup bien bon bonne bonjour bah ben bref c ça car ce ceci cela celle
celles celui cent ces cet cette ceux chacun chaque chez ci comme comment d dans de début déjà depuis des dessus deux
devant devra doit doivent dois donc dont du d'accord eh elle elles en encore enfin entre environ es est et étaient
était étant été êtes être eu eux euh fait faire fais faisait faites faut font fois hein hier hors hum ici il ils j
je jusque jusqu jamais juste l la là le les leur leurs lors lui m ma mais mal me même mêmes merci mes moi moins mon
n ne ni nos notre nous non oh on ont ou où ouais oui par parce parfait parfois pas pendant peu peut peuvent peux
plus plusieurs plutôt pour pourquoi pourrait pourrais pouvez pouvoir pouvons près presque puis puisque qu quand
quatre que quel quelle quelles quels quelque quelques quelqu qui quoi rien s sa sais sait sans sauf se sera serait
seront ses seulement si sinon soit soient sommes son sont sous suis sur surtout t ta tandis te tel telle tellement
tes toi ton toujours tous tout toute toutes très trois trop tu un une va vais vas vers veut veulent veux voilà voici
voir vois vont vos votre voudrais voulez vous vraiment vrai y cinq six sept huit neuf dix onze douze vingt trente
quarante cinquante soixante mille genre fin coup quand-même accord mm effectivement
"""

_WEAK = """
affaire aller année années ans appel aujourd'hui avancer avis besoin cas chose choses clair commence commencer
compris côté décembre décidé décider décision dernier dernière dernières dire dis dit demain demande demander détail
devrait difficile dimanche donne donner euros euro exemple expliqué façon fevrier février final finalement finir
gens heure heures idée important importante instant janvier jeudi jour jours juillet juin laisse liste lundi mai
mardi mars matin meilleur mercredi mettre minute minutes mis mois moment monde nouveau nouvelle nouvelles nombre
note novembre octobre oublier parle parler part partie passe passer pense penser personne personnes petit petite
point points possible premier première prendre prêt prochain prochaine problème problèmes proposer propose
proposition question questions raison regarder regarde reste réunion rendre samedi semaine semaines septembre simple
soir sujet sujets suite sûr temps tour tous travail travailler trouve trouver type utiliser utile vendredi venir
grand grande prix coûte coûtent soucis souci marche août avril super reprendre envoyer envoie attendre
"""

_DAY = r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)(?:\s+(?:matin|après-midi|soir))?"
_MONTH = r"(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
_NTH = (
    r"(?:\d{1,2}|1er|premier|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize"
    r"|vingt|trente)"
)
_SPAN = r"(?:jours?|semaines?|mois|trimestres?|ans?|années?|heures?|minutes?|sprints?)"
_POINT = (
    rf"(?:{_DAY}(?:\s+(?:prochain|{_NTH}(?:\s+{_MONTH})?))?|(?:le\s+)?{_NTH}\s+{_MONTH}|(?:la\s+semaine|le\s+mois"
    rf"|le\s+trimestre|l[’']année)\s+prochaine?"
    rf"|(?:la\s+|le\s+)?(?:fin|milieu|début)\s+(?:de\s+(?:la\s+)?|du\s+|d[’'])?(?:semaine|mois|trimestre|année"
    rf"|journée|{_MONTH})(?:\s+prochaine?)?|après-demain|demain(?:\s+(?:matin|après-midi|soir))?"
    r"|aujourd[’']hui|ce\s+(?:soir|matin|mois)|cet\s+après-midi|cette\s+semaine|midi"
    r"|\d{1,2}\s?h(?:eures?)?(?:\s?\d{2})?(?!\w)|\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}(?:/\d{2,4})?)"
)

TABLE = LanguageTable(
    code="fr",
    name="French",
    stop_words=words(_STOP),
    weak_words=words(_WEAK),
    linkers=words("de du d' des"),
    suffixes=(
        "ations",
        "ation",
        "ements",
        "ement",
        "ments",
        "ment",
        "euses",
        "euse",
        "eurs",
        "ives",
        "ive",
        "aient",
        "ait",
        "ées",
        "ée",
        "és",
        "er",
        "ez",
        "es",
        "é",
        "s",
        "e",
    ),
    fillers=r"\b(?:e+u+h+|h+u*m+|mm+[ -]?h+m+|ben|bah|hein)\b",
    openers=(
        r"(?:bonjour|alors|donc|et|mais|bon|ben|bah|oui|ouais|ok|okay|d[’']accord|voilà|enfin|bref|en fait|du coup"
        r"|eh bien|très bien|parfait|super|effectivement|exactement|tout à fait|"
        r"je veux dire|tu sais|vous savez|merci|ah|oh|hum|par contre|sinon|ensuite|puis|bien sûr|bonne idée)"
    ),
    loose_openers=r"(?:et|mais|donc|alors|bon|ben|bah|ouais|ok|ah|oh|du coup|en fait|bref)",
    inserts=r"(?:en fait|du coup|tu sais|vous savez|je veux dire|disons|quoi|quand même)",
    joints=words("et mais donc alors parce puis quand si comme"),
    chatter=(
        r"\b(?:bonjour|bonsoir|vous m[’']entendez|tu m[’']entends|on m[’']entend|mon micro|partage(?:r)? (?:mon"
        r"|l[’'])écran|au revoir|bonne (?:journée|soirée)|à (?:bientôt|demain|plus tard|la semaine prochaine)$"
        r"|merci (?:à tous|beaucoup|bien)|"
        r"point suivant|dernier point|prochain point|on commence|commençons|tout le monde est là|une seconde"
        r"|un instant|je vous en prie|de rien|s[’']il (?:te|vous) plaît|autre chose|c[’']est tout)\b"
    ),
    leaning=(
        r"^(?:c[’']est|ce sont|ça|cela|ceci|il|elle|ils|elles|celui-ci|celle-ci|ceux-ci|parce que|car|qui|que|dont"
        r"|où|d[’']où|c[’']était|là|y|sinon|pourtant|par exemple|ni)\b"
    ),
    first_person=r"(?:\b(?:je|me|moi|mon|ma|mes|mien|mienne)\b|\b[jm][’'])",
    weighty=(
        r"\b(?:important\w*|décid\w+|décision|convenu|le (?:problème|risque|but|budget|résultat|délai)|la (?:raison"
        r"|cause|solution|priorité|question)|l[’'](?:objectif|idée|enjeu)|en résumé|pour résumer|on (?:doit|va"
        r"|ne peut pas)|nous (?:devons|allons)|il faut|priorité|"
        r"échéance|bloqué|parce que|budget|pour cent)\b"
    ),
    shifts=(
        r"\b(?:(?:point|sujet) suivant|(?:prochain|dernier|deuxième|troisième|autre) (?:point|sujet)|passons"
        r"|on passe|commençons|on commence|parlons|ordre du jour|pour finir|concernant|quant à|au sujet)\b"
    ),
    announced=(
        r"\b(?:(?:point|sujet) suivant|(?:prochain|dernier|premier|deuxième|troisième|autre) (?:point|sujet)"
        r"|passons (?:à|au|aux)|on passe (?:à|au|aux)|commençons par|on commence par|parlons (?:de|du|des))(?: est"
        r"| c[’']est|,|:)*"
        r" (?P<what>[^,.;:?!]{3,60})"
    ),
    articles=r"^(?:(?:(?:le|la|les|un|une|des|du|de|au|aux|notre|nos|votre|ce|cette)\s+)|l[’']|d[’'])+",
    conjunction="et",
    covered="La conversation a porté sur les sujets suivants : {topics}.",
    decisions=(
        (
            r"(?P<what>\b(?:on a|nous avons|on avait|on est|nous sommes)(?: donc| tous| finalement| bien)* "
            r"(?:décidé|convenu|choisi|tombés? d[’']accord|d[’']accord)\b .+)"
        ),
        r"\b(?P<what>(?:la|notre) décision(?: est|, c[’']est)(?: donc)?(?: de| que)?:? .+)",
        r"\bc[’']est (?:décidé|convenu|acté|entendu)[,:]? (?P<what>.+)",
        (
            r"(?P<what>\b(?:on (?:garde|reporte|abandonne|annule|part sur|retient|valide|va garder|va reporter)"
            r"|nous (?:gardons|reportons|abandonnons|annulons|retenons|validons)) .+)"
        ),
        r"(?P<what>\b(?:on ne|nous n[e’']) ?(?:va|allons|fera|ferons|prendra|changera|lancera) pas .+)",
        (
            r"^(?:d[’']accord|ok|bon|très bien|parfait)[,.]? (?:donc |alors )(?P<what>(?:on|nous) (?!peut|pourrait"
            r"|devrait|doit|a\b|va voir|pouvons|devons|avons)\w+ .+)"
        ),
    ),
    not_decisions=(
        r"\b(?:si on|est-ce qu|pas encore (?:décidé|choisi)|faut (?:encore )?décider|doit (?:encore )?décider"
        r"|avant de décider|pourrait|devrait|l[’']année dernière)\b"
    ),
    proposals=(
        (
            r"\b(?:je propose|je suggère|je proposerais|ma proposition(?:,)? (?:est|serait"
            r"|c[’']est))(?: donc)?(?: de| d[’']| que| qu[’'])? ?(?P<what>.+)"
        ),
        r"\b(?P<what>(?:on|nous) (?:pourrait|pourrions|devrait|devrions) .+)",
    ),
    settled=(
        r"^(?:(?:oui|ok|bon|très bien|parfait|super)[,.! ]*)*(?:d[’']accord|entendu|c[’']est (?:décidé|entendu|acté"
        r"|bon)|on fait (?:ça|comme ça)|faisons (?:ça|comme ça)|ça marche|vendu|adopté)\b[^?]{0,60}$"
    ),
    agreement=(
        r"^(?:(?:oui|ok|bon|très bien|parfait|super|bien sûr)[,.! ]*)*(?:d[’']accord|entendu|on fait (?:ça"
        r"|comme ça)|ça marche|pas de (?:problème|souci)|je (?:m[’']en occupe|le fais|peux le faire|vais le faire)"
        r"|je ferai ça|avec plaisir|volontiers|bien sûr|oui|ok|c[’']est noté)\b[^?]{0,60}$"
    ),
    own=(
        (
            r"\bje vais(?: donc| aussi| alors)* (?P<task>(?!bien\b|mal\b|vous\s+(?:dire|montrer|expliquer)"
            r"|te\s+(?:dire|montrer|expliquer)).+)"
        ),
        (
            r"\bje (?:dois|peux) (?P<task>(?:envoyer|préparer|écrire|rédiger|vérifier|appeler|organiser|contacter"
            r"|réserver|finir|terminer|demander|corriger|relancer)\b.+)"
        ),
        r"(?P<task>\bje (?:m[’']occupe|me charge) (?:de|du|des|d[’']).+)",
        r"(?P<task>\b(?:je (?:te |vous |lui |leur |l[’']|le |la |les )?|j[’'])(?:\w{2,}rai)\b.+)",
        (
            r"(?P<task>\b(?:je (?:te |vous |lui |leur |l[’']|le |la |les |t[’'])?|j[’'])(?:envoie|prépare|écris"
            r"|rédige|vérifie|appelle|organise|contacte|réserve|termine|demande|corrige|prends|relance)\b.+)"
        ),
    ),
    promises=(r"(?P<task>\b(?:tu auras|vous aurez|tu recevras|vous recevrez) .+)",),
    asks=(
        (
            r"\b(?P<who>{name}),? (?:est-ce que )?(?:tu peux|tu pourrais|peux-tu|pourrais-tu|vous pouvez"
            r"|pouvez-vous|pourriez-vous)(?: donc| aussi| stp)* (?P<task>.+)"
        ),
        r"\b(?:tu peux|tu pourrais|peux-tu|pourrais-tu|pouvez-vous|pourriez-vous),? (?P<who>{name}),? (?P<task>.+)",
        (
            r"\b(?:tu peux|tu pourrais|peux-tu|pourrais-tu|vous pouvez|pouvez-vous|pourriez-vous) (?P<task>.+?),? "
            r"(?P<who>{name})\s?\??$"
        ),
        r"\b(?P<who>{name}),? il faudrait que tu (?P<task>.+)",
        (
            r"\b(?:tu peux|tu pourrais|peux-tu|pourrais-tu|vous pouvez|pouvez-vous|pourriez-vous)(?: aussi| donc)* "
            r"(?P<task>.+)"
        ),
    ),
    named=(
        r"\b(?P<who>{name}) (?:va|doit|devra|devrait)(?: donc| aussi)* (?P<task>.+)",
        r"(?P<task>\b(?P<who>{name}) (?:s[’']occupe|se charge) (?:de|du|des|d[’']).+)",
        r"\b(?:action|tâche) (?:pour|à) (?P<who>{name})[:,]? (?P<task>.+)",
    ),
    tasks=(
        (
            r"\b(?:action|tâche|la prochaine étape|prochaine étape)(?: est| c[’']est|,)*:? (?:de "
            r"|d[’'])?(?P<task>(?!pour\b).+)"
        ),
        r"\bil faut que quelqu[’']un (?P<task>.+)",
    ),
    shared=(r"\b(?:on doit|il faut|on va|nous devons|nous allons|il faudra)(?: donc| aussi| encore)* (?P<task>.+)",),
    not_tasks=(
        r"^(?:pas|ne|dire|voir|être|avoir|parler|commencer|passer|essayer|te dire|vous dire|revenir|répéter"
        r"|expliquer|m[’']entendre|me dire|nous dire|m[’']expliquer|nous expliquer|laisser|je dirai|j[’']aimerai"
        r"|je serai|j[’']aurai|je pourrai|je verrai|je ne|"
        r"je saurai|je préfère|je demande si|je prends note|partager mon|y aller)\b"
    ),
    and_also=r",? et (?=je (?:vais|\w+rai)\b)",
    refers=r"^(?:le faire|faire ça|m'en occuper|je m'en occupe)\b",
    clause_end=(
        r",? (?:parce que|puisque|sinon|dès que)\b|, (?:mais|donc|alors|et (?:je|on|tu|il|elle|nous|vous|ils))\b"
        r"| et (?:je|on) |[.?!] "
    ),
    dangling=r"\b(?:de|du|des|d|la|le|les|à|au|aux|pour|avec|dans|en|sur|et|ou|par|un|une|avant|après)$",
    deadline=(
        rf"\b(?:(?:d[’']ici(?:\s+à)?|avant|pour|jusqu[’']à|au\s+plus\s+tard|à\s+partir\s+de|dès)\s+)*(?:(?:la|le|à"
        rf"|au)\s+)?{_POINT}(?:\s+au\s+plus\s+tard)?(?!\w)"
        rf"|\b(?:d[’']ici|dans|sous|en)\s+(?:les\s+)?(?:\d+|un|une|deux|trois|quatre|cinq|dix|quinze"
        rf"|quelques)\s+(?:prochaine?s\s+)?{_SPAN}(?!\w)"
        r"|\bd[’']ici\s+(?:la|là|le|l[’'])\s?\w*(?:\s+prochaine?)?|\bavant\s+(?:la|le"
        r"|l[’'])\s?(?:prochaine?\s+)?(?:réunion|démo|lancement|livraison|sprint|rendez-vous|vacances|sortie)\b"
        r"|\b(?:dès que possible|au plus vite|tout de suite|après (?:la|cette) réunion)\b"
    ),
    because=r",? (?:parce que|parce qu[’']|car|puisque|étant donné que) ?(?P<why>.+)$",
)
