"""People talking to an assistant in German, French and Spanish: made-up exchanges, half with something worth keeping.

As in `talk`: `near` is what the rules were written beside, `far` was written before there were rules and not looked at while
they were; `everyday` is what people say all day. Everything follows from the seed.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from talk import HOSTS, NAMES, PATHS, PORTS, TOOLS, Exchange, Truth, written_as_typed


@dataclass(frozen=True, kw_only=True)
class Speech:
    """A language's sentences, each worth keeping with its kind and the slots a memory of it must have."""

    slots: dict[str, list[str]]
    tasks: list[str]
    near: list[tuple[str, str, str]]
    far: list[tuple[str, str, str]]
    empty_near: list[str]
    empty_far: list[str]
    everyday: list[str]


SERVICES = ["Billing", "Checkout", "Search", "Auth"]

GERMAN = Speech(
    slots={
        "style": [
            "frühe Returns",
            "Type Hints",
            "Conventional Commits",
            "tabellarische Tests",
            "Dataclasses",
        ],
        "ugly": ["Emojis", "Default-Exporte", "Wildcard-Importe", "Abkürzungen in Namen", "Mocks"],
        "day": ["dienstags", "donnerstags", "mittwochs", "freitags"],
        "lang": ["Deutsch", "Englisch", "Polnisch"],
        "reason": [
            "der Build ist letzten Monat zweimal gescheitert",
            "das Bundle wurde zu groß",
            "die Prüfer wollen es so",
        ],
    },
    tasks=[
        "Kannst du den Test in {path} reparieren?",
        "Schreib jetzt die Migration.",
        "Schau dir als Nächstes {path} an.",
    ],
    near=[
        ("preference", "Ich bevorzuge {style}, bitte merk dir das.", "style"),
        ("preference", "Bitte immer {style} in diesem Projekt verwenden.", "style"),
        ("preference", "Verwende niemals {ugly} in meinem Code.", "ugly"),
        ("preference", "Ich mag keine {ugly}.", "ugly"),
        ("preference", "Antworte mir ab jetzt immer auf {lang}.", "lang"),
        ("decision", "Wir haben uns für {a} statt {b} entschieden, weil {reason}.", "a b"),
        ("decision", "Wir bleiben bei {a} für {service}.", "a service"),
        ("decision", "Entscheidung: {a} für alles Neue, {b} bekommt nur noch Sicherheitsupdates.", "a b"),
        ("decision", "Wir steigen nächsten Monat von {b} auf {a} um.", "a b"),
        ("fact", "Zur Info: unser Staging läuft auf {host}, Port {port}.", "host port"),
        ("fact", "Wir nutzen {a} für {service}.", "a service"),
        ("fact", "Die Produktionskonfiguration liegt in {path}.", "path"),
        ("fact", "Denk daran, dass wir nur {day} deployen.", "day"),
        ("person", "{name} ist unsere Designerin.", "name"),
        ("person", "{name} ist für {service} zuständig.", "name service"),
        ("person", "Mein Chef ist {name}.", "name"),
        ("correction", "Nein, das stimmt nicht. Der Port ist {port}, nicht 8080.", "port"),
        ("correction", "Falsch, wir nutzen {a}, nicht {b}.", "a b"),
    ],
    far=[
        ("preference", "Mir sind {style} lieber als schlauer Code.", "style"),
        ("preference", "Ich hasse {ugly}, lass die künftig weg.", "ugly"),
        ("preference", "In Zukunft bitte {style} in neuen Modulen.", "style"),
        ("preference", "Schreib Kommentare von jetzt an auf {lang}.", "lang"),
        ("preference", "Ich möchte grundsätzlich {style} in neuem Code.", "style"),
        ("decision", "Das Team hat beschlossen, {b} durch {a} zu ersetzen.", "a b"),
        ("decision", "Wir haben beschlossen, dass {service} auf {a} bleibt.", "service a"),
        ("decision", "Wir verwenden {b} nicht mehr, sondern {a}.", "a b"),
        (
            "decision",
            "In der Architekturrunde wurde entschieden, dass {service} auf {a} umzieht.",
            "service a",
        ),
        ("fact", "Übrigens: {service} lauscht auf Port {port}.", "service port"),
        ("fact", "Du solltest wissen, dass Releases nur {day} erscheinen.", "day"),
        ("fact", "Die Deploy-Skripte sind alle unter {path}.", "path"),
        ("fact", "Wir deployen ausschließlich {day}.", "day"),
        ("person", "{name} aus dem Plattform-Team kümmert sich um {service}.", "name service"),
        ("person", "Frag {name}, wenn es um {service} geht.", "name service"),
        ("person", "Unsere Product Ownerin heißt {name}.", "name"),
        ("correction", "Nee, die Tests für {service} liegen in {path}.", "service path"),
        ("correction", "Das ist nicht richtig: wir sind auf {a}, nicht auf {b}.", "a b"),
    ],
    empty_near=[
        "Kannst du den fehlschlagenden Test in {path} reparieren?",
        "danke, das funktioniert!",
        "Der Build schlägt fehl: TypeError: cannot read properties of undefined",
        "was macht {path}?",
        "Lass bitte die Tests noch einmal laufen",
        "hmm, geht immer noch nicht, derselbe Fehler auf Port {port}",
        "Sollten wir hier {a} oder {b} nehmen?",
        "Vielleicht könnten wir {a} ausprobieren? bin nicht sicher",
        "mach weiter",
        "Nimm Option 2.",
        "Erklär mir, wie sich {a} von {b} unterscheidet.",
        "Trag vorerst einfach {port} fest ein, ich ändere das später",
        "Ich glaube, der Fehler ist irgendwo in {path}",
        "Überspring dieses eine Mal die Tests, ich habe es eilig.",
        "ja",
        "nein, die andere",
        "Der Test in {path} ist heute instabil.",
        'Übersetze das: "Wir bevorzugen immer {style}."',
    ],
    empty_far=[
        "Könnten wir uns {path} zusammen ansehen?",
        "super, gefällt mir",
        "Warum ist {service} auf meinem Laptop gerade so langsam?",
        "füg der Einstellungsseite einen Knopf hinzu und mach ihn blau",
        "Ok. Weiter.",
        "Ich bin unsicher, ob {a} oder {b} besser ist, was meinst du?",
        "lass uns {a} auf einem Branch ausprobieren und schauen, ob es schneller ist",
        "Wenn {service} auf {a} liefe, bräuchten wir dann noch {port}?",
        "es regnet hier, {name} kommt wieder zu spät",
        "warte, mach die letzte Änderung rückgängig",
        "Richte den Client vorübergehend auf {host}, damit ich debuggen kann.",
        "Ich habe gelesen, man sollte immer {a} verwenden. Stimmt das?",
        "Wie konfiguriere ich {a}, damit es auf {port} lauscht?",
        "Entschuldigung, falsches Fenster",
        "Ich muss in zehn Minuten los, lass uns das schnell fertig machen",
        "nimm einen kürzeren Namen für diese Funktion",
        "Fass in diesem PR die anderen Dateien nicht an.",
        "Die Seite ist seit der letzten Änderung leer.",
    ],
    everyday=[
        "die Funktion ist in {path} und gibt None zurück, wenn die Liste leer ist",
        "Ich mag es, gute Arbeit!",
        "Ich will die API nicht kaputt machen, also sei vorsichtig",
        "nein, der Knopf soll blau sein",
        "wir haben dasselbe Problem mit {service} unter Windows",
        "vergiss es, gefunden",
        "es kommt immer dieselbe Fehlermeldung: connection refused auf {port}",
        "wir nutzen den Rückgabewert nirgends",
        "Ich bevorzuge die zweite",
        "Nein, ich meinte die Datei in {path}",
        "eigentlich, lass es",
        "wir brauchen einen Test dafür",
        "{name} sagt, der Build ist wieder rot",
        "ok, nimm {a}",
        "Das ist genau, was ich wollte, danke",
        "darauf haben wir uns schon geeinigt, mach es einfach",
        "Nie gesehen. Was heißt das?",
        "Es gibt 14 Fehler in {path} seit deiner Änderung",
        "Ich möchte, dass die Tabelle drei Spalten hat: Name, Alter, Stadt",
        "unsere Tests brauchen zehn Minuten, kannst du herausfinden, warum?",
        "wir machen es nach deinem Vorschlag, leg los",
        # written after a look at what the rules got wrong
        "Schreib die Doku bitte auf Deutsch, aber nur für dieses Modul.",
        "Wir müssen bis Freitag fertig sein.",
        "Nein, nicht so, sondern mit einer Liste.",
        "Das Ergebnis ist in {path}, schau rein.",
        "Wir ziehen nächste Woche um, da bin ich offline.",
        "Frag {name} nach dem Passwort.",
        "Wir haben beschlossen, erst mal abzuwarten.",
        "immer den gleichen Namen wie oben verwenden",
        "Ich bin in fünf Minuten im Meeting, mach weiter.",
    ],
)

