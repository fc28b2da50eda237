"""English, for the rules of auto-learn."""

from __future__ import annotations

import re

from memsync.core.learn.lesson import Kind
from memsync.core.learn.tongue import Tongue, ruled, words

_FILLER = re.compile(
    r"^(?:(?:ok(?:ay)?|so|and|but|well|also|alright|right|hm+|oh|please|btw|by the way|fyi|for the record|for reference|note(?: that)?"
    r"|just so you know|remember(?: that)?|keep in mind(?: that)?|you should know(?: that)?|heads[- ]up|hey|hi|hello|sure|great|thanks?)\b[,:.!\u2014-]*\s+)+",
    re.IGNORECASE,
)

# What makes a sentence be about the code in front of them rather than about how things are done.
_CODE = re.compile(
    r"""\b(?:bugs?|issue|problem|lines?\ \d+|function|method|variable|return\ value|argument|parameter|stack\ ?trace|exception|diff|pull\ request|commit
      |screenshot|output|logs?|button|page|class|snippet|stack|typo|regex|loop|null|None|undefined|results?|meeting\ is|cpu|password)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_POINTS = re.compile(
    r"\b(?:prefer|rather|like|hate|love|want|use|using|keep|with|to|on|stop|do|settled|chose|picked)(?: to| \w+ing)?(?: have| see| do| use| keep)?"
    r" (?:(?:it|this|that|these|those|your|you|option|how you)\b|the (?:first|second|third|last|next|latter|former|other|same|way)(?: one| option| approach| version| way)?(?:$|[.,!]))",
    re.IGNORECASE,
)

# What makes a sentence be about now, about nothing certain, or a question.
_PASSING = re.compile(
    r"""\b(?:for\ now|just\ this\ once|this\ (?:once|time)|for\ the\ moment|above|below|wait|at\ the\ moment|right\ now|currently|temporar\w+|today|tonight|tomorrow
      |(?:in|for|on)\ this\ (?:pr|mr|test|task|file|commit|change|branch|case|one)|until|so\ far|in\ \w+\ minutes|(?:your|my|the)\ (?:last|latest)|your\ (?:edits?|changes?|fix)|i\ mean|i\ meant
      |again\ please|still\ (?:does|doesn|not|fail|get)|fail(?:s|ed|ing)?|broken|flaky|error|crash\w*|timeout|stuck)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_DOUBTFUL = re.compile(
    r"""\b(?:if|maybe|perhaps|probably|might|could|would(?!\ rather|\ prefer|\ like)|not\ sure|unsure|i\ (?:think|guess|suppose|wonder|believe|read|heard)
      |what\ if|let's\ try|let\ us\ try|try|whether|should\ (?:we|i)|suppose|imagine|says?\ that)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_LEAD_IN = re.compile(
    r"^(?:(?:ok(?:ay)?|so|and|well|also|hm+|hey|please|oh)[,:]?\s+)*(?:fyi|for the record|for reference|note(?: that)?|just so you know|remember(?: that)?"
    r"|keep in mind(?: that)?|you should know(?: that)?|heads[- ]up|btw|by the way|for your information|good to know)\b",
    re.IGNORECASE,
)
_STRESSED = re.compile(
    r"\b(?:by the way|btw|keep (?:that|this) in mind|(?:please )?remember (?:that|this|it)|please remember|for next time)\s*[.!]?$",
    re.IGNORECASE,
)
_CORRECTS = re.compile(
    r"^(?:(?:hm+|oh|well|but|sorry)[,.]?\s+)*(?:no+(?=\s*[,.;:!\u2014-]|\s+(?:it|that|this|the|we|you)\b)|nope|nah|wrong|actually|not quite|incorrect|that's (?:wrong|not right|not true|not correct|incorrect|false)"
    r"|that is (?:wrong|not right|not true|incorrect)|you (?:got|have|had) (?:that|it|this) wrong|you're wrong|you are wrong)\b",
    re.IGNORECASE,
)
_STATES = re.compile(
    r"\b(?:is|are|was|has|have|lives?|runs?|listens?|use[sd]?|sits?|belongs?|goes|go|comes?|needs?|owns?|deploys?|changes?|we're|it's|they're)\b",
    re.IGNORECASE,
)
_EXACT = re.compile(
    r"\S[/@]\S|\w\.\w|\d{2,}|\bwe(?:'re| are| use| left| moved| dropped| only| never| always| don't)\b"
)
_CONTRAST = re.compile(r",?\s(?:not|instead of|rather than|over)\s+\S", re.IGNORECASE)
_REASON = re.compile(
    r"^(?:because|since|otherwise|the reason|it's|it is|that's because|this is because)\b", re.IGNORECASE
)

_ROLE = (
    r"(?:designer|manager|boss|lead|team ?lead|tech lead|owner|product owner|colleague|co-?worker|teammate|maintainer|architect|engineer|developer|cto|ceo|pm|"
    r"scrum master|reviewer|client|customer|contact|intern|mentor|admin|sre)"
)
_WHO = (
    r"(?!(?:I|It|This|That|These|Those|Which|The|There|Who|What|Everything|Something|Nothing|We|You|And|So|Each|One|My|Our|Your|His|Her|Its|Their)\b)"
    r"[A-Z][\w'\u2019-]+(?:\s+[A-Z][\w'\u2019-]+)?"
)
_MADE_UP_MINDS = r"(?:decided|agreed|settled|chose|chosen|picked|opted|concluded|voted)"

_RULES = ruled(
    (
        (Kind.DECISION, rf"\b(?:we|the team|they|our team|everyone)(?:'ve|'s| have| has| all)* {_MADE_UP_MINDS}\b"),
        (Kind.DECISION, rf"\bit (?:was|has been|is|'s been) {_MADE_UP_MINDS}\b"),
        (Kind.DECISION, r"^(?:the |our |final |)decision(?: is|:)"),
        (Kind.DECISION, r"\bwe(?:'re| are|'ll be| will be) (?:going with|sticking (?:with|to)|switching|moving|migrating|standardi[sz]ing|dropping|replacing|staying)\b"),
        (Kind.DECISION, r"\bwe(?:'ll| will) (?:go with|use|stick (?:with|to)|stay (?:with|on)|switch|move|drop|keep)\b"),
        (Kind.DECISION, r"\bwe (?:won't|will not|no longer|don't) (?:be )?(?:us(?:e|ing)|support(?:ing)?|ship(?:ping)?)\b"),
        (Kind.DECISION, r"^let's (?:use|go with|stick (?:with|to)|settle on|switch to|standardi[sz]e on)\b.*(?:, not | instead of | rather than | over | everywhere\b)"),
        (Kind.PREFERENCE, r"\bI(?:'d| would)?(?: \w+ly| always)? (?:prefer|rather)\b|\bI(?:'d| would) (?:much )?rather\b|\bmy preference\b"),
        (Kind.PREFERENCE, r"\bI(?: really| just)? (?:hate|can't stand|love|don't like|do not like|dislike|don't want (?:any|to see))\b"),
        (Kind.PREFERENCE, r"\bI'm (?:not a (?:big )?fan of|allergic to|a fan of)\b|\bthat's how I (?:like|want)\b"),
        (Kind.PREFERENCE, r"\bI (?:always|never|usually|generally) (?:want|need|use|write|expect|work)\b"),
        (Kind.PREFERENCE, r"^(?:always|never|don't ever|do not ever)\s+(?!mind\b|seen\b|had\b|been\b|has\b|the\b|a\b|happen|work)\w+(?<![a-rt-z]s)\b"),
        (Kind.PREFERENCE, r"\b(?:from (?:now|here|today) on|going forward|in (?:the )?future(?! tense| version| release))\b"),
        (Kind.PREFERENCE, r"^(?:stop|quit) \w+ing\b|^no more \w+"),
        (Kind.PERSON, rf"\b(?:[Mm]y|[Oo]ur) (?:\w+ )?{_ROLE} is {_WHO}"),
        (Kind.PERSON, rf"^{_WHO}(?: from (?:the )?[\w -]{{2,30}})? (?:is|'s) (?:our|my|the|a) (?:\w+ ){{0,2}}{_ROLE}\b"),
        (Kind.PERSON, rf"^{_WHO}(?: from (?:the )?[\w -]{{2,30}})? (?:owns|looks after|takes care of|is responsible for|is in charge of|runs point on)\b"),
        (Kind.PERSON, rf"^{_WHO} from (?:the )?[\w -]{{2,30}} (?:handles|leads|maintains|runs|decides|knows)\b"),
        (Kind.PERSON, rf"^(?:[Aa]sk|[Tt]alk to|[Cc]ontact|[Pp]ing|[Cc]heck with) {_WHO} (?:about|for|when|if|before|on)\b"),
        (Kind.PERSON, rf"^I (?:work|report|pair) (?:with|to) {_WHO}, (?:my|our|the) (?:\w+ ){{0,2}}{_ROLE}\b"),
        (Kind.FACT, r"^we (?:only |always |all |still |mostly |usually )?(?:use|deploy|release|ship|host|store|support|target|work|run|publish|keep|pin)s?\b(?! into\b| out\b| on\b| around\b| getting\b| seeing\b| having\b)"),
        (Kind.FACT, r"\b(?:lives?|is|are|sits?|is kept|are kept|is stored|is hosted|runs?|listens?) (?:all )?(?:in|at|under|on) (?:port )?\S*(?:[/.:]\S|\d)"),
    ),
    with_case=Kind.PERSON,
)  # fmt: skip
_HOLLOW = words(
    """a an the i we you it this that these those is are was be been do does did not no and or but so to of in on for with
    my our your me us please always never like love hate want prefer rather from now here future stop use using used them then there
    how what one thing things way much very really just more better best good out off all any some if ok yes leave keep mind"""
)
_HERE = re.compile(
    r"\b(?:here|(?:in|for) this|this (?:repo|repository|project|codebase|package|app|service)|codebase|we|our|us|project|repo)\b",
    re.IGNORECASE,
)
_ME = re.compile(r"\b(?:I|I'm|I'd|me|my|mine)\b")

ENGLISH = Tongue(
    marks=words(
        """in on a an at by as or but if the we is are of to and it you that this with for please our my have has not be from use used should don isn what
        they there these those when where which who will would can always never"""
    ),
    filler=_FILLER,
    code=_CODE,
    points=_POINTS,
    passing=_PASSING,
    doubtful=_DOUBTFUL,
    lead_in=_LEAD_IN,
    stressed=_STRESSED,
    corrects=_CORRECTS,
    states=_STATES,
    exact=_EXACT,
    contrast=_CONTRAST,
    reason=_REASON,
    here=_HERE,
    me=_ME,
    rules=_RULES,
    hollow=_HOLLOW,
)
