"""Does a statement say that something must be done, without asking anybody? Rules in nine languages."""

import re

from agent.asking.plain import plain

_DUTY = re.compile(
    r"(?:^|[.,;:!–-] ?|\b(?:and|also|still|so|but|we|i|just) )need(?:ed|ing)? (?:the|your|a|an|this|that|these|those"
    r"|it|all|you|\d+|some|more|two|three)\b"
    r"|\b(?:has|have|needs?|must|ought|is|are) (?:still |also |all )?(?:to )?be (?:\w+ )?(?:\w+ed|done|sent|paid|made"
    r"|taken|brought|put|written|built|sold|bought|found|set|cut|given|kept|left|chosen|told|seen|drawn)\b"
    r"|\b(?:somebody|someone|one of us|one of you|we) (?:needs? to|has to|have to|must|should|ought to) (?!be\b"
    r"|have\b|see\b|know\b)[a-z]+"
    r"|\b(?:i|we) (?:must|have to|need to|would|will|'d|'ll)(?: also| therefore)? ask (?:you|that)\b"
    r"|\bit would (?:also |really |be )?(?:help|of (?:great )?help)\b"
    r"|(?:^|[.,;:!–-] ?)go ahead (?:and|with)\b|\byour (?:turn|job|task|part)\b.{0,40}\bto\b"
    r"|\bis (?:still )?(?:missing|outstanding|overdue|open) (?:from|on) (?:you|your)\b"
    r"|\b(?:waiting|wait) (?:for|on) (?:your|you)\b|\b(?:action (?:required|item)|to-?do) ?:"
    r"|\b(?:muss|müssen|müsste[nst]*|sollte[nst]*|soll|sollen)\b.{0,80}\b\w+(?:en|n)\b|\b(?:ist"
    r"|sind) (?:noch )?zu \w+en\b|\bich bräuchte\b|\bwir bräuchten\b|\bes fehlt (?:noch )?(?:dein|ihr|deine|ihre)"
    r"|\bil (?:faut|faudrait|reste à|nous faut|me faut)\b|\bdoi(?:t|vent|s) (?:être|\w+er|\w+ir|\w+re)\b|\btu dois"
    r"|\bvous devez|\bj'(?:ai|aurais) besoin (?:de|d'|que)|\bnous avons besoin"
    r"|\bhay que\b|\btienes? que\b|\bdebes?\b|\bdeben?\b|\bhace falta (?!que no)|\b(?:necesito|necesitamos|nos falta"
    r"|falta tu|me falta tu|haría falta)\b"
    r"|\bbisogna\b|\bdevi\b|\bdeve\b|\bdevono\b|\bdovete\b|\bdovresti\b|\bdovrebbe\b|\b(?:mi|ci) serve\b|\b(?:mi"
    r"|ci) servono\b|\bho bisogno\b|\bmanca (?:ancora )?(?:la tua|il tuo|la sua|il suo)"
    r"|\bé preciso\b|\btens de\b|\btem (?:de|que)\b|\bdeve(?:m|s)?\b|\bpreciso (?:de|que|do|da)\b|\bprecisamos\b"
    r"|\bfalta (?:a tua|o teu|a sua|o seu)"
    r"|\bmoet(?:en)?\b.{0,80}\b\w+(?:en|n)\b|\b(?:ik|we|wij) (?:heb|hebben) .{0,40}nodig\b"
    r"|需要(?:您|你|在|把|尽)|必须|务必|记得|别忘|要交|还差|なければなりません|必要があります|必要です|忘れずに|願います|お待ちして",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    r"\b(?:has|have|needs?|must|ought|is|are) (?:still |also |all )?(?:to )?be \w+|\b(?:somebody|someone|one of us"
    r"|jemand|quelqu'un|alguien|qualcuno|alguém|iemand)\b",
    re.IGNORECASE,
)


def obliges(sentence: str) -> bool:
    """Say whether `sentence` states that something has to be done."""
    return _DUTY.search(plain(sentence)) is not None


def names_nobody(sentence: str) -> bool:
    """Say whether `sentence` leaves open who does it: in the passive, or "somebody"."""
    return _PASSIVE.search(plain(sentence)) is not None
