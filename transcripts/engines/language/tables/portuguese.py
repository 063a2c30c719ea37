"""Portuguese, of Portugal and Brazil."""

from __future__ import annotations

from transcripts.engines.language.tables import LanguageTable, words

_STOP = """
a à acho agora ah ai aí ainda algo alguém algum alguma algumas alguns ali além ante antes ao aos apenas apesar
aquela aquelas aquele aqueles aquilo aqui as às assim até através bastante bem boa bom cada cá certo cem claro com
comigo como conosco connosco contra contudo cuja cujo da daquela dar das de dela delas dele deles demais depois
desde dessa desse desta deste deve devem devemos deveria dez do dois dos duas durante e é ela elas ele eles em
embora enquanto então entre era eram essa essas esse esses esta está estamos estão estar estas estava este estes
estive estou eu exato faz fazem fazemos fazer feito fez ficar foi fora foram fosse gente há haver hoje i ir isso
isto já la lá lhe lhes lo logo mais mas me meio melhor menos mesma mesmas mesmo mesmos meu meus mil minha minhas
muita muitas muito muitos na nada não nas nem nenhum nenhuma nessa nesse nesta neste ninguém no nos nós nossa nossas
nosso nossos nove num numa nunca o obrigada obrigado oi oito olá onde ontem os ou outra outras outro outros para
pela pelas pelo pelos perante pode podem podemos poder poderia poderíamos pois por porque porquê porém portanto
posso pouca pouco poucos pra pro perfeito própria próprio qual quais qualquer quando quanto quantos quase quatro que
quem quer quero quê sabe saber são se seis seja sem sempre sendo ser será seria sete seu seus sei sim só sobre sou
sua suas tá tal talvez também tanta tanto tão te tem têm temos tenha tenho ter teu teus teve ti tinha tipo toda
todas todo todos três tu tua tuas tudo um uma umas uns vai vamos vão você vocês vos vou vinte trinta quarenta
cinquenta sessenta cinco doze quinze né eh hum vez vezes ver vi ok tava
"""

_WEAK = """
acordo agosto ano anos abril assunto assuntos amanhã caso coisa coisas começar começamos conta conversa custa
dezembro decidido decidimos decidir decisão difícil dinheiro disse dizer dia dias domingo ajuda euros euro exemplo
fala falar falamos fevereiro final fim forma grande haja hora horas ideia idéia importante janeiro jeito julho junho
junto lado lista maio manhã março maneira mandar mês meses minuto minutos momento mundo noite nova novas novembro
novo novos número outubro parte passar pensar pergunta perguntas pessoa pessoas pequeno ponto pontos possível
precisa precisamos preciso primeira primeiro problema problemas próxima próximo proposta proponho quarta quinta
razão reais resto reunião sábado segunda segundo semana semanas setembro sexta situação tarde tema temas tempo terça
terceiro trabalhar trabalho tratar último última usar vir verdade enviar esperar fica ficou acha coloca colocar
pegar certeza feira
"""

_DAY = (
    r"(?:(?:segunda|terça|quarta|quinta|sexta)(?:-feira|\s+feira)?|sábado|domingo)(?:\s+(?:de|à|pela)\s+(?:manhã"
    r"|tarde|noite))?"
)
_MONTH = r"(?:janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro)"
_NTH = r"(?:\d{1,2}|primeiro|dois|três|quatro|cinco|seis|sete|oito|nove|dez|onze|doze|quinze|vinte|trinta)"
_SPAN = r"(?:dias?|semanas?|m[êe]s(?:es)?|trimestres?|anos?|horas?|minutos?|sprints?)"
_POINT = (
    rf"(?:(?:próxima\s+)?{_DAY}(?:\s+(?:que\s+vem|próxima|dia\s+{_NTH}))?"
    rf"|(?:o\s+)?(?:dia\s+)?{_NTH}\s+de\s+{_MONTH}|(?:a\s+)?(?:próxima\s+semana|semana\s+que\s+vem)"
    rf"|(?:o\s+)?(?:próximo\s+mês|mês\s+que\s+vem|próximo\s+trimestre)"
    rf"|(?:o\s+)?(?:final|fim|meio|meados|início)\s+(?:da|do|de|deste|desta)\s+(?:semana|mês|trimestre|ano|dia"
    rf"|{_MONTH})|depois\s+de\s+amanhã|amanhã(?:\s+(?:de|à|pela)\s+(?:manhã|tarde|noite)|\s+cedo)?"
    r"|hoje(?:\s+(?:ainda|mesmo|à\s+tarde|à\s+noite))?|esta\s+(?:tarde|noite|semana)|este\s+mês|meio-dia"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}(?:/\d{2,4})?)"
)

