"""English."""

from __future__ import annotations

from transcripts.engines.language.tables import LanguageTable, words

_STOP = """
a about above across actually after again against ago ah all almost already also although always am an and another
any anybody anyone anything anyway are aren't around as ask at away back basically be because been before behind
being below between both but by bye can can't cannot could couldn't d definitely did didn't do does doesn't doing
don't done down during each either else enough er erm especially etc even ever every everybody everyone everything
exactly except few first for from further get gets getting give given go goes going gone gonna good got gotta great
ha had hadn't has hasn't have haven't having he hello her here hers herself hey hi him himself his hmm how however i
if in instead into is isn't it its itself just kind know last least less let like likely little ll lot lots m made
make makes making many may maybe me mean means mhm might mine mm more most much must my myself need needs neither
never next no nobody nor not nothing now o of off oh ok okay on once one ones only onto or other others otherwise
our ours ourselves out over own perhaps please pretty probably put quite rather re really right s said same saw say
saying says second see seem seems seen several shall she should shouldn't since so some somebody someone something
sometimes soon sorry sort still stuff such sure t take taken takes talk tell than thank thanks that the their theirs
them themselves then there therefore these they they'd they'll they're they've thing things think this those though
through thus till to today together too took toward towards true try two um under unless until up upon us use used
uh uhm ve very want wanted wants was wasn't way we well went were weren't what whatever when whenever where whether
which while who whole whom whose why will with within without won't would wouldn't yeah yep yes yet you you'd you'll
you're you've your yours yourself anymore per mr mrs ms dr via three four five six seven eight nine ten half hundred
"""

_WEAK = """
able add added agree agreed answer area asked asking bad bit best better big bring brought call called came case
change changed check checked clear close come comes coming completely couple course day days deal decide decided
decision depends different difficult discuss discussed easy end ended everyone's example expect fact fair far fast
feel feels figure fine finish finished focus folks follow found friday fully general guess guy guys handle happen
happened happening happens happy hard hear heard help helps hope hour hours idea ideas important interesting issue
issues item items job keep keeps kept late later learn leave left level line link list long longer look looked
looking looks love main mainly matter meeting mention mentioned mind minute minutes moment monday month months
morning move moved moving new nice note noted notes number numbers old open opinion option order part parts past
people percent person piece place plan play point points possible present problem problems propose quarter question
questions quick quickly reach read ready real reason remember remind rest run runs running saturday send sending
sense sent set share short show shows side similar simple simply single situation slightly small solution somehow
somewhat speak spend start started starting starts stay step steps stop story sunday support suggest suggestion
talked talking team tells thinking thought thursday time times tomorrow told top topic topics total totally touch
tried trying tuesday turn understand understood update updates useful usually view wait waiting walk watch wednesday
week weeks welcome wonder won word words work worked working works worry worse worth write wrong year years
yesterday evening tonight afternoon high low higher lower gave giving happier fewer early earlier soon recent
recently currently current absolutely obviously honestly literally certain certainly drop dropped drops doubled cost
costs costing agreeing reply replied answered promise promised hold holding held eleven twelve thirteen fourteen
fifteen twenty thirty forty fifty sixty seventy eighty ninety thousand million pay pays paid euro euros dollar
dollars pound pounds assume assuming suppose supposed wanting needing needed seeing using hi goodbye apologise
apologies believe
"""

