"""Spanish, for the rules of auto-learn."""

from __future__ import annotations

from memsync.core.learn.lesson import Kind
from memsync.core.learn.tongue import Tongue, any_case, ruled, words

_ROLE = (
    r"(?:diseñadora?|jef[ea]|gerente|responsable|líder|product owner|compañer[oa]|arquitect[oa]|desarrolladora?|ingenier[oa]|cliente|contacto|scrum master"
    r"|mantenedora?|becari[oa]|mentora?|admin|directora?|CTO|CEO|PO)"
)
_WHO = (
    r"(?!(?:Yo|Él|Ella|Ellos|Nosotros|Tú|Usted|El|La|Los|Las|Lo|Una?|Est[aeo]s?|Es[aeo]s?|Eso|Nuestr[oa]|Mi|Tu|Su|Que|Quien|Todo|Nada|Y|No|Sí|Ahora|Aquí)\b)"
    r"[A-ZÁÉÍÓÚÑ][\w'-]+(?:\s+[A-ZÁÉÍÓÚÑ][\w'-]+)?"
)
_OF = r"(?: (?:del|de la|de) [\w -]{2,30}?)?"

_RULES = ruled(
    (
        (Kind.DECISION, r"\b(?:hemos|el equipo ha) (?:\w+ ){0,2}(?:decidido|elegido|acordado|optado)\b"),
        (Kind.DECISION, r"\b(?:decidimos|elegimos|acordamos|optamos por|el equipo (?:decidió|eligió|acordó|optó)|se (?:decidió|acordó)) \S"),
        (Kind.DECISION, r"^(?:la |nuestra )?decisión(?: es|:)"),
        (Kind.DECISION, r"\bnos quedamos con \S|\b(?:vamos a (?:pasar|migrar|cambiar)|migramos|pasamos) de \S+ (?:\S+ ){0,2}?a \S|\breemplazamos \S+ (?:\S+ ){0,2}?por \S"),
        (Kind.DECISION, r"\bya no (?:usamos|utilizamos|soportamos)\b"),
        (Kind.PREFERENCE, r"\bprefiero\b(?! que\b)|\bme gustan? más\b|\bmi preferencia\b|\bsiempre quiero\b|\bquiero siempre\b"),
        (Kind.PREFERENCE, r"\bno me gustan? (?:los|las|el|la|nada)\b|\b(?:odio|detesto) (?:los|las|el|la|que)\b|\bno quiero (?:más |ningun[oa] )"),
        (Kind.PREFERENCE, r"^(?:usa|usad|utiliza|escribe|pon|emplea|responde|respóndeme) (?:\w+ ){0,2}?siempre\b"),
        (Kind.PREFERENCE, r"^siempre (?:usa|utiliza|escribe|pon|usar|utilizar|escribir|poner)\b"),
        (Kind.PREFERENCE, r"^nunca (?:uses|utilices|pongas|escribas|añadas|agregues|usar|utilizar)\b|^no (?:uses|utilices) (?:nunca|jamás)\b"),
        (Kind.PREFERENCE, r"\b(?:a partir de ahora|de ahora en adelante|de aquí en adelante|en adelante|en el futuro)\b"),
        (Kind.PREFERENCE, r"^(?:deja|dejad) de (?:usar|poner|añadir|agregar|escribir)\b"),
        (Kind.PERSON, rf"\b(?:[Mm]i|[Nn]uestr[oa]) (?:\w+ )?{_ROLE} (?:es|se llama) {_WHO}"),
        (Kind.PERSON, rf"^{_WHO}{_OF} es (?:nuestr[oa]|mi|el|la|una?) (?:\w+ ){{0,2}}{_ROLE}\b"),
        (Kind.PERSON, rf"^{_WHO}{_OF} (?:se encarga de|se ocupa de|es (?:el |la )?responsable de|está a cargo de|dirige|mantiene|gestiona) \S"),
        (Kind.PERSON, rf"^(?:[Pp]regunta|[Pp]regúntale|[Hh]abla) (?:a|con) {_WHO} (?:por|sobre|para|antes|acerca)\b"),
        (Kind.PERSON, rf"^Trabajo con {_WHO}, (?:nuestr[oa]|mi) (?:\w+ ){{0,2}}{_ROLE}\b"),
        (Kind.FACT, r"^(?:solo |sólo |siempre |todavía )?(?:usamos|utilizamos|desplegamos|publicamos|alojamos|guardamos|soportamos)\b(?! (?:el|la|los|las|eso|esto)\b)"),
        (Kind.FACT, r"\b(?:está|están|vive|viven|corren?|escuchan?|se encuentran?) (?:tod[oa]s )?(?:en|bajo|sobre) (?:el puerto )?\S*(?:[/.:]\S|\d)"),
    ),
    with_case=Kind.PERSON,
)  # fmt: skip