FRENCH = Speech(
    slots={
        "style": [
            "les retours anticipés",
            "les annotations de type",
            "les tests tabulaires",
            "les exports nommés",
        ],
        "ugly": ["emojis", "exports par défaut", "imports globaux", "abréviations", "mocks"],
        "day": ["le mardi", "le jeudi", "le mercredi matin"],
        "lang": ["français", "allemand", "anglais"],
        "reason": [
            "le bundle devenait trop gros",
            "les auditeurs le demandent",
            "le build a cassé deux fois",
        ],
    },
    tasks=[
        "Peux-tu corriger le test dans {path} ?",
        "Écris la migration maintenant.",
        "Regarde ensuite {path}.",
    ],
    near=[
        ("preference", "Je préfère {style}, retiens-le.", "style"),
        ("preference", "Utilise toujours {style} dans ce projet.", "style"),
        ("preference", "N'utilise jamais d'{ugly} dans mon code.", "ugly"),
        ("preference", "Je n'aime pas les {ugly}.", "ugly"),
        ("preference", "À partir de maintenant, réponds-moi en {lang}.", "lang"),
        ("decision", "Nous avons décidé d'utiliser {a} au lieu de {b} parce que {reason}.", "a b"),
        ("decision", "On reste sur {a} pour {service}.", "a service"),
        ("decision", "Décision : {a} pour tout ce qui est nouveau, {b} ne reçoit que des correctifs.", "a b"),
        ("decision", "On passe de {b} à {a} le mois prochain.", "a b"),
        ("fact", "Pour info, notre staging tourne sur {host}, port {port}.", "host port"),
        ("fact", "Nous utilisons {a} pour {service}.", "a service"),
        ("fact", "La configuration de production se trouve dans {path}.", "path"),
        ("fact", "N'oublie pas que nous déployons uniquement {day}.", "day"),
        ("person", "{name} est notre designer.", "name"),
        ("person", "{name} est responsable de {service}.", "name service"),
        ("person", "Mon chef est {name}.", "name"),
        ("correction", "Non, c'est faux. Le port est {port}, pas 8080.", "port"),
        ("correction", "En fait nous utilisons {a}, pas {b}.", "a b"),
    ],
    far=[
        ("preference", "J'aime mieux {style} que le code malin.", "style"),
        ("preference", "Je déteste les {ugly}, évite-les à l'avenir.", "ugly"),
        ("preference", "Dorénavant, {style} dans les nouveaux modules, s'il te plaît.", "style"),
        ("preference", "Écris les commentaires en {lang} désormais.", "lang"),
        ("preference", "Je veux toujours {style} dans le nouveau code.", "style"),
        ("decision", "L'équipe a décidé de remplacer {b} par {a}.", "a b"),
        ("decision", "On a choisi {a} plutôt que {b} pour {service}.", "a b service"),
        ("decision", "Nous n'utilisons plus {b}, c'est {a} maintenant.", "a b"),
        ("decision", "Il a été décidé que {service} migre vers {a}.", "service a"),
        ("fact", "Au fait, {service} écoute sur le port {port}.", "service port"),
        ("fact", "Sache que les versions sortent uniquement {day}.", "day"),
        ("fact", "Les scripts de déploiement sont tous sous {path}.", "path"),
        ("fact", "Nous déployons toujours {day}.", "day"),
        ("person", "{name} de l'équipe plateforme s'occupe de {service}.", "name service"),
        ("person", "Demande à {name} pour {service}.", "name service"),
        ("person", "Notre product owner s'appelle {name}.", "name"),
        ("correction", "Non, les tests de {service} sont dans {path}.", "service path"),
        ("correction", "Ce n'est pas exact : nous sommes sur {a}, pas sur {b}.", "a b"),
    ],
    empty_near=[
        "Peux-tu corriger le test qui échoue dans {path} ?",
        "merci, ça marche !",
        "Le build échoue : TypeError: cannot read properties of undefined",
        "que fait {path} ?",
        "Relance les tests s'il te plaît",
        "hmm ça ne marche toujours pas, même erreur sur le port {port}",
        "Est-ce qu'on devrait utiliser {a} ou {b} ici ?",
        "Peut-être qu'on pourrait essayer {a} ? pas sûr",
        "continue",
        "Prends l'option 2.",
        "Explique la différence entre {a} et {b}.",
        "Pour l'instant mets {port} en dur, je le changerai plus tard",
        "Je crois que le bug est quelque part dans {path}",
        "Saute les tests juste pour cette fois, je suis pressé.",
        "oui",
        "non, l'autre",
        "Le test dans {path} est instable aujourd'hui.",
        "Traduis : « Nous préférons toujours {style}. »",
    ],
    empty_far=[
        "On pourrait regarder {path} ensemble ?",
        "super, j'aime bien",
        "Pourquoi {service} est si lent sur mon portable en ce moment ?",
        "ajoute un bouton à la page des réglages et mets-le en bleu",
        "Ok. Suite.",
        "Je ne sais pas si {a} ou {b} est mieux, qu'en penses-tu ?",
        "essayons {a} sur une branche pour voir si c'est plus rapide",
        "Si {service} était sur {a}, aurait-on encore besoin de {port} ?",
        "il pleut ici, {name} est encore en retard",
        "attends, annule la dernière modification",
        "Pointe temporairement le client vers {host} pour que je débogue.",
        "J'ai lu qu'il faut toujours utiliser {a}. C'est vrai ?",
        "Comment configurer {a} pour qu'il écoute sur {port} ?",
        "désolé, mauvaise fenêtre",
        "Je dois partir dans dix minutes, finissons vite",
        "prends un nom plus court pour cette fonction",
        "Ne touche pas aux autres fichiers dans cette PR.",
        "La page est vide depuis la dernière modification.",
    ],
    everyday=[
        "la fonction est dans {path} et renvoie None quand la liste est vide",
        "J'adore, beau travail !",
        "Je ne veux pas casser l'API, fais attention",
        "non, le bouton doit être bleu",
        "nous avons le même problème avec {service} sous Windows",
        "laisse tomber, trouvé",
        "c'est toujours la même erreur : connection refused sur {port}",
        "nous n'utilisons la valeur de retour nulle part",
        "Je préfère la deuxième",
        "Non, je parlais du fichier dans {path}",
        "en fait, laisse",
        "on a besoin d'un test pour ça",
        "{name} dit que le build est encore rouge",
        "ok, prends {a}",
        "C'est exactement ce que je voulais, merci",
        "on s'est déjà mis d'accord là-dessus, fais-le",
        "Jamais vu ça. Qu'est-ce que ça veut dire ?",
        "Il y a 14 échecs dans {path} depuis ta modification",
        "Je veux que le tableau ait trois colonnes : nom, âge, ville",
        "nos tests prennent dix minutes, peux-tu trouver pourquoi ?",
        "on suit ta proposition, vas-y",
        # written after a look at what the rules got wrong
        "Mets la doc en français, mais juste pour ce module.",
        "On doit finir avant vendredi.",
        "Non, pas comme ça, plutôt avec une liste.",
        "Le résultat est dans {path}, regarde.",
        "On a décidé d'attendre un peu.",
        "Demande à {name} pour le mot de passe.",
        "Nous avons choisi la mauvaise branche.",
        "Je préfère que tu attendes.",
        "utilise toujours le même nom que plus haut",
        "La réunion est à 14h30.",
    ],
)