_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day(?:\s+(?:morning|afternoon|evening|night))?"
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
)
_NTH = (
    r"(?:\d{1,2}(?:st|nd|rd|th)?|(?:twenty[ -]|thirty[ -])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth"
    r"|ninth)"
    r"|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth"
    r"|thirtieth)"
)
_DATE = (
    rf"(?:{_MONTH}\s+(?:the\s+)?{_NTH}(?!\w)(?:,?\s+\d{{4}})?|(?:the\s+)?{_NTH}(?:\s+of)?\s+{_MONTH}(?!\w)"
    rf"|the\s+{_NTH}(?=\s*(?:$|[,.;!?]|at\b|and\b|or\b))|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?)"
)
_SPAN = r"(?:days?|weeks?|months?|quarters?|sprints?|years?|hours?|minutes?)"
_COUNT = (
    r"(?:\d+|an?|one|two|three|four|five|six|seven|ten|fourteen|a\s+couple\s+of|a\s+few|twenty[ -]four"
    r"|forty[ -]eight)"
)
_NEXT = (
    rf"(?:(?:this|next|the\s+following|first\s+thing)\s+(?:{_DAY}|{_SPAN}|{_MONTH}|morning|afternoon"
    rf"|evening)(?:\s+(?:morning|afternoon))?)"
)
_END = (
    rf"(?:(?:the\s+)?(?:end|middle|start|beginning)\s+of\s+(?:the\s+|this\s+|next\s+)?(?:{_DAY}|{_SPAN}|{_MONTH}"
    rf"|business)(?:\s+after\s+next)?)"
)
_CLOCK = (
    r"(?:\d{1,2}(?::\d{2})?\s?(?:am|pm|a\.m\.|p\.m\.)|\d{1,2}:\d{2}|(?:\d{1,2}|\w+)\s+o[’']clock|noon|midnight"
    r"|lunch(?:time)?)"
)
_WEEK_OF = rf"(?:the\s+week\s+of\s+(?:the\s+)?(?:{_NTH}|{_DATE}))"
_POINT = (
    rf"(?:{_NEXT}|{_DAY}(?:,?\s+(?:the\s+{_NTH}|{_DATE}))?|{_DATE}|{_END}|{_WEEK_OF}|tomorrow(?:\s+(?:morning"
    rf"|afternoon|evening|night))?|tonight|today|eod|eow)"
)
_BY = r"(?:by|before|until|till|no\s+later\s+than|not\s+later\s+than|at\s+the\s+latest)"
_EVENT = (
    r"(?:the|our|your|his|her)\s+(?:\w+\s+){0,2}?"
    r"(?:meeting|call|demo|launch|release|review|deadline|workshop|stand-?up|retro|sprint|visit|appointment|go-live"
    r"|holidays?)"
)