SPANISH = Tongue(
    marks=words(
        """vamos el los las nosotros yo es son no y una un del en para con que nuestro nuestra nuestras mi por siempre nunca usamos usa uses está están
        lo se al de hemos eso esto ese este esta estamos le les su sus pero más muy ya también solo aquí ahora como cuando si sí tu ni o la
        prefiero quiero me nos recuerda"""
    ),
    filler=any_case(
        r"^(?:(?:ok|vale|bueno|entonces|pues|y|pero|también|ah|oh|eh|hm+|por favor|por cierto|para tu información|fyi|en realidad|hola|gracias|genial|oye"
        r"|(?:que sepas|recuerda|ten en cuenta|no olvides|debes saber|nota) que)\b[,:.!\u2014-]*\s+)+"
    ),
    lead_in=any_case(
        r"^(?:(?:ok|vale|bueno|y|pues|por favor|eh|hm+)[,:]?\s+)*(?:para tu información|fyi|por cierto|que sepas|recuerda|ten en cuenta|no olvides|debes saber"
        r"|es bueno saber)\b"
    ),
    stressed=any_case(r"\b(?:tenlo en cuenta|recuérdalo|no lo olvides|acuérdate|para la próxima)\s*[.!]?$"),
    corrects=any_case(
        r"^(?:(?:hm+|ah|eh|pero|perdón)[,.]?\s+)*(?:nop?(?=[,.;:!])|falso|incorrecto|en realidad|no exactamente"
        r"|eso (?:no es (?:correcto|cierto|verdad|así)|está mal|es (?:falso|incorrecto))|te equivocas|estás equivocad[oa])(?=\s|[,.;:!]|$)"
    ),
    states=any_case(
        r"\b(?:es|son|está|están|era|tiene|corren?|escuchan?|usa|usamos|utilizamos|vive|pertenece|viene|necesita|despleg\w+|salen?|cambian?|estamos|se llama)\b"
    ),
    exact=any_case(r"\S[/@]\S|\w\.\w|\d{2,}|\b(?:estamos|usamos|utilizamos|tenemos|desplegamos|dejamos)\b"),
    contrast=any_case(r",?\s(?:(?:y )?no|en vez de|en lugar de|sino)\s+\S"),
    code=any_case(
        r"\b(?:bugs?|errores|error|problema|línea \d+|función|método|variable|valor de retorno|argumento|parámetro|excepción|diff|pull request|commit|captura"
        r"|salida|logs?|botón|página|clase|bucle|columnas?|archivo|resultados?|rama|reunión|cpu|contraseña|fichero|null|none|undefined)\b"
    ),
    passing=any_case(
        r"\b(?:por ahora|(?:de|por el) momento|ahora mismo|arriba|abajo|esperar|actualmente|temporalmente|provisionalmente|hoy|(?<!la )mañana|esta (?:noche|vez)"
        r"|(?:en|para) (?:este|esta) (?:pr|mr|test|prueba|commit|rama|caso|tarea)|hasta|en \w+ minutos|tu (?:último )?(?:cambio|propuesta)|tus cambios|último cambio"
        r"|me refería|quería decir|otra vez|sigue (?:sin|fallando)|fall\w+|rot[oa]|inestable|timeout|bloquead\w+|todavía no|tarde)\b"
    ),
    doubtful=any_case(
        r"\b(?:si|quizás?|tal vez|probablemente|podrí\w+|deberí\w+|sería|estuviera|no estoy segur[oa]|no sé|creo|pienso|supongo|me pregunto|leí|he leído|oí"
        r"|prob(?:emos|ar)|intent\w+|dice que|imagin\w+|hay que)\b"
    ),
    points=any_case(
        r"\b(?:prefiero|gustan?|encanta|odio|quiero|usa|usamos|con|para|en|toma|coge) (?:eso|esto|ese|esa|este(?! (?:proyecto|repo|repositorio)\b)|esta|tu(?! información)|tus"
        r"|el (?:primero|segundo|tercero|último|mismo|otro)|la (?:primera|segunda|tercera|última|misma|otra)|lo (?:primero|segundo|último|mismo))\b"
    ),
    reason=any_case(r"^(?:porque|ya que|si no|la razón|es que)\b"),
    rules=_RULES,
    hollow=words(
        """yo nosotros tú él ella ello eso esto ese este esta el la los las un una unos del de al es son era y o pero si a en para con por mi mis
        nuestro nuestra tu tus me nos favor siempre nunca gusta gustan odio quiero prefiero ahora aquí futuro adelante no sí ni más usa usar
        usamos entonces ahí como que cosa muy bien mejor todo todos ok tenlo cuenta partir"""
    ),
    here=any_case(
        r"\b(?:aquí|(?:en|para) este|este (?:proyecto|repo\w*)|nosotros|nos|nuestr[oa]s?|usamos|proyecto|repo\w*)\b"
    ),
    me=any_case(r"\b(?:yo|me|mí|mi|mis|prefiero|odio|detesto|quiero)\b|\b\w+me\b"),
)