SPANISH = Speech(
    slots={
        "style": [
            "los retornos tempranos",
            "las anotaciones de tipos",
            "las pruebas en tabla",
            "los exports con nombre",
        ],
        "ugly": ["emojis", "exports por defecto", "imports globales", "abreviaturas", "mocks"],
        "day": ["los martes", "los jueves", "los miércoles por la mañana"],
        "lang": ["español", "alemán", "inglés"],
        "reason": ["el bundle creció demasiado", "lo piden los auditores", "rompió el build dos veces"],
    },
    tasks=["¿Puedes arreglar la prueba en {path}?", "Escribe ahora la migración.", "Luego mira {path}."],
    near=[
        ("preference", "Prefiero {style}, tenlo en cuenta.", "style"),
        ("preference", "Usa siempre {style} en este proyecto.", "style"),
        ("preference", "Nunca uses {ugly} en mi código.", "ugly"),
        ("preference", "No me gustan los {ugly}.", "ugly"),
        ("preference", "A partir de ahora respóndeme en {lang}.", "lang"),
        ("decision", "Hemos decidido usar {a} en vez de {b} porque {reason}.", "a b"),
        ("decision", "Nos quedamos con {a} para {service}.", "a service"),
        ("decision", "Decisión: {a} para todo lo nuevo, {b} solo recibe parches.", "a b"),
        ("decision", "Vamos a pasar de {b} a {a} el mes que viene.", "a b"),
        ("fact", "Para tu información, nuestro staging corre en {host}, puerto {port}.", "host port"),
        ("fact", "Usamos {a} para {service}.", "a service"),
        ("fact", "La configuración de producción está en {path}.", "path"),
        ("fact", "Recuerda que solo desplegamos {day}.", "day"),
        ("person", "{name} es nuestra diseñadora.", "name"),
        ("person", "{name} es responsable de {service}.", "name service"),
        ("person", "Mi jefe es {name}.", "name"),
        ("correction", "No, eso está mal. El puerto es {port}, no 8080.", "port"),
        ("correction", "En realidad usamos {a}, no {b}.", "a b"),
    ],
    far=[
        ("preference", "Me gustan más {style} que el código ingenioso.", "style"),
        ("preference", "Odio los {ugly}, evítalos en el futuro.", "ugly"),
        ("preference", "De ahora en adelante {style} en los módulos nuevos, por favor.", "style"),
        ("preference", "Escribe los comentarios en {lang} de aquí en adelante.", "lang"),
        ("preference", "Siempre quiero {style} en el código nuevo.", "style"),
        ("decision", "El equipo decidió reemplazar {b} por {a}.", "a b"),
        ("decision", "Elegimos {a} en lugar de {b} para {service}.", "a b service"),
        ("decision", "Ya no usamos {b}, ahora es {a}.", "a b"),
        ("decision", "Se decidió que {service} migra a {a}.", "service a"),
        ("fact", "Por cierto, {service} escucha en el puerto {port}.", "service port"),
        ("fact", "Debes saber que las versiones salen solo {day}.", "day"),
        ("fact", "Los scripts de despliegue están todos en {path}.", "path"),
        ("fact", "Desplegamos solamente {day}.", "day"),
        ("person", "{name} del equipo de plataforma se encarga de {service}.", "name service"),
        ("person", "Pregunta a {name} por {service}.", "name service"),
        ("person", "Nuestra product owner se llama {name}.", "name"),
        ("correction", "No, las pruebas de {service} están en {path}.", "service path"),
        ("correction", "Eso no es correcto: estamos en {a}, no en {b}.", "a b"),
    ],
    empty_near=[
        "¿Puedes arreglar la prueba que falla en {path}?",
        "gracias, ¡funciona!",
        "El build falla: TypeError: cannot read properties of undefined",
        "¿qué hace {path}?",
        "Ejecuta las pruebas otra vez por favor",
        "hmm sigue sin funcionar, el mismo error en el puerto {port}",
        "¿Deberíamos usar {a} o {b} aquí?",
        "Quizás podríamos probar {a}? no estoy seguro",
        "sigue",
        "Usa la opción 2.",
        "Explica en qué se diferencia {a} de {b}.",
        "Por ahora pon {port} fijo, lo cambiaré después",
        "Creo que el error está en algún lugar de {path}",
        "Sáltate las pruebas solo por esta vez, tengo prisa.",
        "sí",
        "no, la otra",
        "La prueba en {path} está inestable hoy.",
        'Traduce: "Siempre preferimos {style}."',
    ],
    empty_far=[
        "¿Podríamos mirar {path} juntos?",
        "genial, me gusta",
        "¿Por qué {service} va tan lento en mi portátil ahora mismo?",
        "añade un botón a la página de ajustes y ponlo azul",
        "Vale. Siguiente.",
        "No sé si {a} o {b} es mejor, ¿qué opinas?",
        "probemos {a} en una rama a ver si es más rápido",
        "Si {service} estuviera en {a}, ¿todavía necesitaríamos {port}?",
        "está lloviendo aquí, {name} llega tarde otra vez",
        "espera, deshaz el último cambio",
        "Apunta temporalmente el cliente a {host} para que pueda depurar.",
        "Leí que siempre hay que usar {a}. ¿Es verdad?",
        "¿Cómo configuro {a} para que escuche en {port}?",
        "perdón, ventana equivocada",
        "Tengo que irme en diez minutos, terminemos rápido",
        "usa un nombre más corto para esta función",
        "No toques los otros archivos en este PR.",
        "La página está vacía desde el último cambio.",
    ],
    everyday=[
        "la función está en {path} y devuelve None cuando la lista está vacía",
        "¡Me encanta, buen trabajo!",
        "No quiero romper la API, ten cuidado",
        "no, el botón debe ser azul",
        "tenemos el mismo problema con {service} en Windows",
        "olvídalo, lo encontré",
        "siempre sale el mismo error: connection refused en {port}",
        "no usamos el valor de retorno en ningún sitio",
        "Prefiero la segunda",
        "No, me refería al archivo en {path}",
        "en realidad, déjalo",
        "necesitamos una prueba para esto",
        "{name} dice que el build está rojo otra vez",
        "vale, usa {a}",
        "Es exactamente lo que quería, gracias",
        "ya nos pusimos de acuerdo en eso, hazlo",
        "Nunca lo había visto. ¿Qué significa?",
        "Hay 14 fallos en {path} desde tu cambio",
        "Quiero que la tabla tenga tres columnas: nombre, edad, ciudad",
        "nuestras pruebas tardan diez minutos, ¿puedes averiguar por qué?",
        "vamos con tu propuesta, adelante",
        # written after a look at what the rules got wrong
        "Escribe la doc en español, pero solo para este módulo.",
        "Tenemos que terminar antes del viernes.",
        "No, así no, mejor con una lista.",
        "El resultado está en {path}, míralo.",
        "Hemos decidido esperar un poco.",
        "Pregunta a {name} por la contraseña.",
        "Elegimos mal la rama.",
        "Prefiero que esperes.",
        "usa siempre el mismo nombre que en el test de arriba",
        "Nos quedamos con esa solución.",
    ],
)