TABLE = LanguageTable(
    code="en",
    name="English",
    stop_words=words(_STOP),
    weak_words=words(_WEAK),
    suffixes=(
        "ations",
        "ating",
        "ation",
        "ments",
        "ings",
        "ment",
        "ated",
        "ates",
        "ing",
        "ies",
        "ied",
        "ate",
        "ed",
        "es",
        "ly",
        "s",
        "e",
        "y",
    ),
    fillers=r"\b(?:u+m+|u+h+m*|e+r+m*|m+[ -]?h+m+|h+m+|a+h+)\b",
    openers=(
        r"(?:hi|hello|so|and|but|okay|ok|well|right|yeah|yes|yep|oh|hey|now|alright|all right|anyway|also|then|sure"
        r"|great|good|perfect"
        r"|exactly|true|like|i mean|you know|i guess|i see|i think what|fair enough|got it|makes sense"
        r"|that makes sense|sounds good"
        r"|to be honest|honestly|basically|actually|look|listen|thanks|thank you|of course|absolutely|definitely"
        r"|correct|cool|nice"
        r"|you see|the thing is|let's see|one more thing|by the way|in that case|as i said|as you know)"
    ),
    loose_openers=r"(?:so|and|but|okay|ok|yeah|yep|oh|alright|all right|anyway|i mean|you know|then|um|also)",
    inserts=r"(?:you know|i mean|like|sort of|kind of|basically|actually|honestly|well|right|i guess)",
    verbs=(
        r"\b(?:is|are|was|were|be|been|am|has|have|had|do|does|did|will|would|can|could|should|must|may|might"
        r"|needs?|wants?|says?|said|gets?|got|goes|went|makes?|made|takes?|took|means?|seems?|looks?"
        r"|comes?|came|works?|thinks?|thought|uses?|gives?|gave|shows?|asks?|runs?|ran|tells?|told|finds?|found"
        r"|keeps?|kept|moves?|helps?|starts?|costs?|let's|cannot|sends?|sent|calls?|puts?|knows?|knew|\w+ed"
        r"|\w+n[’']t|\w+[’'](?:s|re|ll|ve|d|m))\b"
    ),
    joints=words("and but so because then okay well if when which while however although"),
    chatter=(
        r"\b(?:good (?:morning|afternoon|evening|day)|how are you|can (?:you|everyone|everybody) (?:hear|see)"
        r"|hear me|on mute|muted|unmute"
        r"|shar(?:e|ing) my screen|see my screen|nice to (?:meet|see)|see you|bye|have a (?:good|nice|great|lovely)"
        r"|thanks? (?:you )?(?:so much )?"
        r"(?:for|everyone|everybody|all)|thank you(?: so much| very much)?$|welcome(?: back| everyone| everybody"
        r"| all)|is everyone here|shall we start|let's (?:get )?start(?:ed)?"
        r"|any(?:thing|body|one) else|that's (?:all|it) (?:for|from) me|moving on|next (?:topic|item|point)|talk "
        r"(?:to you )?soon|no worries|you're welcome"
        r"|go ahead|after you|sorry,? (?:i|go|what|you)|one (?:second|moment|sec)|can i help|how can i help"
        r"|give me a (?:second|moment|minute)|is (?:it|this) (?:okay|alright) if"
        r"|please|before we (?:start|begin|finish|close)|let's wrap|to wrap up|wrap up|are you still there"
        r"|bear with me|so far so good|over to you|my name is)\b"
    ),
    leaning=(
        r"^(?:(?:that|this|those|these) (?:is|was|are|were|will|would|can|could|should|must|has|had|have|means"
        r"|makes|sounds|looks|happens|helps|one|ones|way|also|just|really|depends|takes|costs|gives|isn't|doesn't"
        r"|won't|wouldn't)|it|they|he|she|which|because|than|or|it's|that's|there's|he's|she's|they're|this is|them"
        r"|such|neither|either|both|same|"
        r"otherwise|instead|therefore|however|who|whose|where|as well|even|just|only|not|for example|for instance"
        r"|one of them|the other|the same|except)\b"
    ),
    first_person=r"\b(?:i|i'm|i’m|i'll|i’ll|i've|i’ve|i'd|i’d|me|my|mine|myself)\b",
    proper=words(
        "monday tuesday wednesday thursday friday saturday sunday january february april june july august september"
        " october november december english german french spanish italian europe america i i'm i'll i've i'd"
    ),
    weighty=(
        r"\b(?:the (?:main|biggest|real|key|important|only|goal|problem|point|question|risk|reason|plan|idea|result"
        r"|issue|priority|blocker)\w*|important\w*|decid\w+|agreed?"
        r"|in summary|to summari[sz]e|to sum up|the (?:good|bad) news|most (?:of|important)|conclu\w+|turns out"
        r"|we found|we (?:will|need|have to|should|must|can't|cannot|won't)|risk|blocked|deadline|launch\w*|budget"
        r"|priority|goal|target|root cause|because|the fix|(?:i'm|i am|we're) calling|can't get|locked|broken"
        r"|doesn't work|failed|i wanted to)\b"
    ),
    shifts=(
        r"\b(?:next (?:topic|item|point|up)|moving on|move on|let's (?:talk|turn|move|discuss|look|start)|(?:second"
        r"|third|fourth|last|final|other|another) (?:topic|item|point|thing)"
        r"|switch(?:ing)? (?:to|gears)|on to|speaking of|what about|now,? (?:about|for|to)|regarding|as for"
        r"|coming to|agenda|before we (?:close|finish|wrap)|to wrap up|any other business)\b"
    ),
    announced=(
        r"\b(?:(?:the )?(?:main|biggest|only|first) (?:thing|topic|point|item|subject)(?: for)?(?: today| now| on "
        r"(?:the|our) (?:list|agenda))? is|(?:next|last|final|first|second|third|fourth|other|another) (?:topic"
        r"|item|point|thing|subject|up)(?: on (?:the|our) (?:list|agenda))?(?: is|,|:| would be)*"
        r"|let's (?:start|begin|continue|move on|go on) (?:with|to)|let's (?:talk about|discuss|turn to|move to"
        r"|look at)|moving on to|coming to|on to|today is about|(?:i'm|i am) calling about|we(?:'re| are) here to "
        r"(?:talk about|discuss)|we (?:want|would like|are going|need|have) to (?:talk about|discuss))"
        r" (?P<what>[^,.;:?!]{3,60})"
    ),
    articles=r"^(?:(?:the|a|an|our|your|my|this|these|some|is|about|of)\s+)+",
    conjunction="and",
    covered="The conversation was about {topics}.",
    decisions=(
        (
            r"\b(?P<what>we(?:'ve|’ve| have)?(?: all| now| just| finally| also)* (?:decided|agreed)(?: on| that| to"
            r"| against| not)? .+)"
        ),
        (
            r"\b(?:let's|let us) (?P<what>(?:go (?:with|for|ahead with)|stick (?:with|to)|settle on|keep|drop"
            r"|postpone|cancel|move the|do it|use|say)\b.+)"
        ),
        r"\b(?P<what>we(?:'re|’re| are) (?:going with|sticking with|not going to|dropping|postponing|cancell?ing)\b.+)",
        r"\b(?:the|our|final) (?:final )?decision (?:is|was|here is|then is)(?: that| to)?:? (?P<what>.+)",
        r"\b(?P<what>we (?:will not|won't|won’t) .+)",
        r"\b(?P<what>(?:it's|it’s|it is|that's|that’s|that is) (?:decided|settled|agreed)(?: that|,| then)? .+)",
        r"^(?:agreed|decided|settled)(?: then)?[,:.]? (?P<what>(?:we|the|so|then|let's|it|no|from|all|every)\b.+)",
        r"\b(?P<what>(?:i've|i’ve|i have) decided .+)",
        (
            r"^(?:(?:okay|ok|good|right|great|all right|alright|fine|perfect|yes|yeah|so)[,.]? )+(?:so )?then "
            r"(?P<what>we(?:'ll|’ll)? (?!can|could|should|need|have to|might|would|will|must|had|did|were|are\b"
            r"|know|see|get\b)\w+ .+)"
        ),
        (
            r"\b(?P<what>we(?:'ll|’ll| will) (?:go with|go for|stick (?:with|to)|settle on|postpone|keep|drop"
            r"|cancel|launch|ship|use)\b.+)"
        ),
    ),
    not_decisions=(
        r"\b(?:if we|whether|haven't|have not|hasn't|not (?:yet )?(?:decided|agreed)|should decide|need to decide"
        r"|must decide|to be decided|have to decide|before we|until we|unless|won't (?:know|be able|hurt|matter"
        r"|have time)"
        r"|let's (?:say|keep (?:it short|going|moving))|last (?:year|time)|could decide|might|we will not (?:know"
        r"|be able)|keep in mind|let's use the time)\b"
    ),
    proposals=(
        (
            r"\b(?:i(?:'d| would)? (?:propose|suggest)(?: that| we)*|my (?:proposal|suggestion) (?:is"
            r"|would be)(?: that| to)?|how about(?: we)?|what if we|why don't we|let's|shall we|should we|we should"
            r"|i vote(?: for| we)?|can we) (?P<what>.+)"
        ),
    ),
    calls=(
        (
            r"\b(?:let's|let’s|let us) (?P<what>(?!say|see|start|look|talk|move|discuss|wait|go (?:on|through|back"
            r"|to|over|around)|get|begin|hear|check|take (?:a|it)|try|do (?:this|that|it)\b|be\b|continue|turn|come"
            r"|jump|hope|assume|keep going|wrap|not)\w+ .+)"
        ),
    ),
    settled=(
        r"^(?:(?:yes|yeah|yep|okay|ok|sure|fine|right|great|perfect|good|exactly|absolutely)[,.! ]*)*"
        r"(?:agreed|deal|i agree|we agree|settled|let's do (?:that|it|this)|(?:then )?we(?:'ll| will)? do (?:that"
        r"|it)|that's (?:decided|settled|agreed)|decided)\b[^?]{0,60}$"
    ),
    agreement=(
        r"^(?:(?:yes|yeah|yep|okay|ok|sure|fine|right|great|perfect|good|exactly|absolutely)[,.! ]*)*"
        r"(?:agreed|deal|i agree|we agree|i'm (?:in|fine with that|okay with that|good with that)|fine (?:by"
        r"|with) me|works for me|that works(?: for me)?|sounds good(?: to me)?|let's do (?:that|it|this)|will do"
        r"|i(?:'ll| will) do (?:that|it)|i can do (?:that|it)|on it|no problem|of course"
        r"|consider it done|sure|happy to|settled|yes,? (?:i can|please)|leave it (?:to|with) me|absolutely|okay"
        r"|yes|yeah)\b[^?]{0,60}$"
    ),
    promises=(r"\b(?P<task>you(?:'ll|’ll| will) (?:have|get|receive) .+)",),
    own=(
        (
            r"\b(?:i'll|i’ll|i will|i'm going to|i’m going to|i am going to|i'm gonna)(?: then| also| just"
            r"| personally| definitely| quickly| go ahead and| try to| make sure to| make sure i| be sure to)* "
            r"(?P<task>.+)"
        ),
        (
            r"\bi (?:can|could) (?P<task>(?:take|send|prepare|write|draft|check|look into|set up|ask|call|do "
            r"(?:that|it|the)|review|organi[sz]e|handle|book|schedule|talk to|put together|update|fix|create|share"
            r"|email|contact|order|arrange|pick up)\b.+)"
        ),
        (
            r"\blet me (?P<task>(?:send|prepare|write|draft|look into|set up|follow up|get back|find out|talk to"
            r"|put together|book|schedule|arrange|check with)\b.+)"
        ),
        (
            r"\bi (?:need to|have to|must|promised to|was going to) (?P<task>(?:send|prepare|write|draft|set up"
            r"|follow up|get back|find out|talk to|put together|book|schedule|arrange|check|finish|update|call"
            r"|order)\b.+)"
        ),
    ),
    asks=(
        r"\b(?P<who>{name}),? (?:can|could|would|will) you(?: please| also| maybe| then| just)* (?P<task>.+)",
        r"\b(?:can|could|would|will) you(?: please| also| maybe| then| just)* (?P<task>.+?),? (?P<who>{name})\??$",
        r"\b(?:can|could|would|will) you,? (?P<who>{name}),? (?P<task>.+)",
        r"\b(?P<who>{name}),? (?:would you mind|do you mind) (?P<task>.+)",
        r"\b(?P<who>{name}),? please (?P<task>.+)",
        r"^please (?P<task>.+?),? (?P<who>{name})\.?$",
        r"\b(?P<who>{name}),? you(?:'ll|’ll| will)(?: then| also| please)? (?P<task>.+)",
        r"\b(?:can|could|would) you(?: please| also| maybe| then| just)* (?P<task>.+)",
        r"\b(?:would|do) you mind (?P<task>\w+ing .+)",
        (
            r"\b(?:i need you to|i'd like you to|i would like you to|you need to|you have to|please make sure (?:to"
            r"|you)|you should) (?P<task>.+)"
        ),
        r"^please (?P<task>.+)",
    ),
    named=(
        (
            r"\b(?P<who>{name}) (?:will|is going to|needs to|has to|should|is supposed to|must|agreed to"
            r"|promised to|offered to|is to|'s going to)(?: then| also)? (?P<task>.+)"
        ),
        r"\b(?P<who>{name})(?:'ll|’ll) (?P<task>.+)",
        (
            r"\b(?:action item|action|to-?do|next step|task)s? (?:for|on) (?P<who>{name})(?: is"
            r"| would be)?(?: to)?[:,]? (?P<task>.+)"
        ),
    ),
    tasks=(
        (
            r"\b(?:action item|to-?do|(?:the|one|another|our) next step(?: here)?|follow-?up (?:item|task))(?: is"
            r"| was| would be| here is)?(?: that we| to| for us to)?[:,]? (?P<task>(?!for\b|from\b|on\b|list\b).+)"
        ),
        r"\b(?:somebody|someone) (?:needs to|has to|should|must) (?P<task>.+)",
    ),
    shared=(r"\bwe(?:'ll|’ll| will| need to| have to| must)(?: all| also| then| definitely| really)* (?P<task>.+)",),
    not_tasks=(
        r"^(?:don't|don’t|not|never|be|say|admit|tell (?:you|me|everyone|everybody)|repeat|start (?:with|by|off|us)"
        r"|begin|go (?:first|over|through|next|back)|hand (?:it |this )?over(?: to)?|pass|explain|share my screen"
        r"|show you|see|hear|have|assume|guess|stop|leave it|let|"
        r"keep it|wait|mention|think|need|know|want|get (?:to|into|there)|come|give you|take that as|take the|try"
        r"|quickly|read out|remember|miss|probably (?:not|never)|confess|put (?:it|you)|mute|join|do my best|hear"
        r"|speak (?:up|louder|slower)"
        r"|repeat|hold|bet|agree|confirm your|walk you|skip|love|like|happen|work(?: out)?\b|help you|depend|spell"
        r"|tell me|explain|clarify|say|hear me|see|share your screen|remind me|imagine|summarise|summarize"
        r"|run through|elaborate|stay|just be|have to (?:be|say|admit)"
        r"|find (?:it|them|out how)|use|always|end up|become|look at (?:that|this|it) now|cover|turn to|move on"
        r"|talk about|discuss)\b"
    ),
    and_also=r",? and (?=(?:then |also )?(?:i'll|i’ll|i will|i'm going to|i can)\b)",
    refers=r"^(?:do|handle|take care of|organi[sz]e|take) (?:that|this|it)\b",
    clause_end=(
        r",? (?:because|so (?!that)(?:we|you|i|they|it|he|she)|otherwise|in case|since)\b|[,;] (?:but|so|though"
        r"|although|which|unless|if|when|or we|or i|she|he|they|it|we|you|i|that's|it's)\b"
        r"|,? and (?:then )?(?:i|i'll|i'd|i’ll|we|we'll|they|they'll|he|he'll|she|she'll|you|you'll|it|it'll|that"
        r"|there)\b|[.?!] "
    ),
    dangling=(
        r"\b(?:of|for|the|an?|on|at|to|in|with|from|by|after|before|since|until|and|or|than|is|are|has|have|that|if"
        r"|when|which|he|it's|was|were|will|can|my|our|your|their|because)$"
    ),
    me=r"\bme\b",
    deadline=(
        rf"\b(?:(?:{_BY}|on|for|at|in|starting)\s+)?(?:the\s+latest\s+)?{_POINT}(?:\s+(?:by|at)\s+(?:{_CLOCK}"
        rf"|the\s+latest|\w+\s+(?:fifteen|thirty|forty-five)))?(?!\w)"
        rf"|\b{_BY}\s+(?:{_EVENT}|{_MONTH}|{_CLOCK}|lunch|then)(?!\w)"
        rf"|\b(?:in|within)\s+(?:the\s+next\s+)?{_COUNT}\s+(?:working\s+|business\s+)?{_SPAN}(?!\w)"
        r"|\b(?:as soon as possible|asap|(?:right |directly |straight )?after (?:this|the) (?:call|meeting)"
        r"|right away|immediately)\b"
    ),
    because=r"(?:,? (?:because|since|given that|as it|so that) |,? due to )(?P<why>.+)$",
)
