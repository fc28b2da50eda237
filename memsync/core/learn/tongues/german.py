"""German, for the rules of auto-learn."""

from __future__ import annotations

from memsync.core.learn.lesson import Kind
from memsync.core.learn.tongue import Tongue, any_case, ruled, words

_ROLE = (
    r"(?:Designer(?:in)?|Chef(?:in)?|Manager(?:in)?|Team ?[Ll]eiter(?:in)?|Teamlead|Product Owner(?:in)?|Kolleg(?:e|in)|Architekt(?:in)?"
    r"|Entwickler(?:in)?|Ansprechpartner(?:in)?|Kund(?:e|in)|Scrum Master(?:in)?|Maintainer(?:in)?|Reviewer(?:in)?|Praktikant(?:in)?"
    r"|Mentor(?:in)?|Admin|CTO|CEO|PO)"
)
_WHO = (
    r"(?!(?:Ich|Es|Das|Der|Die|Den|Dem|Ein|Eine|Wir|Du|Sie|Er|Ihr|Und|Unsere?|Meine?|Deine?|Was|Wer|Alles|Nichts|Diese?[rs]?|Hier|Da|Jetzt|Heute|Man|Nein|Ja|Bitte)\b)"
    r"[A-ZÄÖÜ][\w'-]+(?:\s+[A-ZÄÖÜ][\w'-]+)?"
)
_OF = r"(?: (?:aus|vom|von) (?:dem |der )?[\w -]{2,30}?)?"
_AGREED = r"(?:entschieden|beschlossen|vereinbart|festgelegt|geeinigt)"

_RULES = ruled(
    (
        (Kind.DECISION, rf"\b(?:wir haben|(?:das|unser) team hat) (?:\S+ ){{0,8}}?{_AGREED}\b"),
        (Kind.DECISION, rf"\b(?:wurde|ist) (?:\S+ ){{0,6}}?{_AGREED}\b"),
        (Kind.DECISION, r"^(?:die |unsere )?entscheidung(?: ist|:)"),
        (Kind.DECISION, r"\bwir (?:bleiben bei|setzen (?:künftig |ab sofort )?auf|wechseln (?:\S+ ){0,5}?(?:zu|auf)|migrieren|standardisieren auf) \S"),
        (Kind.DECISION, r"\bwir (?:steigen|stellen) (?:\S+ ){0,6}?auf (?:\S+ ){1,3}?um\b|\bwir ersetzen (?:\S+ ){1,4}?durch \S"),
        (Kind.DECISION, r"\bwir (?:nutzen|verwenden|benutzen|unterstützen) (?:\S+ ){1,4}?nicht mehr\b"),
        (Kind.PREFERENCE, r"\bich (?:bevorzuge|hasse|ziehe (?:\S+ ){1,4}?vor|hätte (?:lieber|gern)|mag kein\w*|mag (?:\S+ ){1,4}?nicht)\b"),
        (Kind.PREFERENCE, r"\bich (?:will|möchte) (?:kein\w*|immer|nie|niemals|grundsätzlich)\b"),
        (Kind.PREFERENCE, r"\b(?:ist|sind) mir (?:\S+ ){0,3}?lieber\b|\bmir (?:ist|sind) (?:\S+ ){1,4}?lieber\b"),
        (Kind.PREFERENCE, r"^(?:immer|niemals|nie) (?:\S+ ){1,8}?(?:verwenden|benutzen|nutzen|schreiben|einsetzen)\b"),
        (Kind.PREFERENCE, r"^(?:verwende|benutze?|nutze?|schreibe?|antworte|setze?) (?:\S+ ){0,4}?(?:immer|niemals|nie|grundsätzlich)\b"),
        (Kind.PREFERENCE, r"^(?:verwende|benutze?|nutze?) (?:bitte )?kein\w* \S"),
        (Kind.PREFERENCE, r"\b(?:ab (?:jetzt|heute|sofort)|von (?:jetzt|nun) an|künftig|zukünftig|in zukunft|fortan)\b"),
        (Kind.PERSON, rf"\b(?:[Mm]eine?|[Uu]nsere?) (?:\w+ )?{_ROLE} (?:ist|heißt) {_WHO}"),
        (Kind.PERSON, rf"^{_WHO}{_OF} ist (?:unsere?|meine?|die|der|eine?) (?:\w+ ){{0,2}}{_ROLE}\b"),
        (Kind.PERSON, rf"^{_WHO}{_OF} (?:ist (?:\S+ ){{0,4}}?(?:zuständig|verantwortlich)|kümmert sich um|betreut|leitet|verantwortet)\b"),
        (Kind.PERSON, rf"^(?:[Ff]rage?|[Ss]prich mit|[Ww]ende dich an) {_WHO},? (?:wegen|bei|zu|zum|zur|für|nach|bevor)\b"),
        (Kind.FACT, (r"^wir (?:nur |immer |alle |noch |meist(?:ens)? )?(?:nutzen|verwenden|benutzen|deployen|releasen|hosten|speichern|unterstützen|veröffentlichen|betreiben)\b"
                     r"(?! (?:den|die|das|diese\w*|es|hier|gerade|dafür)\b)")),
        (Kind.FACT, r"\b(?:liegt|liegen|ist|sind|läuft|laufen|steht|stehen|lauscht|lauschen) (?:alle )?(?:in|im|unter|auf|bei|an|am) (?:port )?\S*(?:[/.:]\S|\d)"),
    ),
    with_case=Kind.PERSON,
)  # fmt: skip

