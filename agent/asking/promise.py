"""Does the writer of a sentence take something on, or say that somebody else will? Rules in nine languages.

"I'll send it on Friday" is a promise; "I'll be away", "we will see" and "I'll be happy to help if you need me" are not.
"""

import re

from agent.asking.plain import plain

# What one will be, have, see or think is nothing one has taken on.
_STATES = (
    r"be|been|have|has|see|miss|need|know|think|never|not|no|like|love|hate|enjoy|remember|forget|stay|live|die"
    r"|understand|believe"
    r"|hope|want|wait|wonder|probably|maybe|perhaps|always|only|soon|go|come|leave|arrive|travel|spend|win|lose"
    r"|survive|manage"
    r"|say|admit|agree|assume|spare|all|both|feel|sleep|skip|pass on|happily|gladly|refrain|cry|laugh|eat|use|show up"
    r"|grow|get"
)
_EN = (
    rf"(?:i|we)(?:'ll| will| shall|'m going to| am going to|'re going to| are going to|'m gonna| intend to| plan to)"
    rf" (?:(?:also|then|definitely|certainly|gladly|happily|just|personally|still|now|first|try to|all) ){{0,2}}"
    rf"(?:(?!(?:{_STATES})\b)[a-z-]{{2,}}|get (?:back|it|this|that|the|you|a|hold|in touch)|have (?:it|that|this|the"
    rf"|a (?:look|draft|word)|someone|somebody|\w+ (?:call|send|look))"
    rf"|be (?:sending|calling|bringing|there (?:at|by)|in touch)|go (?:over|through|ahead)|come (?:back|by)|show you"
    rf"|leave (?:it|the|a))\b",
    rf"(?:^|[.;:!–-] ?)(?:will|'ll) (?!(?:{_STATES}|the|this|that|you|it|we|they|he|she|there|i)\b)[a-z-]{{2,}}\b",
    r"(?:i|we) (?:promise|commit|undertake|pledge)\b(?! nothing)",
    r"(?:i'm|i am|we're|we are) (?:on it|sending|taking care of|working on)\b",
    r"(?:leave (?:it|that|this) (?:with|to) me|consider it done|count on me|i owe you|i've got this|i'll own)\b",
    r"you(?:'ll| will| should) (?:have|get|receive|hear (?:back )?from (?:me|us)|find)\b.{0,80}\b(?:by|on|before|until"
    r"|today|tonight|tomorrow|monday|tuesday|wednesday|thursday|friday|this|next|within|in (?:the )?\w+ (?:hours"
    r"|days))\b",
    r"let me (?:check|find out|look into|see|ask|confirm|dig|talk to)\b",
)
_DE_VERBS = (
    r"werde|schicke?|sende|maile?|kümmere|kümmer|prüfe|melde?|rufe?|bringe?|liefere|schaue?|erledige|bereite|überweise"
    r"|bestelle?|organisiere|gebe?|lade|übernehme|leite|schreibe?|kläre?|stelle?|bestätige|reserviere|buche?|hole?"
    r"|reiche?|trage?|sage?|setze?|frage?|lasse?|nehme?|vereinbare|aktualisiere|korrigiere|ergänze|mache?|besorge"
    r"|verschicke|unterschreibe|komme?|lege|überarbeite|fasse"
)
_DE = (
    rf"ich (?:{_DE_VERBS})\b",
    rf"(?:{_DE_VERBS}) ich\b(?! (?:ihnen|dir|euch) (?:gern|zur verfügung))",
    r"wir (?:werden|schicken|senden|liefern|kümmern|melden|prüfen|übernehmen|bestätigen|geben|stellen|rufen|klären"
    r"|überarbeiten)\b",
    r"(?:du|sie|ihr) (?:bekomm\w+|erh[aä]lt\w*|krieg\w+|hast|haben) .{0,60}\b(?:bis|morgen|heute|am|nächste"
    r"|spätestens)\b",
)
_FR = (
    r"(?:je|j')(?: ?(?:vous|te|t'|le|la|les|l'|lui|leur|m'en|me|m'|y|en) ?){0,3}(?!pourrai|serai|aurai|saurai|devrai"
    r"|voudrai)[\w-]+rai\b",
    r"nous (?:(?:vous|te|le|la|les|nous|lui) ){0,2}(?!pourrons|serons|aurons)\w+(?:erons|irons|drons|rrons)\b",
    r"je (?:m'en (?:occupe|charge)|(?:vous|te|t') ?(?:l')?(?:envoie|transmets|rappelle|confirme|fais|tiens|appelle)"
    r"|(?:vais|compte) \w+(?:er|ir|re)\b|m'occupe|me charge|(?:vous|te) (?:le|la|les) (?:envoie|transmets))",
    r"(?:vous|tu) (?:aurez|auras|recevrez|recevras)\b",
)
_ES = (
    r"(?<!\w)(?!seré|estaré|podré|tendré|habré|sabré|querré)\w+(?:aré|eré|iré|dré)(?:mos)?\b",
    r"(?:voy|vamos) a (?:enviar|mandar|preparar|hacer|revisar|llamar|pasar|confirmar|hablar|reservar|pedir|comprobar"
    r"|organizar|escribir|dar|mirar|buscar|subir|actualizar|consultar)\w*",
    r"(?:me encargo|me ocupo|(?:te|le|os|les) (?:lo |la |los |las )?(?:mando|envío|paso|confirmo|aviso|llamo|reenvío"
    r"|digo))\b",
)
_IT = (
    r"(?<!\w)(?!sarò|potrò|dovrò|avrò|però|vorrò)\w+(?:erò|irò|arò|drò|rrò)\b|(?<!\w)(?!saremo|potremo"
    r"|avremo)\w+remo\b",
    r"\w+[oa] (?:io|noi)\b|(?:^|[.,;!?] ?)(?:inviamo|mandiamo|spediamo|confermiamo|consegniamo) ",
    r"(?:me ne occupo|ci penso io|provvedo|(?:ti|vi|le|te lo|ve lo|glielo|te la|ve la) (?:mando|invio|preparo|confermo"
    r"|giro|chiamo|faccio|porto|passo)|vado a|mi occupo)\b",
)
_PT = (
    r"vou (?:te |lhe |já )?(?:enviar|mandar|preparar|fazer|rever|revisar|ligar|passar|confirmar|falar|reservar|pedir"
    r"|verificar|organizar|escrever|dar|tratar|atualizar|marcar|encaminhar|resolver)\w*",
    r"(?<!\w)(?!serei|estarei|poderei|terei)(?:(?-i:[a-zà-ÿ])|(?<=\A)\w)\w+(?:arei|erei|irei)\b",
    r"(?:^|[.,;!?] ?)(?:enviamos|mandamos|entregamos|confirmamos|ligamos|tratamos) ",
    r"(?:trato (?:eu )?diss?o|encarrego-me|fico de|(?:envio|mando|ligo|confirmo|passo|digo)-(?:te|lhe|vos)"
    r"|(?:te|lhe) (?:envio|mando|ligo|confirmo|passo)|deixa comigo|cuido disso)\b",
)
_NL_VERBS = (
    r"zal|ga|stuur|mail|bel|maak|regel|zorg|lever|check|kijk|pak|neem|laat|geef|breng|boek|bereid|bevestig|werk|vraag"
    r"|plan|zet|schrijf|controleer|haal|reserveer|betaal|bestel|verstuur|lever|kom"
)
_NL = (
    rf"ik (?:{_NL_VERBS})\b",
    rf"(?:{_NL_VERBS}) ik\b",
    r"(?:we|wij) (?:zullen|gaan|sturen|leveren|regelen|bellen|zorgen|nemen)\b",
    r"(?:je|jullie|u) (?:krijgt?|ontvangt?|hebt|heeft) .{0,60}\b(?:morgen|vandaag|uiterlijk|voor|vóór|maandag|dinsdag"
    r"|woensdag|donderdag|vrijdag|volgende)\b",
)
_CJK = (
    r"我们?(?:会|将|来|这就|马上|负责|尽快|明天|后天|今天|今晚|下周|本周|这周|周[一二三四五六日天]|星期.|晚上|下午|上午)"
    r"(?!不|没|想|觉得|在|要求|希望)|(?:交给我|包在我身上|由我)"
    r"|(?:お?送り|送付|ご?連絡|提出|ご?準備|ご?用意|確認|対応|共有|お届け|作成|手配|予約|修正|報告|返信|返答|お渡し|調べ|伺い"
    r"|参り|発送|更新|回答|お知らせ|お電話)(?:いた|致|し|させていただき|ておき|しておき)?(?:します|いたします|致します|ます)"
)
_PROMISE = re.compile(
    r"(?:(?<!\w)(?:" + "|".join((*_EN, *_DE, *_FR, *_ES, *_IT, *_PT, *_NL)) + r"))|" + _CJK, re.IGNORECASE
)
_UNSURE = re.compile(
    r"\b(?:i|we) (?:won't|will not|will never|can't|cannot|might|may|could|should|would|wouldn't)\b"
    r"|\b(?:i|we)(?:'ll| will) (?:see you|miss|have (?:to|had|a great|a good|lunch|left|finished)|keep you in"
    r"|be (?:happy|glad|pleased)|get (?:back|there|home)? ?when)"
    r"|\b(?:not sure|maybe|perhaps|hopefully|vielleicht|eventuell|peut-être|quizás?|tal vez|forse|talvez|misschien)\b"
    r"|\bich (?:werde|kann|komme|schicke|melde) [^.]{0,40}\bnicht\b|\b(?:ne|n') ?\w+rai pas|\bno \w+(?:aré|eré|iré)\b"
    r"|\bnon \w+rò\b|\bnão vou\b|\bik (?:zal|ga|kom|stuur) [^.]{0,40}\bniet\b"
    r"|不会|可能|也许|かもしれ|ません|よろしくお願い",
    re.IGNORECASE,
)


def promises(sentence: str) -> bool:
    """Say whether the writer of `sentence` says that they, or theirs, will do something."""
    text = plain(sentence)
    return _PROMISE.search(text) is not None and _UNSURE.search(text) is None
