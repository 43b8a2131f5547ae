"""What there is to do, as the sentence itself says it: politeness, names and the deadline taken off, nothing added."""

import re

_OPENING = re.compile(
    r"(?:(?:hi|hello|hey|dear|hallo|liebe[r]?|hola|bonjour|ciao|olá|oi|beste|hoi)\b[^,.!\n]{0,30}[,!.] ?"
    r"|(?:and|also|so|but|then|ps|p\.s\.|one more thing|und|außerdem|et|aussi|y|además|e|inoltre|além disso|en"
    r"|ook)[:,]? (?=\w)"
    r"|(?:by the way|btw|fyi|reminder|action required|to-?do|urgent|quick (?:question|one)|übrigens|au fait"
    r"|por cierto|a proposito|trouwens)[:,–-] ?"
    r"|@[\w.-]{2,40},? (?=\w)|@?[A-ZÀ-Þ][\w'’-]{1,20}(?: [A-ZÀ-Þ][\w'’-]{1,20})?(?:, | ?[:–] | - )"
    r"|(?:please|pls|plz|kindly|bitte|s'il (?:vous|te) pla[iî]t|svp|por favor|per favore|per cortesia|alsjeblieft"
    r"|alstublieft)\b,? ?"
    r"|(?:could|can|would|will) (?:you|u|one of you|somebody|someone)(?: (?:please|pls|kindly|maybe|perhaps|also"
    r"|possibly|quickly|just))*,? (?=\w)"
    r"|(?:would you mind|do you mind|i(?:'d| would) (?:like|need|want|appreciate) (?:it if )?you(?: to|r)?|(?:i"
    r"|we) (?:need|want|ask|would ask) you to"
    r"|you (?:need to|have to|must|should)|(?:don't|do not) forget to|remember to|make sure to|be sure to"
    r"|it would be (?:great|good|nice|helpful) if you could|if you can,?) (?=\w)"
    r"|(?:i|we)(?:'ll| will| shall|'m going to| am going to|'re going to| are going to)(?: (?:also|then|definitely"
    r"|certainly|just|try to|make sure to))* (?=\w)"
    r"|(?:könntest du|könnten sie|kannst du|können sie|würdest du|würden sie)(?: (?:mir|uns|bitte|vielleicht|noch"
    r"|mal))* (?=\w)"
    r"|(?:pourrais-tu|pourriez-vous|peux-tu|pouvez-vous|merci de|merci d'|veuillez|prière de) ?(?=\w)"
    r"|¿?(?:podrías|podría|puedes|puede|podéis|pueden)(?: usted)? (?=\w)|(?:potresti|potrebbe|puoi|può|potreste"
    r"|potete) (?=\w)"
    r"|(?:poderias?|podes|pode|você pode|você poderia) (?=\w)|(?:kun je|kan je|kunt u|kunnen jullie|zou je|zou u"
    r"|wil je|wilt u) (?=\w)"
    r"|(?:麻烦|请|請)(?:您|你)?|能否|能不能)",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"[\s,;:.!。！、，]+\Z|,? (?:please|pls|bitte|por favor|per favore|alsjeblieft|thanks|thank you|danke)[.!?]*\Z",
    re.IGNORECASE,
)
_LAST_WORDS = re.compile(
    r"[\s,(–-]*(?:\b(?:by|before|until|till|no later than|on|at|due|bis(?: zum| spätestens)?|spätestens|am|vor|avant"
    r"|d'ici|au plus tard|pour|le|antes del?|para|hasta"
    r"|el|a más tardar|entro|il|prima di|até|antes d[aeo]|vóór|voor|uiterlijk|tegen|op)\s*)*\Z",
    re.IGNORECASE,
)
_FEWEST, _LONGEST = 2, 300


def what(sentence: str, due: tuple[int, int] | None = None, *, question: bool = False) -> str:
    """Return the words of `sentence` that say what is to be done; `due` is where in it its deadline stands.

    Every word of it stands in the sentence, in that order; only the case of the first letter may differ.
    """
    text = sentence
    if due is not None and not text[due[1] :].strip(" .!?,;:。！？)"):
        text = _LAST_WORDS.sub("", text[: due[0]]) + ("?" if question else "")
    text = " ".join(text.split())
    while (opening := _OPENING.match(text)) and len(text[opening.end() :].split()) >= _minimum(text):
        text = text[opening.end() :]
    while (ending := _ENDING.search(text)) and ending.start() > 0:
        text = text[: ending.start()]
    text = text.rstrip("?？ ") if not question else text
    text = text or " ".join(sentence.split())
    return (text[0].upper() + text[1:])[:_LONGEST] if len(text[0].upper()) == 1 else text[:_LONGEST]


def _minimum(text: str) -> int:
    return _FEWEST if text.isascii() or " " in text else 1
