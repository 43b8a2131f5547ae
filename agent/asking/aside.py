"""Words that look like something to do and are not: conditions, pleasantries, the past, the vague, what was taken back.

Each pattern says of one sentence that nobody has to do anything because of it.
"""

import re

from agent.asking.plain import plain

_CONDITION = re.compile(
    r"(?:\W|and |but |also |so |then ){0,8}+(?:if|in case|should you|unless|whenever|falls|wenn|sollte[nst]*(?!.*\?)"
    r"|si|s'il|se"
    r"|caso|qualora|als|indien|mocht"
    r"|en caso de que|au cas où|nel caso|in het geval)\b(?! (?:possible|at all possible|not (?:already|yet)"
    r"|you (?:can|could|haven't|have not|didn't"
    r"|have (?:time|a (?:minute|moment)))|du kannst"
    r"|möglich|es geht|mogelijk|posible|possibile|possível|het (?:kan|lukt)|puedes|puoi|podes|tu peux|vous pouvez"
    r"|il vous plaît|il te plaît|vous plaît|te plaît))|(?:如有|如果|要是|万一|若|もし|場合は)",
    re.IGNORECASE,
)
_CONDITION_WITHIN = re.compile(
    r"(?<!check)(?<!see)(?<!know)(?<!ask)(?<!tell me)(?<!tell us)(?<!say)(?<!confirm)(?<!wondering)(?<!wonder)"
    r"(?<!find out)(?<!sure)(?:,? )(?:if|in case) (?:you|there|anything|any|something|it|the|that|this|we|they)\b"
    r"(?! (?:can|could|would|'d|have (?:time|a (?:minute|moment))))|,? should (?:you|there|anything) (?:have|need|be"
    r"|come)\b"
    r"|,? (?:falls|sofern) |,? wenn (?:etwas|du (?:noch )?(?:fragen|hilfe)|sie (?:noch )?(?:fragen|hilfe)"
    r"|es (?:probleme|fragen))"
    r"|,? si (?:vous avez|tu as|besoin|tienes|tiene|necesitas|hay|il y a|algo)|,? se (?:hai|avete|ha|serve|tiver"
    r"|precisar|ci sono|houver)"
    r"|,? (?:als|mocht|indien) (?:je|u|er|het|jullie) (?:nog |iets |vragen|niet|mis)",
    re.IGNORECASE,
)
_PLEASANT = re.compile(
    r"(?:let (?:me|us) know|call|email|write|contact|reach out|get in touch|shout|drop me a line|ask"
    r"|ping)\b.{0,30}\b(?:if|with|for) (?:you (?:have|need|want|run into|get stuck|are unsure|would like)|any"
    r"|there (?:is|are)"
    r"|anything|further|something)\b"
    r"|feel free|don't hesitate|do not hesitate|any (?:questions|thoughts)\?|(?:how are you|how is it going"
    r"|how's (?:it going|life|everything)|hope you)"
    r"|(?:looking|look) forward|have a (?:good|great|nice|lovely|safe)|enjoy (?:your|the)|take care(?! of)"
    r"|stay (?:safe|tuned)|keep up"
    r"|(?:see|talk to) you (?:soon|then|there|on|tomorrow|next)|who knows|guess what|can you believe|isn't it"
    r"|you know what"
    r"|(?:please )?(?:consider|think about) the environment|please (?:find|see) (?:attached|enclosed|below)|(?:bear"
    r"|stay) with (?:us|me)"
    r"|(?:please )?do(?: not|n't) (?:reply|respond|take|worry|be|think)\b|please (?:accept|note|be advised|be aware"
    r"|excuse|disregard|ignore|forgive)|(?:sorry|apologies)\b"
    r"|wie geht|schönes? wochenende|melden sie sich gern|melde dich gern|bei (?:rück)?fragen|für (?:rück)?fragen"
    r"|zögern|bitte beachten|bitte entschuldig"
    r"|n'hésite|comment (?:vas|allez|ça)|au plaisir|bonne (?:journée|semaine)|bon week|cordialement"
    r"|veuillez (?:agréer|recevoir|trouver|noter|excuser)"
    r"|no dud|cómo (?:estás|está|va|te va)|qué tal|buen (?:fin|día)|quedo a (?:tu|su) disposición|un saludo"
    r"|come (?:stai|va|sta)|buon(?:a)? (?:giornata|weekend|fine)"
    r"|non esit|resto a disposizione|rimango a disposizione|tudo bem|como (?:estás|está|vai)|bom fim|não hesit"
    r"|fico à disposição|hoe gaat|fijn weekend|aarzel niet|neem gerust"
    r"|(?:随时|欢迎).{0,4}(?:联系|找我)|有(?:任何)?问题.{0,8}(?:联系|问我|告诉)|辛苦了|最近怎么样|还好吗|你好吗|お気軽に|お元気|いかがお過ごし|ご不明な点|ご了承|ご自愛|何かあれば",
    re.IGNORECASE,
)
_TO_A_MACHINE = re.compile(
    r"\b(?:the user|(?:you are|as) an? (?:ai|assistant|language model|llm)|(?:dear|hey|attention,?) (?:ai|assistant)"
    r"|ai (?:assistant|agent|model)s?"
    r"|(?:ignore|disregard|forget) (?:all |any )?(?:the )?(?:previous|prior|above|earlier|your) (?:instructions?"
    r"|prompts?|rules)|system prompt)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\b(?:sometime(?! (?:next|this|tomorrow|on|before))|some ?day|one of these (?:days|years)|at some point"
    r"|when(?:ever)? you (?:get|have) (?:a chance|time)\b(?=.{0,10}lunch)"
    r"|irgendwann|mal wieder|eines tages|un de ces (?:jours|quatre)|algún día|un día de estos"
    r"|prima o poi|um dia destes|qualquer dia|ooit|een keer|binnenkort eens"
    r"|more often|öfter|häufiger|plus souvent|más a menudo|più spesso|mais vezes|vaker|you should (?:see|have seen"
    r"|hear|know|try)"
    r"|(?:do you (?:really )?think (?:i|we)|is that how|who (?:would|could) have|wer hätte|qui (?:l'|aurait)|quién lo"
    r"|chi (?:l'|avrebbe)|quem diria|wie had))\b"
    r"|有空(?:一起|聊)|改天|いつか|そのうち|また今度",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?!i )\w+ (?:has |have |had )?(?:asked|told) (?:me|us|him|her|them|[A-Z]\w+)\b"
    r"|\b(?:as (?:you )?(?:requested|asked)|(?:you|he|she|they|i|we|bob|dan) (?:had |have "
    r"|has )?(?:already )?(?:asked|wanted|requested|told|begged|reminded|wondered)\b"
    r"|thanks? (?:you )?(?:so much |a lot |again )?for|already (?:done|sent|paid|fixed|took|taken|signed|did|handled"
    r"|sorted|been)"
    r"|has (?:already )?been (?:done|sent|paid|fixed|signed|completed|approved|merged|resolved|closed|shipped)"
    r"|wie gewünscht|(?:ist|sind|wurde|habe) (?:bereits|schon|längst)|bereits (?:erledigt"
    r"|bezahlt|geschickt|verschickt)|danke für|(?:vielen|herzlichen) dank für"
    r"|comme demandé|(?:a|est|ai|avons) déjà|merci (?:encore |beaucoup )?pour|como pediste|"
    r"ya (?:está|lo|he|hemos|se)|gracias por"
    r"|come richiesto|(?:ho|abbiamo|è) già|già (?:fatto|inviato|pagato)|grazie (?:mille )?per"
    r"|como pediu|já (?:está|foi|enviei|paguei|fiz)|obrigad[oa] (?:pel|por)"
    r"|zoals gevraagd|(?:is|heb|zijn) al |al (?:gedaan|betaald|verstuurd|geregeld)|bedankt voor"
    r"|dank voor)"
    r"|已经|已(?:完成|付|发|寄|处理|收到)|(?:済み|完了しました|しました|いたしました|致しました|ありがとう)",
    re.IGNORECASE,
)
_WITHDRAWN = re.compile(
    r"\b(?:never ?mind|(?<!not )(?<!n't )forget (?:it|what|about|my|that|the)|(?:please )?(?:disregard|ignore) (?:my"
    r"|the|this|that"
    r"|what)|no (?:longer|more) (?:need|necessary|required)|scratch that"
    r"|(?:no need|don't need|not needed|needn't|don't have to|no longer have to|you don't need|don't bother"
    r"|don't worry about)\b|cancel(?:led)? (?:my|that|the) request|false alarm"
    r"|(?:hat|haben) sich erledigt|(?:nicht|keine?) (?:mehr )?(?:nötig|notwendig|erforderlich|gebraucht)|vergiss"
    r"|vergessen sie|(?:brauchst|brauchen|musst|müssen|braucht) .{0,50}(?:nicht|nichts)\b"
    r"|kein(?:e)? (?:handlungsbedarf|rückmeldung)|(?:plus|pas) (?:la peine|besoin|nécessaire)|laisse(?:z)? tomber"
    r"|oublie(?:z)?\b|inutile de|ignore(?:z)? mon"
    r"|ya no (?:hace falta|es necesario|necesit)|no (?:hace falta|es necesario|te preocupes|tienes que)|olvida"
    r"|olvídalo|non (?:serve|occorre|c'è bisogno|è (?:più )?necessario|ti preoccupare)|lascia (?:perdere|stare)"
    r"|não (?:é|será) (?:mais )?(?:preciso|necessário)|já não (?:é preciso|preciso)|não precisa|esquece|deixa estar"
    r"|(?:hoef|hoeft|hoeven) .{0,50}niet|niet (?:meer )?nodig|laat maar|vergeet)"
    r"|不用(?:了)?|无需|不必|不需要|别.{0,4}了|算了|(?:必要|対応).{0,6}(?:ありません|ございません|不要)|不要です|取り消し|お忘れください|なかったこと",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"\b(?:never ?mind|(?<!not )(?<!n't )forget (?:it|what i|about (?:it|my|the)|my)|scratch that|(?:disregard"
    r"|ignore) (?:my|what i)"
    r"|(?:hat|haben) sich (?:schon |bereits )?erledigt|vergiss (?:es|das|meine|was)"
    r"|laisse(?:z)? tomber|oublie(?:z)? (?:ma|ce que)|olvida(?:lo)?|olvide lo|lascia (?:perdere|stare)|esquece"
    r"|deixa estar|laat maar|vergeet (?:het|mijn|wat))\b|算了|不用了|なかったこと|取り消し|お忘れください",
    re.IGNORECASE,
)


def aside(sentence: str) -> bool:
    """Say whether nobody has to do anything because of `sentence`, whatever else it looks like."""
    text = plain(sentence)
    return is_void(sentence) or any(each.search(text) for each in (_PLEASANT, _VAGUE, _PAST, _WITHDRAWN))


def is_void(sentence: str) -> bool:
    """Say whether no part of `sentence` can count: it hangs on a condition, or speaks to a machine."""
    text = plain(sentence)
    return bool(_CONDITION.match(text) or _CONDITION_WITHIN.search(text) or _TO_A_MACHINE.search(text))


def withdraws(sentence: str) -> bool:
    """Say whether `sentence` takes back what was asked for before."""
    text = plain(sentence)
    return _TAKEN_BACK.search(text) is not None and _CONDITION.match(text) is None
