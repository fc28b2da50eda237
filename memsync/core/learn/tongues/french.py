"""French, for the rules of auto-learn."""

from __future__ import annotations

from memsync.core.learn.lesson import Kind
from memsync.core.learn.tongue import Tongue, any_case, ruled, words

_ROLE = (
    r"(?:designer|chef(?:fe)?|manager|manageuse|responsable|lead|product owner|collègue|architecte|développeu(?:r|se)|ingénieure?|cliente?|contact"
    r"|scrum master|mainteneu(?:r|se)|stagiaire|mentore?|admin|direct(?:eur|rice)|CTO|CEO|PO)"
)
_WHO = (
    r"(?!(?:Je|Il|Elle|On|Nous|Vous|Tu|Les?|La|Une?|Ce|Cette|Ces|C'est|Notre|Nos|Mon|Ma|Ton|Ta|Qui|Tout|Rien|Et|Ça|Cela|Non|Oui)\b)"
    r"[A-ZÀ-Ý][\w'-]+(?:\s+[A-ZÀ-Ý][\w'-]+)?"
)
_OF = r"(?: d(?:e la |e l'|u |e )[\w' -]{2,30}?)?"

_RULES = ruled(
    (
        (Kind.DECISION, r"\b(?:nous avons|on a|l'équipe a) (?:\w+ ){0,2}(?:décidé|choisi|convenu|opté|tranché)\b"),
        (Kind.DECISION, r"\b(?:il a été|c'est) (?:décidé|convenu)\b"),
        (Kind.DECISION, r"^(?:la |notre )?décision ?(?:est|:)"),
        (Kind.DECISION, r"\b(?:nous restons|on reste) (?:sur|avec) \S|\b(?:nous passons|on passe) de \S+ (?:\S+ ){0,2}?à \S"),
        (Kind.DECISION, r"\b(?:nous migrons|on migre) (?:\S+ ){0,3}?vers \S|\b(?:nous remplaçons|on remplace) \S+ (?:\S+ ){0,2}?par \S"),
        (Kind.DECISION, r"\b(?:nous n'utilisons|on n'utilise|nous ne supportons|on ne supporte) plus\b"),
        (Kind.PREFERENCE, r"\bje préfère\b(?! que\b)|\bj'aime mieux\b|\bma préférence\b|\bje veux toujours\b"),
        (Kind.PREFERENCE, r"\bje (?:déteste|hais|n'aime pas|ne supporte pas|ne veux (?:pas|plus) d(?:e |'|es ))"),
        (Kind.PREFERENCE, r"^(?:utilisez?|écris|écrivez|mets|mettez|emploie|réponds(?:-moi)?) (?:\w+ ){0,2}?toujours\b"),
        (Kind.PREFERENCE, r"^(?:n'utilisez?|ne mets|ne mettez|n'ajoutez?|n'écris|n'écrivez|n'emploie) (?:\w+ )?jamais\b"),
        (Kind.PREFERENCE, r"^toujours (?:utiliser|mettre|écrire|employer)\b|^jamais d(?:e |')\w"),
        (Kind.PREFERENCE, r"(?:\bà partir de maintenant|\bdorénavant|\bdésormais|\bà l'avenir|\bdès maintenant)\b"),
        (Kind.PREFERENCE, r"^(?:arrête|cesse)z? d(?:e |')(?:mettre|ajouter|utiliser|écrire|employer)\b"),
        (Kind.PERSON, rf"\b(?:[Mm]on|[Mm]a|[Nn]otre) (?:\w+ )?{_ROLE} (?:est|s'appelle) {_WHO}"),
        (Kind.PERSON, rf"^{_WHO}{_OF} est (?:notre|mon|ma|le|la|une?) (?:\w+ ){{0,2}}{_ROLE}\b"),
        (Kind.PERSON, rf"^{_WHO}{_OF} (?:s'occupe d|est (?:responsable|chargée?) d|gère \S|dirige \S|maintient \S)"),
        (Kind.PERSON, rf"^(?:[Dd]emandez?|[Pp]arlez?) à {_WHO} (?:pour|au sujet|à propos|avant)\b"),
        (Kind.PERSON, rf"^Je travaille avec {_WHO}, (?:notre|mon|ma) (?:\w+ ){{0,2}}{_ROLE}\b"),
        (Kind.FACT, (r"^(?:nous (?:\w+ )?(?:utilisons|déployons|livrons|hébergeons|stockons|publions|supportons)"
                     r"|on (?:\w+ )?(?:utilise|déploie|livre|héberge|stocke|publie))\b(?! (?:la|le|les|ça|cette|ce)\b)")),
        (Kind.FACT, r"\b(?:est|sont|se trouve(?:nt)?|tourne(?:nt)?|écoute(?:nt)?|vit|vivent) (?:tous |toutes )?(?:dans|sous|sur|à|chez) (?:le port )?\S*(?:[/.:]\S|\d)"),
    ),
    with_case=Kind.PERSON,
)  # fmt: skip

