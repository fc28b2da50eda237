"""Work: questions for what is being worked on, which have none of the words of its answer. Whole questions, not words of others."""

from __future__ import annotations

from memsync.core.pattern import pattern

ANSWER = "current tasks"
"""The words under which the answer stands: the title of `current-tasks.md`."""

_LONGEST = 120
_HINTS = frozenset(
    """working worked doing up busy work last begin start leave stop where left open next pending progress unfinished task tasks todo
    todos to-do to-dos woran offen an dran wo quoi où reste-t-il trabajando dónde queda falta""".split()
)  # without one of these it is not asked; most questions have none, and the pattern need not be compiled for them
_ASKED = pattern(
    r"""(?ix) (?:(?:ok(?:ay)?|so|and|hey|hi|hello|now|remind\ me|tell\ me|also|und|bonjour|alors|hola|y|¿)[\s,:]*)*
    (?: what(?:'s|\u2019s)?\ (?:(?:am|are|was|were|is)\ )?(?:i|we|being)\ (?:(?:am|are|was|were)\ )?(?:currently\ |just\ |last\ )?(?:working\ on|worked\ on|doing|up\ to|busy\ with)
      | what\ did\ (?:i|we)\ (?:last\ )?(?:work\ on|do\ last|begin|start)
      | where\ (?:did\ (?:i|we)\ (?:leave\ off|stop)|(?:was|were|am|are)\ (?:i|we))
      | what(?:'s|\u2019s|\ is|\ are)?\ (?:still\ )?(?:open|left(?:\ to\ do)?|next|pending|in\ progress|unfinished|(?:my|our|the)\ (?:open\ |current\ |next\ )?(?:tasks?|to-?dos?))
      | what\ (?:do|should)\ (?:i|we)\ (?:have\ to\ |need\ to\ )?(?:do|work\ on)\ next
      | (?:show\ |list\ )?(?:me\ )?(?:my|our|the)?\ ?(?:open\ |current\ )?(?:tasks|to-?dos?)(?:\ list)?
      | woran\ (?:arbeite|arbeiten|habe|haben)\ (?:ich|wir) | was\ (?:ist|steht|war)\ (?:noch\ |als\ nächstes\ )*(?:offen|an|dran)
      | wo\ (?:war|waren|bin|sind)\ (?:ich|wir)(?:\ stehen\ ?geblieben)?
      | sur\ quoi\ (?:est-ce\ que\ )?(?:je|on|nous)\ (?:travaill\w+) | où\ en\ (?:étais-je|étions-nous|suis-je|sommes-nous|est-on) | que\ reste-t-il\ à\ faire
      | en\ qué\ (?:estoy|estaba|estamos|estábamos)\ trabajando | dónde\ (?:me\ quedé|nos\ quedamos) | qué\ (?:queda|falta)(?:\ por\ hacer)?
    )
    (?:\ (?:here|now|today|right\ now|at\ the\ moment|in\ this\ (?:project|repo(?:sitory)?)|last\ time|yesterday|before|again|gerade|hier|heute|gearbeitet|en\ ce\ moment|ici|ahora|aquí|hoy))*
    [\s?.!]*"""
)


def asks_for_work(text: str) -> bool:
    """Whether a whole question is for what is being worked on, or is left to do, and for nothing else."""
    words = text.lower().rstrip("?.! ").split() if len(text) <= _LONGEST else []
    return not _HINTS.isdisjoint(words) and _ASKED.fullmatch(" ".join(text.split())) is not None