TABLE = LanguageTable(
    code="pt",
    name="Portuguese",
    stop_words=words(_STOP),
    weak_words=words(_WEAK),
    linkers=words("de do da dos das"),
    suffixes=(
        "ações",
        "ação",
        "amentos",
        "amento",
        "mente",
        "adores",
        "ador",
        "idades",
        "idade",
        "ando",
        "endo",
        "ados",
        "adas",
        "ado",
        "ada",
        "ar",
        "er",
        "ir",
        "ões",
        "ão",
        "es",
        "os",
        "as",
        "a",
        "o",
        "e",
        "s",
    ),
    fillers=r"\b(?:e+h+m*|h+u+m+|m+h+m+|u+h+m*|a+h+m+|né)\b",
    openers=(
        r"(?:olá|oi|bom|bem|então|e|mas|sim|tá|tá bom|ok|okay|certo|claro|pois|pois é|olha|olhe|veja|quer dizer"
        r"|ou seja|tipo|na verdade|enfim|exato|exatamente|perfeito|ótimo|muito bem|de acordo|obrigad[oa]|aliás"
        r"|além disso|depois|também|ah|eh|"
        r"portanto|boa ideia|com certeza|beleza|isso)"
    ),
    loose_openers=r"(?:e|mas|então|bom|ah|eh|ok|tipo|tá)",
    inserts=r"(?:tipo|quer dizer|ou seja|sabe|né|digamos|assim|pronto|na verdade)",
    joints=words("e mas porque então embora quando se depois"),
    chatter=(
        r"\b(?:bom dia|boa (?:tarde|noite)|olá|oi pessoal|(?:vocês )?me (?:ouvem|escutam|ouve)|estão a ouvir"
        r"|partilhar (?:o )?ecrã|compartilhar (?:a )?tela|microfone|tchau|até (?:logo|amanhã|breve|a próxima)$"
        r"|muito obrigad[oa]|obrigad[oa] a todos|"
        r"próximo (?:ponto|assunto)|último (?:ponto|assunto)|vamos começar|estamos todos|um (?:momento|segundo"
        r"|instante)|de nada|por favor|mais alguma coisa|é isso|é tudo)\b"
    ),
    leaning=(
        r"^(?:isso|isto|essa é|esse é|aquilo|ele|ela|eles|elas|porque|que|o que|onde|lá|ali|assim|nem|por isso"
        r"|por exemplo|senão|é)\b"
    ),
    first_person=(
        r"\b(?:eu|me|mim|meu|minha|meus|minhas|comigo|vou|tenho|quero|acho|posso|estou|sou|penso|preciso|proponho"
        r"|fico)\b"
    ),
    weighty=(
        r"\b(?:importante\w*|decidi\w+|decisão|combinado|o (?:problema|risco|objetivo|orçamento|resultado|prazo)|a "
        r"(?:razão|causa|solução|prioridade|pergunta|ideia)|em resumo|resumindo|temos (?:que|de)|precisamos"
        r"|não podemos|prioridade|bloqueado|porque|orçamento|por cento)\b"
    ),
    shifts=(
        r"\b(?:próximo (?:ponto|assunto|tema)|(?:último|segundo|terceiro|outro) (?:ponto|assunto|tema)|vamos "
        r"(?:passar|falar|começar)|passamos|passando para|pauta|ordem de trabalhos|para terminar|quanto a"
        r"|em relação a)\b"
    ),
    announced=(
        r"\b(?:(?:próximo|último|primeiro|segundo|terceiro|outro) (?:ponto|assunto|tema)(?: é|,|:)*|vamos "
        r"(?:passar para|falar (?:de|do|da|sobre)|começar (?:com|pelo|pela|por))|passamos (?:para|ao|à)"
        r"|passando para|começamos (?:com|pelo|pela))"
        r" (?P<what>[^,.;:?!]{3,60})"
    ),
    articles=r"^(?:(?:o|a|os|as|um|uma|nosso|nossa|do|da|de|este|esta|esse|essa)\s+)+",
    conjunction="e",
    covered="A conversa foi sobre: {topics}.",
    decisions=(
        (
            r"(?P<what>\b(?:decidimos|ficou (?:decidido|combinado|acordado)|está decidido|combinamos|acordamos"
            r"|ficamos (?:de|em)|foi decidido)\b .+)"
        ),
        r"\b(?P<what>(?:a|nossa) decisão é(?: que| de)?:? .+)",
        (
            r"(?P<what>\b(?:vamos (?:com|manter|adiar|cancelar|ficar com)|ficamos com|adiamos|cancelamos|mantemos"
            r"|descartamos) .+)"
        ),
        r"(?P<what>\bnão vamos .+)",
        (
            r"^(?:tá|ok|bom|bem|certo|perfeito|de acordo|muito bem)[,.]? então (?P<what>(?!podemos|poderíamos|temos"
            r"|precisamos|devemos|deveríamos|é\b|vamos (?:ver|lá|começar|passar|falar))\w+mos .+)"
        ),
    ),
    not_decisions=(
        r"\b(?:se (?:decidirmos|formos|vamos)|ainda não|falta decidir|temos (?:que|de) decidir|precisamos decidir"
        r"|antes de decidir|poderíamos|ano passado|não vamos (?:saber|conseguir|ter tempo))\b"
    ),
    proposals=(
        r"\b(?:proponho|sugiro|eu propunha|a minha proposta é|minha proposta é)(?: que)? (?P<what>.+)",
        r"\b(?P<what>(?:poderíamos|podíamos|deveríamos|devíamos) .+)",
    ),
    settled=(
        r"^(?:(?:sim|tá|ok|certo|perfeito|claro|bom)[,.! ]*)*(?:de acordo|combinado|fechado|decidido|vamos fazer "
        r"(?:isso|assim)|fazemos assim|concordo|fica assim)\b[^?]{0,60}$"
    ),
    agreement=(
        r"^(?:(?:sim|tá|ok|certo|perfeito|claro|bom)[,.! ]*)*(?:de acordo|combinado|sem problemas?|eu (?:faço|trato"
        r"|cuido)(?: disso)?|trato disso|pode deixar|deixa comigo|com certeza|claro|sim|ok|beleza|posso sim"
        r"|vou fazer)\b[^?]{0,60}$"
    ),
    own=(
        r"\b(?:eu )?(?:te |lhe |lhes )?vou (?P<task>(?!a\b|ao\b|para\b).+)",
        r"(?P<task>\b(?:eu )?(?:trato|cuido|me encarrego|encarrego-me) (?:de|do|da|dos|das|disso) .+)",
        r"(?P<task>\b(?:eu )?fico (?:de|responsável por|encarregad[oa] de) .+)",
        (
            r"(?P<task>\b(?:eu )?(?:te |lhe |lhes )?(?:envio|mando|preparo|escrevo|verifico|confirmo|ligo|organizo"
            r"|contato|contacto|reservo|termino|pergunto|corrijo|faço)\b .+)"
        ),
        (
            r"(?P<task>\b(?:eu )?(?:te |lhe |lhes )?(?:enviarei|mandarei|prepararei|escreverei|verificarei|ligarei"
            r"|organizarei|farei|falarei|atualizarei)\b.+)"
        ),
        (
            r"\b(?:eu )?(?:tenho (?:que|de)|posso|preciso) (?P<task>(?:enviar|mandar|preparar|escrever|verificar"
            r"|ligar|organizar|contatar|contactar|reservar|terminar|perguntar|corrigir)\b.+)"
        ),
    ),
    promises=(r"(?P<task>\b(?:vais ter|vai ter|vão ter|terás|terão|vais receber|vai receber) .+)",),
    asks=(
        (
            r"\b(?P<who>{name}),? (?:você )?(?:pode|podes|poderia|podias|consegue|consegues)(?: também"
            r"| por favor)* (?P<task>.+)"
        ),
        r"\b(?:pode|podes|poderia|podias),? (?P<who>{name}),? (?P<task>.+)",
        r"\b(?:pode|podes|poderia|podias|consegue|consegues) (?P<task>.+?),? (?P<who>{name})\??$",
        r"\b(?P<who>{name}),? por favor,? (?P<task>.+)",
        r"\b(?:você pode|podes|poderia|podias|consegues|você consegue)(?: também| por favor)* (?P<task>.+)",
    ),
    named=(
        r"\b(?P<who>{name}) (?:vai|tem (?:que|de)|deve|precisa|deveria)(?: também)* (?P<task>.+)",
        r"(?P<task>\b(?:o |a )?(?P<who>{name}) (?:trata|cuida|fica) (?:de|do|da|dos|das|com) .+)",
        r"\b(?:tarefa|ação) para (?:o |a )?(?P<who>{name})[:,]? (?P<task>.+)",
    ),
    tasks=(
        r"\b(?:tarefa|ação|o próximo passo)(?: é|,)*:? (?P<task>(?!para\b).+)",
        (
            r"\balguém (?:tem (?:que|de)|deve"
            r"|precisa) (?P<task>.+)"
        ),
    ),
    shared=(r"\b(?:temos (?:que|de)|precisamos|vamos|devemos)(?: também)* (?P<task>.+)",),
    not_tasks=(
        r"^(?:não|dizer|ver|ser|estar|ter|falar|começar|passar|tentar|repetir|explicar|ouvir|ouvir-me|contar"
        r"|mostrar|partilhar|compartilhar|te dizer|ir|lá|faço uma pergunta)\b"
    ),
    and_also=r",? e (?=(?:eu )?vou \w+r\b)",
    refers=r"^(?:fazer isso|tratar disso|isso|cuidar disso|trato disso|cuido disso)\b",
    clause_end=(
        r",? (?:porque|já que|senão|assim que)\b|, (?:mas|por isso|então|e (?:eu|tu|você|ele|ela|depois))\b|[.?!] "
    ),
    dangling=r"\b(?:de|do|da|dos|das|a|o|os|as|ao|à|para|com|em|no|na|por|e|ou|um|uma|até|antes|depois)$",
    deadline=(
        rf"\b(?:(?:até(?:\s+ao?)?|antes\s+d[aeo]|para|no\s+máximo|o\s+mais\s+tardar"
        rf"|a\s+partir\s+d[aeo])\s+)*(?:(?:na|no|a|o|à)\s+)?{_POINT}(?:\s+no\s+máximo)?(?!\w)"
        rf"|\b(?:em|dentro\s+de|daqui\s+a)\s+(?:\d+|um|uma|dois|duas|três|quatro|cinco|dez|quinze|alguns"
        rf"|algumas)\s+{_SPAN}(?!\w)"
        r"|\b(?:antes|até)\s+(?:d?[ao]|à|ao)\s+(?:próxima\s+)?(?:reunião|demo|lançamento|entrega|sprint|consulta)\b"
        r"|\b(?:o mais (?:rápido|cedo) possível|o quanto antes|agora mesmo|depois (?:da|desta) reunião)\b"
    ),
    because=r",? (?:porque|já que|dado que|uma vez que) (?P<why>.+)$",
)