FRENCH = Tongue(
    marks=words(
        """le la les on à de se nous je est sont pas et des une un du dans pour avec que qui notre nos mon ma vous tu au aux sur ne ce cette c qu
        plus toujours jamais il elle en de l d n j s y ou où mais par utilise utilisons jamais moi toi son sa ses être avons"""
    ),
    filler=any_case(
        r"^(?:(?:ok(?:ay)?|d'accord|alors|donc|et|mais|bon|bien|ah|oh|euh|hm+|s'il (?:te|vous) pla[iî]t|stp|svp|au fait|pour info(?:rmation)?|fyi|en fait"
        r"|bonjour|salut|merci|super|(?:sache|sachez|n'oubliez? pas|notez?|retiens|rappelle-toi|souviens-toi|garde en tête|à noter) que)\b[ ,:.!\u2014-]*)+(?<=[ ,:.!\u2014-])"
    ),
    lead_in=any_case(
        r"^(?:(?:ok(?:ay)?|alors|et|bon|euh|hm+)[,:]?\s+)*(?:pour info(?:rmation)?|fyi|au fait|sache|sachez|n'oubliez? pas|notez?|retiens|rappelle-toi"
        r"|souviens-toi|garde en tête|à noter|bon à savoir)\b"
    ),
    stressed=any_case(
        r"\b(?:retiens-le|retiens ça|souviens-t'en|ne l'oublie pas|à retenir|garde-le en tête|pour la prochaine fois)\s*[.!]?$"
    ),
    corrects=any_case(
        r"^(?:(?:hm+|ah|euh|mais|désolé)[,.]?\s+)*(?:non|nan|faux|en fait|pas tout à fait|incorrect"
        r"|c'est (?:faux|inexact|incorrect)|ce n'est pas (?:vrai|exact|correct|juste|ça)|tu te trompes|vous vous trompez)(?=\s|[,.;:!]|$)"
    ),
    states=any_case(
        r"(?:\b(?:est|sont|était|a|ont|tourne(?:nt)?|écoute(?:nt)?|utilis\w+|se trouve(?:nt)?|appartient|vient|faut|déplo\w+|sort|sortent|change(?:nt)?|sommes|s'appelle)|\bc'est)\b"
    ),
    exact=any_case(
        r"\S[/@]\S|\w\.\w|\d{2,}|\b(?:nous (?:sommes|utilisons|avons|déployons)|on (?:est|utilise|déploie))\b"
    ),
    contrast=any_case(r",?\s(?:(?:et )?(?:non|pas)|au lieu de|plutôt que)\s+\S"),
    code=any_case(
        r"\b(?:bugs?|erreurs?|problème|ligne \d+|fonction|méthode|variable|valeur de retour|argument|paramètre|exception|diff|pull request|commit|capture"
        r"|sortie|logs?|bouton|page|classe|boucle|colonnes?|fichier|résultats?|branche|réunion|cpu|mot de passe|null|none|undefined)\b"
    ),
    passing=any_case(
        r"\b(?:pour (?:l'instant|le moment)|en ce moment|plus haut|plus bas|ci-dessus|ci-dessous|attendre|actuellement|temporairement|provisoirement|aujourd'hui|demain|ce soir|(?:pour )?cette fois|juste une fois"
        r"|(?:dans|pour) (?:cette|ce) (?:pr|mr|test|commit|branche|cas|tâche)|jusqu|dans \w+ minutes|ta (?:dernière )?(?:modification|proposition)"
        r"|tes (?:modifications|changements)|la dernière modification|je voulais dire|je parlais|encore|toujours pas|ne (?:marche|fonctionne) pas|échou\w+|échecs?"
        r"|plant[eé]\w*|instable|timeout|bloqu\w+|en retard)\b"
    ),
    doubtful=any_case(
        r"\b(?:si|peut-être|probablement|sans doute|pourrai\w+|pourrions|devrai\w+|devrions|serait|aurait|pas sûre?|je (?:crois|pense|suppose|me demande|ne sais pas)"
        r"|j'ai (?:lu|entendu)|essay\w+|est-ce que|faut-il|dit qu|imagin\w+)\b"
    ),
    points=any_case(
        r"\b(?:préfère|aime|adore|déteste|veux|utilise|utilisons|prends|garde|avec|sur|pour|suit|à) (?:ça|cela|ceci|le (?:premier|deuxième|second|troisième|dernier|même)"
        r"|la (?:première|deuxième|seconde|troisième|dernière|même)|ta|ton|tes|cette|cet|ces|ce(?! (?:qui|projet|dépôt|repo)\b)|l'autre)\b"
    ),
    reason=any_case(r"^(?:parce qu|car\b|puisqu|sinon\b|la raison\b)"),
    rules=_RULES,
    hollow=words(
        """je nous vous tu il elle on ce cela ça c'est le la les un une des du de d' est sont était et ou mais si à en dans sur pour avec mon ma
        mes notre nos ton ta tes moi me s'il te plaît toujours jamais aime déteste veux préfère maintenant ici avenir désormais pas plus utilise
        utiliser alors là comment que qui chose très bien mieux tout tous ok oui non retiens-le mettre mets faire"""
    ),
    here=any_case(
        r"\b(?:ici|(?:dans|pour) ce|ce (?:projet|dépôt|repo)|nous|notre|nos|on|projet|dépôt|repo)\b"
    ),
    me=any_case(r"\b(?:je|j'|moi|me|m'|mon|ma|mes)(?=\W|\w)"),
)
