"""Does a sentence ask its reader for something? Rules in nine languages; no model.

Conditional offers ("if you have questions, call me"), politeness ("feel free") and negated requests ("no need to
reply") are not requests: nobody has to do anything.
"""

import re

from agent.asking.plain import plain

_CUES = (
    # English
    r"(?<!to )(?<!sure to )please|pls|plz|kindly",
    r"(?:can|could|would|will|won't|can't|couldn't|might) (?:you|u|we|i|someone|somebody|one of you)\b",
    r"let (?:me|us) know|(?:send|give|call|e-?mail|phone|page|tell|show|get|bring|forward|fax|remind|help|join"
    r"|meet|ping|text) (?:me|us|him|her|them|it)\b",
    r"(?:i|we) (?:will |'ll |still |really |do |would |also )?(?:need|want|require|ask|expect|urge|request"
    r"|encourage|invite|remind)(?:ed)?"
    r" (?:that )?(?:you|your|all of you|everyone|each of you|u|to (?:know|hear|have your|get your|ask))\b",
    r"(?:i|we)?(?: ?would|'d) (?:really |very much |also |greatly )?(?:appreciate|prefer|be grateful|ask|suggest"
    r"|(?:like|love|want) (?:you|for you|your|to (?:meet|discuss|talk|schedule|set|see|know|hear|have you"
    r"|get together|invite you)))\b",
    r"(?:i am|i'm|we are|we're) (?:asking|requesting|looking for|waiting for|inviting|hoping)\b",
    r"(?:do|did|have|are|were|is|has|had|would|should|shall|don't|haven't|aren't|when|what|where|which|who|how|why)"
    r"\b[^.!?\n]{0,160}\?",
    r"[^.!?\n]{0,120}\?\s*\Z|i (?:was|am|'m) wondering|i wonder|(?:we|you and i) (?:should|need to|ought to|could"
    r"|can) (?:discuss|meet|talk|get together|set up|schedule|catch up)|(?:it )?would be (?:useful|ideal|great"
    r"|helpful|good|nice) (?:to|if)|you (?:available|free|around)"
    r"|lets? (?:get|meet|talk|try|discuss|set|schedule|plan|do|make|go|see|see if)\b|let's|let us\b|shall we"
    r"|why don't (?:you|we)|how about|what about|want to|wanna|care to|be sure (?:to|that|you)|make sure",
    r"you (?:should|must|need to|have to|ought to|may want to|might want to|'ll (?:need|have|want) to|will (?:need"
    r"|have|want) to|are (?:asked|required|requested|invited|expected))",
    r"(?:appreciate|grateful|great|helpful|good|nice|thankful|awesome|wonderful) (?:it )?if (?:you|we|someone)",
    r"(?:would|do) you mind|remember to|don't forget|do not forget|your (?:approval|sign-off|signature|comments"
    r"|feedback|input|thoughts|help|assistance|prompt \w+) ",
    r"(?:asap|as soon as possible|at your earliest convenience|rsvp|by (?:cob|eod|close of business))\b",
    r"(?:it is|it's) (?:important|imperative|essential|critical|necessary) (?:that|to)",
    # German
    r"bitte(?:n (?:wir|sie))?(?! schön)|bräuchte|könnte(?:st du|n sie|t ihr)|kannst du|können (?:sie|wir)"
    r"|könnt ihr|würde(?:st du|n sie)"
    r"|gib(?:st)? (?:mir|uns)|sag(?:t|en sie)? (?:mir|uns|bescheid)|meld(?:e|en sie|et) (?:dich|sich|euch)"
    r"|lass(?:en sie|t)? uns|wäre(?:st)? (?:du|es|schön|nett|toll|super)"
    r"|(?:hast|habt) (?:du|ihr)\b|haben sie|brauche(?:n)? (?:wir )?(?:von )?(?:dir|ihnen|euch|deine|ihre|eure)",
    # French
    r"s'il (?:vous|te) pla[iî]t|svp|stp|merci d(?:e|')|veuillez|pou(?:rriez|vez)[- ]vous|peux[- ]tu|pourrais[- ]tu"
    r"|prière de|je (?:vous|te) (?:prie|demande)"
    r"|(?:dites|dis|envoyez|envoie|tenez|confirmez|faites)[- ]?(?:moi|nous)|auriez[- ]vous|as[- ]tu|avez[- ]vous",
    # Spanish
    r"por favor|¿|puedes|podr[ií]as?(?: usted)?|puede usted|te pido|le (?:pido|ruego)|se ruega|(?:dime|díganos"
    r"|dígame|avísame|avísanos|envíame|mándame|confírmame|envíanos)\b|necesito que",
    # Italian
    r"per (?:favore|cortesia)|potres?ti|puoi|potreste|potrebbe|può (?:per|inviar|mandar|conferm)\w*|ti (?:chiedo"
    r"|prego)|la prego|(?:fammi|fateci|facci|mandami|inviami|dimmi) ?",
    # Portuguese
    r"por gentileza|poderias?|você (?:pode|poderia)|pode(?:m|s)? (?:me|por|enviar|confirmar|mandar)|peço que"
    r"|me (?:avise|envie|mande|confirme|diga)|envie-me|diga-me",
    # Dutch
    r"alstublieft|alsjeblieft|a\.?u\.?b\b|graag (?:een|je|jouw|uw|voor|zo|even|bevestig|reactie|antwoord)|zou je"
    r"|zou u|kun je|kan je|kunt u|kunnen jullie|wil je|wilt u|laat (?:me|ons|het) (?:\w+ )?weten",
)
_CJK = (
    r"请(?!假|客|问候)|請|麻烦|能否|可否|能不能|是否可以|可以.{0,20}[吗嗎]|吗？|吗\?|ください|下さい"
    r"|お願い(?!いたします。?\Z)|いただけ|頂け|もらえ|でしょうか|ますか|ほしい"
)
_CUE = re.compile(r"(?:(?<!\w)(?:" + "|".join(_CUES) + r"))|" + _CJK, re.IGNORECASE)
_IMPERATIVE = re.compile(
    r"(?:(?:hi|hello|hey|dear)\b[^,\n]{0,30}, |(?:and|also|then|so|but|first|next|now|just|again|in the meantime"
    r"|if possible),? |[A-Z][a-z]+(?:,|:| -) )?"
    r"(?:add|advise|answer|apply|approve|arrange|ask|attend|be (?:sure|prepared|ready)|book|bring|call|change"
    r"|check|come|complete|confirm|consider|contact|copy|correct|decide|delete|deliver|discuss|do not|don't"
    r"|double-check|download|e-?mail|ensure|explain|fax|fill|find|finish|fix|follow|forward|get|give|go over"
    r"|handle|have (?:a look|him|her|them|your)|help|hold|include|inform|invite|join"
    r"|keep|leave|look (?:at|into|over|up)|mail|meet|move|note that|notify|open|order|pass (?:it|this|that|along)"
    r"|pay|phone|pick|plan|post|prepare|print|provide|pull|put|read|just reply|let me|go ahead and|register"
    r"|remember|remind"
    r"|remove|reply|report|respond|return|review|revise|run|save|schedule|see (?:if|me|what|whether|the attached"
    r"|attached|below)|send|set|share|show|sign|speak|start|stop|submit|take|talk to|tell|try|turn|update|upload"
    r"|use|verify|visit|wait|watch|work with|write)"
    r"\b(?! (?:is|are|was|were|has|have|of|'s)\b)",
)
_NOT = re.compile(
    r"\b(?:no need|(?:do not|don't|need not|needn't|you won't) (?:need|have) to (?!forget)|need not"
    r"|nothing (?:for you )?to do|no action|no (?:reply|response) (?:is )?(?:needed|required|necessary)"
    r"|do not (?:reply|respond)|(?:no )?thank(?:s| you) for (?:your|the)|please find (?:attached|enclosed|below"
    r"|my)|please see attached|please (?:feel free|note|be advised|do not hesitate|don't hesitate)"
    r"|feel free|(?:do not|don't) hesitate|unsubscribe|(?:ensure|guarantee) (?:that )?(?:our |your |delivery|you)"
    r"|received this (?:message|e-?mail) in error|click (?:below|on|the|to)|follow the link|the link below"
    r"|privacy policy|view (?:it |this |the )?(?:in|message|email) |add .{3,60} to your address book|click here"
    r"|opt out"
    r"|if (?:you )?(?:have |need |there are )?(?:any|further|additional) |if you (?:have|need|would like|want|wish"
    r"|are interested|no longer|prefer|can't|cannot|do not|don't)\b"
    r"|(?:nicht|keine?n?) (?:nötig|antwort|erforderlich)|(?:brauchst|müssen|brauchen) .{0,20}nicht"
    r"|bei (?:rück)?fragen|falls (?:sie|du|ihr)|wenn (?:sie|du|ihr) |danke für|vielen dank für"
    r"|n'hésite[zr]?|pas besoin|pas nécessaire|si vous avez|merci pour|no es necesario|no hace falta|no dude"
    r"|si tienes?|gracias por"
    r"|non (?:è necessario|serve|esit)|se (?:hai|avete|ha) |grazie per|não (?:é necessário|precisa|hesite)"
    r"|se (?:tiver|você)|obrigad[oa] p|niet nodig|hoeft? niet|als (?:je|u) |bedankt voor)"
    r"|不用|无需|無需|不必|如果|必要はありません|不要です|もし",
    re.IGNORECASE,
)
_FIRM = re.compile(
    r"(?:please|kindly) (?!feel|note|be advised|find|do not hesitate|don't hesitate"
    r"|let me know if you have|call if|contact)"
    r"|(?:can|could|would|will) you\b|bitte (?!melden|zögern)",
    re.IGNORECASE,
)


def asks(sentence: str) -> bool:
    """Say whether `sentence` asks its reader to do or answer something."""
    text = plain(sentence)
    if _NOT.search(text):
        return bool(_FIRM.search(_NOT.sub(" ", text))) and not re.match(r"(?i)if you|falls|wenn|si |se |als ", text)
    return bool(_CUE.search(text) or _IMPERATIVE.match(text))


def is_imperative(sentence: str) -> bool:
    """Say whether `sentence`, an English one, tells its reader to do something: it opens with a verb as a command."""
    text = plain(sentence)
    return _IMPERATIVE.match(text[:1].upper() + text[1:]) is not None or _IMPERATIVE.match(text) is not None
