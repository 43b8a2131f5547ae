"""Where a sentence or a greeting names people, and which capitalised words are no names: tables in nine languages."""

import re

from agent.polarity import words

_NAME = r"[A-ZÀ-ÞŁŚŽČ][\w'’-]{1,20}(?: (?:(?:van|von|de|da|di|del|la|le) )?[A-ZÀ-ÞŁŚŽČ][\w'’-]{1,20}){0,2}"
_LEAD = (
    r"(?:[-*•–] ?|\(?\d{1,2}[.)] ?|(?:and|also|then|so|but|und|et|y|e|en|ps:?|p\.s\.) |(?:hi|hey|hello|hallo|bonjour"
    r"|hola|ciao|olá|hoi) ){0,4}"
)
CALLED = re.compile(
    rf"(?i:{_LEAD})(?:@(?P<at>{_NAME})|(?P<name>{_NAME})(?: (?:and|und|et|y|e|en|&) {_NAME})?\s?(?:,|:|–|—|-(?= )|→"
    rf"|=>))\s"
)
LISTED = re.compile(
    rf"(?i:{_LEAD})(?P<name>{_NAME})\s?(?::|–|—|→|=>)\s(?=[a-zà-þ])(?!(?i:is|are|was|were|has|have|had|will|not|no"
    rf"|done|ok|ist|sind|wird|wurde|war|est|sont|a|es|está|son|è|sono|é|são|zijn|wordt|werd|in|at|on|from|the)\b)"
)
CALLED_LAST = re.compile(rf",\s(?P<name>{_NAME})\s?[?!.]*\Z")
_WILL = (
    r"(?:will|'ll|’ll|is going to|is to|to|needs to|has to|must|should|is (?:sending|preparing|handling|taking"
    r"|checking|working)|takes|owns|handles|picks|brings|sends|prepares|writes|calls|checks|books|orders|does|drives"
    r"|buys|asks|reviews|updates|promised|said (?:he|she|they)(?:'ll| will|'d| would)"
    r"|wird|kümmert|soll|schickt|übernimmt|sendet|macht|liefert|prüft|bereitet|meldet|klärt|organisiert|fragt|bringt"
    r"|holt|bucht|bestellt|schreibt|ruft|erledigt|kauft"
    r"|va|s'occupe|se charge|doit|enverra|fera|prépare\w*|envoie|prend\w*"
    r"|va a|se encarga|debe|tiene que|enviará|preparará|hará|manda|envía|prepara"
    r"|si occupa|manderà|deve|farà|preparerà|invierà|vai|envia|trata|fica de|enviará|tem de"
    r"|zal|gaat|stuurt|regelt|moet|neemt|maakt|belt)"
)
THIRD = re.compile(
    rf"(?i:{_LEAD})(?P<name>{_NAME})(?:,? who .{{3,60}},)?(?: |(?=['’])){_WILL}\b"
    rf"(?! (?:be|not|also|win|lose|tie|miss|see|know|need|remain|stay|become|have been)\b)"
)
ASKED_OF = re.compile(
    rf"\b(?i:can|could|will|would|should|kann|könnte|wird|peut|pourrait|puede|podría|può|potrebbe|pode|poderia|kan"
    rf"|zou) (?P<name>{_NAME})\s+[a-zà-þ]"
)
TOLD = re.compile(
    rf"(?i:\b(?:ask|tell|remind|get|have|let|bitte?|frag|demande[zr]? à|pide a|chiedi a|peça a"
    rf"|vraag)) (?P<name>{_NAME}) (?i:to|zu|de|que|di|om)\b"
)
CJK_THIRD = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{2,4})(?:负责|会|将|来负责)|(?P<san>[\u4e00-\u9fff\u30a0-\u30ffー]{1,8})さんが"
)
WORD = re.compile(r"[^\W\d_]{2,}")
NOT_NAMES = words(
    "therefore thus hence otherwise however regarding concerning although because while since",
    "this that these those it its there here we you i he she they who what which when where why how everyone",
    "everybody anyone anybody somebody someone nobody nothing something please thanks thank also and but then so",
    "if as the a an my our your his her their yes no ok okay sure well now today tomorrow tonight monday tuesday",
    "wednesday thursday friday saturday sunday january february march april may june july august september",
    "october november december in on at for from by to with after before until once all both each next first",
    "second finally however meanwhile hi hello hey dear subject re fyi note reminder deadline update action",
    "question questions ps just still maybe perhaps sorry unfortunately regards best decision decisions result",
    "results outcome status agreed done open owner date place room topic postponed moved cheers attached quick",
    "agenda todo todos urgent important not nur bitte danke das die der ein eine es er sie wir ich ihr du man",
    "hier dann auch morgen heute wer was wie wo warum falls wenn und aber oder können könnte könnten haben le la",
    "les un une il elle nous vous je tu ils elles ce cela ça qui que merci demain aujourd'hui lundi mardi",
    "mercredi jeudi vendredi el los las una usted yo él ella nosotros ellos eso esto quien gracias mañana hoy",
    "lunes martes miércoles jueves viernes lo gli io lui lei noi voi loro questo quello chi che grazie domani",
    "oggi lunedì martedì mercoledì giovedì venerdì o os eu ele ela nós eles isso isto quem obrigado obrigada",
    "amanhã hoje de het een ik jij hij zij wij dat dit wat bedankt maandag dinsdag woensdag donderdag vrijdag",
    "zaterdag zondag samedi dimanche sábado domingo sabato domenica segunda terça quarta quinta sexta montag",
    "dienstag mittwoch donnerstag freitag samstag sonntag",
)
ALL = words(
    "all team everyone everybody folks alle zusammen tous toutes todos todas tutti tutte allemaal 各位 大家 皆様 皆さん"
)
_GREETING = re.compile(
    r"(?:(?:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening)|morning|hallo|moin|servus|liebe[rs]?"
    r"|sehr geehrte[rs]?(?: (?:frau|herr))?|guten (?:tag|morgen)"
    r"|hola|buen[oa]s (?:días|tardes)|estimad[oa]s?|querid[oa]s?|bonjour|bonsoir|salut|ch[eè]re?s?|cher|ciao"
    r"|buon ?giorno|salve|gentile|car[oaie]"
    r"|ol[áa]|oi|bom dia|boa tarde|prezad[oa]s?|beste|geachte|hoi|dag|goede(?:morgen"
    r"|middag))\s+)?(?P<names>[^,.!:?\n]{1,60})\s?(?:[,:!–]|\Z)",
    re.IGNORECASE,
)


def greeted(line: str) -> list[str]:
    """Return the names that a first line greets, [] where it greets nobody."""
    found = _GREETING.match(line)
    if found is None:
        cjk = re.match(r"([\u3040-\u30ff\u4e00-\u9fff]{1,8}?)(?:様|さん|先生|总|经理|女士|，|、|,)", line)
        return [cjk[1]] if cjk else []
    opened = line[: found.start("names")].strip() != ""
    names = list(WORD.findall(found["names"]))
    if not opened and (
        len(names) > 4
        or not all(each[0].isupper() or each.casefold() in ("and", "und", "et", "y", "e", "en") for each in names)
    ):
        return []
    return [each for each in names if each.casefold() not in NOT_NAMES or each.casefold() in ALL]