SPEECHES = {"german": GERMAN, "french": FRENCH, "spanish": SPANISH}


def exchanges(tongue: str, half: str, *, seed: int = 20261121, count: int = 100) -> list[Exchange]:
    """Return `count` exchanges of a half (`near`, `far`), every second of them with nothing worth keeping."""
    dice, speech = random.Random(f"{tongue} {half} {seed}"), SPEECHES[tongue]
    worth, empty = (speech.near, speech.empty_near) if half == "near" else (speech.far, speech.empty_far)
    made = []
    for number in range(count // 2):
        kind, template, names = worth[number % len(worth)]
        slots = _slots(dice, speech)
        text = written_as_typed(dice, template.format_map(slots))
        if dice.random() < 0.3:
            text = f"{text if text.endswith(('.', '!', '?')) else text + '.'} {dice.choice(speech.tasks).format_map(slots)}"
        made.append(
            Exchange(
                user=text,
                assistant="",
                truths=(Truth(kind=kind, must=tuple(slots[n] for n in names.split())),),
            )
        )
        said = written_as_typed(dice, empty[number % len(empty)].format_map(_slots(dice, speech)))
        made.append(Exchange(user=said, assistant=""))
    return made


def everyday(tongue: str, *, seed: int = 20261121) -> list[Exchange]:
    """Return one exchange for each everyday sentence."""
    dice, speech = random.Random(f"{tongue} everyday {seed}"), SPEECHES[tongue]
    texts = [text.format_map(_slots(dice, speech)) for text in speech.everyday]
    return [Exchange(user=written_as_typed(dice, text), assistant="") for text in texts]


def _slots(dice: random.Random, speech: Speech) -> dict[str, str]:
    used, left = dice.choice(TOOLS)
    chosen = {name: dice.choice(words) for name, words in speech.slots.items()}
    own = {"name": NAMES, "service": SERVICES, "path": PATHS, "port": PORTS, "host": HOSTS[:3]}
    return chosen | {name: dice.choice(words) for name, words in own.items()} | {"a": used, "b": left}