GERMAN = Tongue(
    marks=words(
        """die in liegt ich wir nicht und der das ist sind mit für ein eine einen auf von zu den dem des bitte immer nie niemals unser unsere mein meine
        meinem auch nur wird werden haben hat wenn aber noch bei statt alles kein keine keinen nutzen verwenden verwende mir dir uns aus
        dass daran jetzt weil sich ihr sie es war im vom zum zur über unter nach durch nein nee"""
    ),
    filler=any_case(
        r"^(?:(?:ok(?:ay)?|also|und|aber|gut|ach|hm+|bitte|übrigens|zur info(?:rmation)?|fyi|nur damit du es weißt|hallo|hi|hey|danke|super)\b"
        r"[,:.!\u2014-]*\s+)+"
    ),
    lead_in=any_case(
        r"^(?:(?:ok(?:ay)?|also|und|bitte|ach|hm+)[,:]?\s+)*(?:zur info(?:rmation)?|fyi|übrigens|nur damit du es weißt|merke? dir|denke? (?:bitte )?daran"
        r"|beachte|du solltest wissen|gut zu wissen|vergiss nicht)\b"
    ),
    stressed=any_case(
        r"\b(?:merke? dir das|bitte merken|denk daran|nicht vergessen|behalt das im kopf|fürs nächste mal)\s*[.!]?$"
    ),
    corrects=any_case(
        r"^(?:(?:hm+|ach|naja|aber|sorry)[,.]?\s+)*(?:nein|nee|nö|falsch|stimmt nicht|nicht ganz"
        r"|das (?:stimmt (?:so )?nicht|ist (?:so )?(?:falsch|verkehrt|nicht (?:richtig|korrekt|wahr)))|du (?:liegst falsch|irrst dich))\b"
    ),
    states=any_case(
        r"\b(?:ist|sind|war|hat|haben|läuft|laufen|liegt|liegen|lauscht|nutz\w+|benutz\w+|verwend\w+|gehör\w+|kommt|braucht|steht|stehen|deploy\w+|heißt"
        r"|wechsel\w+|erschein\w+)\b"
    ),
    exact=any_case(
        r"\S[/@]\S|\w\.\w|\d{2,}|\bwir (?:sind|nutzen|verwenden|benutzen|haben|deployen|setzen)\b"
    ),
    contrast=any_case(r",?\s(?:nicht|statt|anstatt|anstelle|sondern)\s+\S"),
    code=any_case(
        r"\b(?:bugs?|fehler\w*|problem|zeile \d+|funktion|methode|variable|rückgabewert|argument|parameter|stacktrace|exception|diff|pull request"
        r"|commit|screenshot|ausgabe|logs?|knopf|button|seite|klasse|schleife|spalten?|ergebnis\w*|branch|meeting|besprechung|cpu|passw\w+|null|none|undefined)\b"
    ),
    passing=any_case(
        r"\b(?:vorerst|erst ?mal|für jetzt|fürs erste|(?:im|für den) moment|momentan|oben|unten|abwarten|warten|gerade|zurzeit|derzeit|aktuell|vorübergehend|vorläufig|(?<!ab )heute|morgen"
        r"|dieses (?:eine )?mal|diesmal|(?:in|für) diese[mnr]? (?:pr|mr|test|commit|branch|fall|datei|funktion|aufgabe)|bis|solange|in \w+ minuten"
        r"|seit (?:deiner|der letzten)|deine[mnr]? (?:letzten? )?(?:änderung(?:en)?|vorschlag)|ich mein(?:e|te)|schon wieder|immer noch|noch ?(?:ein)?mal"
        r"|(?:geht|funktioniert) (?:immer noch |noch )?nicht|schlägt|schlagen|fehlgeschlagen|kaputt|instabil|abgestürzt|timeout|hängt)\b"
    ),
    doubtful=any_case(
        r"\b(?:wenn|falls|ob|vielleicht|eventuell|wahrscheinlich|vermutlich|möglicherweise|könnte\w*|würde\w*|wäre\w*|liefe|bräuchte\w*|(?:nicht|un)sicher"
        r"|ich (?:glaube|denke|vermute|nehme an|frage mich)|gelesen|gehört, |versuch\w*|probier\w*|ausprobier\w*|sollte[nt]? wir|soll ich|man sollte"
        r"|angenommen|sagt)\b"
    ),
    points=any_case(
        r"\b(?:bevorzuge|mag|hasse|will|möchte|nimm|nutze|verwende|nutzen|verwenden|lieber|bei|mit|für|auf|behalten|lassen|machen)(?: wir)? "
        r"(?:es\b|das\b(?! (?-i:[A-ZÄÖÜ]))|dies(?:e[rsmn]?)?\b(?! (?:projekt|repo))|deine[rnsm]?\b"
        r"|(?:die|den|das|der|dem) (?:erste|zweite|dritte|letzte|nächste|andere|obere|untere|gleiche)\w*(?:$|[.,! ]))"
    ),
    reason=any_case(r"^(?:weil|denn|sonst|ansonsten|der grund|das liegt)\b"),
    rules=_RULES,
    hollow=words(
        """ich wir du es das der die den dem des ein eine einen einem ist sind war und oder aber so zu in an auf für mit bei von mein meine unser
        unsere dein deine mir mich uns bitte immer nie niemals mag hasse will möchte bevorzuge lieber jetzt ab hier künftig zukunft nicht kein keine
        mehr verwende nutze nutzen verwenden benutzen dann da wie was eins sache sehr gut besser alle alles ok ja nein lass dir merk"""
    ),
    here=any_case(
        r"\b(?:hier|diese[mns]? (?:projekt|repo\w*|paket|app)|projekt\w*|repo\w*|codebase|wir|uns|unser\w*)\b"
    ),
    me=any_case(r"\b(?:ich|mir|mich|mein\w*)\b"),
)
