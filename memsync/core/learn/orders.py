"""Orders: what no memory may say to an assistant, in the languages that rules know. Refusing too much costs a lesson; too little, more."""

from __future__ import annotations

import re

_ENGLISH = r"""
      \b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|rules?|prompts?|guidelines?|guardrails?|safety|policy|policies)\b
    | \b(?:system|developer)\s+(?:prompt|message)\b
    | \byou\s+are\s+(?:now|no\s+longer)\b | \bpretend\s+(?:to\s+be|you)\b | \bjailbreak
    | \b(?:new|your\s+(?:new|real|only))\s+instructions?\b
    | \bdo\s+not\s+(?:tell|inform|mention\s+(?:this|it)\s+to)\b | \bwithout\s+(?:asking|telling|confirmation|permission)\b
    | \b(?:always|auto(?:matically)?)[-\s]+(?:approve|accept|allow|confirm|execute)\b
    | \b(?:skip|disable|turn\s+off)\b.{0,30}\b(?:permissions?|confirmations?|approvals?|hooks?|scann?(?:er|ing)|checks?)\b
    | --dangerously | \brm\s+-rf?\b | \|\s*(?:ba|z|da)?sh\b | \bbase64\s+-d\b
    | \b(?:send|post|upload|forward|e-?mail|exfiltrate)\b.{0,60}(?:https?://|\btokens?\b|\bsecrets?\b|\bkeys?\b|\bcredentials?\b|\bpasswords?\b|\.env\b)
    | ^\s*(?:system|assistant|human|user)\s*: | </?\s*(?:system|assistant|human|function|tool|antml)
    | \b(?:tool_use|tool_result|function_calls?)\b
"""
_GERMAN = r"""
      \b(?:ignorier|vergiss|missacht|umgeh|übergeh|überschreib)\w*\b.{0,40}\b(?:anweisung|anleitung|regel|vorgabe|richtlinie|instruktion|prompt|sicherheit)\w*
    | \bsystem-?\s?(?:prompt|nachricht|anweisung) | \bdu\s+bist\s+(?:jetzt|nun|ab|nicht\s+mehr)\b | \btu(?:e)?\s+so,?\s+als\b | \bneuen?\s+anweisung
    | \b(?:sag|erzähl|verrat|erwähn|meld)\w*\b.{0,30}\b(?:nicht|niemand\w*|keinem)\b
    | \bohne\s+(?:(?:nach)?zufragen|zu\s+fragen|rück?frage|bestätigung|erlaubnis|genehmigung|zustimmung)
    | \b(?:immer|automatisch|ungefragt|alle[mnrs]?|jede[mnrs]?)\b.{0,40}\b(?:genehmig|akzeptier|bestätig|erlaub|freigeb|freigabe|zustimm)
    | \b(?:genehmig|akzeptier|bestätig|erlaub)\w*\b.{0,30}\b(?:immer|automatisch|alle[mnrs]?|jede[mnrs]?)\b
    | \b(?:immer|automatisch)\s+ausführen\b
    | \b(?:überspring|deaktivier|umgeh|abschalt|ausschalt|schalt)\w*\b.{0,40}\b(?:berechtigung|bestätigung|genehmigung|freigabe|hooks?\b|scanner|prüfung|checks?\b)
    | \b(?:schick(?:e|en|t)?|send(?:e|en|et)|poste[nt]?|lade[nt]?|lädt|leite[nt]?|maile[nt]?|übermittel[nt]?|übermittle)\b.{0,60}(?:https?://|\btokens?\b|\bgeheimnis|\w*schlüssel\b|\bzugangsdaten|\bpassw|\.env\b)
"""
_FRENCH = r"""
      \b(?:ignor|oubli|contourn|outrepass|désobé)\w*\b.{0,40}\b(?:instruction|consigne|règle|directive|prompt|garde-fou|sécurité)
    | \b(?:prompt|message|invite)\s+système\b | \btu\s+(?:es\s+(?:maintenant|désormais|dorénavant)|n'es\s+plus)\b | \bfais\s+(?:semblant|comme\s+si)\b
    | \bnouvelles?\s+(?:instruction|consigne)
    | \bne\s+(?:le\s+|l'|en\s+)?(?:dis|dites|mentionne|mentionnez|parle|parlez|préviens|révèle)\b.{0,20}\b(?:pas|à\s+personne|personne|jamais)\b
    | \bsans\s+(?:(?:rien\s+|me\s+|te\s+|lui\s+)?(?:demander|prévenir|avertir)|confirmation|autorisation|permission|poser)
    | \b(?:toujours|automatiquement|tou(?:s|te|tes))\b.{0,40}\b(?:approuv|accept|autoris|confirm)
    | \b(?:approuv|accept|autoris|confirm)\w*\b.{0,30}\b(?:toujours|automatiquement|tou(?:s|t|te|tes))\b
    | \b(?:toujours|automatiquement)\s+exécuter\b
    | \b(?:saute[rz]?|désactive[rz]?|coupe[rz]?|contourne[rz]?)\b.{0,40}\b(?:permission|confirmation|autorisation|approbation|hooks?\b|scan|vérification|contrôle)
    | \b(?:envoie[sz]?|envo(?:yer|yez|yons)|poste[rz]?|postons|téléverse\w*|transfère\w*|transmet\w*)\b.{0,60}(?:https?://|\btokens?\b|\bjetons?\b|\bsecrets?\b|\bclés?\b|\bidentifiants?\b|\bmots?\s+de\s+passe\b|\.env\b)
"""
_SPANISH = r"""
      \b(?:ignor|olvid|sált|salta|omit|desobede|anul)\w*\b.{0,40}\b(?:instrucci|reglas?\b|normas?\b|directri|prompt|seguridad)
    | \b(?:prompt|mensaje)\s+(?:del?\s+)?sistema\b | \b(?:(?:ahora|ya\s+no)\s+eres|eres\s+ahora)\b | \bfinge\b | \bhaz\s+como\s+si\b
    | \bnuevas?\s+instrucci
    | \bno\s+(?:se\s+)?(?:l[oae]s?\s+)?(?:digas|menciones|cuentes|avises|reveles)\b
    | \bsin\s+(?:preguntar|avisar|pedir|decir|confirmaci|permiso|autorizaci)
    | \b(?:siempre|automáticamente|tod[oa]s?|cualquier)\b.{0,40}\b(?:aprueb|aprob|acept|autori[zc]|confirm|permit[aei])
    | \b(?:aprueb|aprob|acept|autori[zc]|confirma|permit[aei])\w*\b.{0,30}\b(?:siempre|automáticamente|tod[oa]s?|cualquier)\b
    | \b(?:siempre|automáticamente)\s+ejecutar\b
    | \b(?:sált|salta|desactiv|omit)\w*\b.{0,40}\b(?:permiso|confirmaci|autorizaci|aprobaci|hooks?\b|escáner|comprobaci)
    | \b(?:envía\w*|envi(?:ar|amos|en)|mand(?:a|ar|amos|en)|publi(?:ca|car|camos|quen)|sube[ns]?|subi(?:r|mos)|reenv\w*)\b.{0,60}(?:https?://|\btokens?\b|\bsecretos?\b|\bclaves?\b|\bcredenciales\b|\bcontraseñas?\b|\.env\b)
"""
ORDERS = re.compile(
    f"{_ENGLISH}|{_GERMAN}|{_FRENCH}|{_SPANISH}", re.IGNORECASE | re.VERBOSE | re.MULTILINE | re.DOTALL
)
"""A text in which this is found is never learned, whoever proposes it and whatever language the rest is in."""
