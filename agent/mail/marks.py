"""The words by which mail programs and people mark what is not their own text, in the languages people mail in.

Literal on purpose: a phrase that is missing is added to its list, and to the table in tests/mail/test_zones.py.
Every pattern is matched at the start of a line or a paragraph, on at most a few hundred characters.
"""

import re

PREFIX = re.compile(r"[> \t]*+")

WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|schreibt|escribió|escribio|a écrit|ha scritto|escreveu|schreef|skrev"
    r"|kirjoitti)\b|napisała?\b|\bpisze\b|napsala?\b|пишет|писала?\b|написала?\b|написав|έγραψε|yazdı"
    r"|كتب|כתב|写道|寫道|撰写|さんは書きました|が書きました|さんからのメール|のメール|님이 작성|님이 씀",
    re.IGNORECASE,
)
"""The verb of an attribution line such as `On 3 March 2026, Ada Lovelace <ada@example.org> wrote:`."""

WROTE_OPENING = re.compile(
    r"(?:On|Am|El|Le|Il|Em|No dia|Op|Den|W dniu|Dne|În|La data|Στις|Il giorno)\s|[在于於]|\d{1,4}[./年-]"
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Mo|Di|Mi|Do|Fr|Sa|So|pon|wt|śr|czw|pt|sob|niedz|пн|вт|ср|чт|пт|сб"
    r"|вс)[.,]",
)

JAPANESE_WROTE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日[^\n]{0,120}<[^<>\s]{3,100}>[:：]$")
"""Gmail in Japanese has no verb: `2026年3月3日(火) 10:00 Ada <ada@example.org>:`."""

FORWARDED = re.compile(
    r"-{2,}\s*(?:Forwarded (?:message|by)|Weitergeleitete (?:Nachricht|E-?Mail)|Mensaje reenviado"
    r"|Message transféré|Message transmis|Messaggio inoltrato|Mensagem (?:encaminhada|reencaminhada)"
    r"|Doorgestuurd bericht|Vidarebefordrat meddelande|Videresendt (?:meddelelse|melding)"
    r"|Wiadomość przekazana|Przekazana wiadomość|Пересылаемое сообщение|Пересланное сообщение"
    r"|转发的?邮件|轉寄的?郵件|Forwarded Message|転送メッセージ|転送されたメッセージ|전달된 메시지)"
    r"|(?:Begin forwarded message|Anfang der weitergeleiteten Nachricht|Inicio del mensaje reenviado"
    r"|Début du message (?:réexpédié|transféré)|Inizio messaggio inoltrato"
    r"|Início da mensagem (?:encaminhada|reencaminhada)|Begin doorgestuurd bericht|Vidarebefordrat brev"
    r"|转发的邮件|轉寄的郵件|転送されたメール)\s*[:：]",
    re.IGNORECASE,
)
ORIGINAL = re.compile(
    r"-{2,}\s*(?:Original (?:Message|Appointment)|Ursprüngliche (?:Nachricht|Mail)|Originalnachricht"
    r"|Mensaje original|Message d['’]origine|Message original|Messaggio originale|Mensagem original"
    r"|Oorspronkelijk bericht|Originalmeddelande|Ursprungligt meddelande|Oprindelig meddelelse"
    r"|Opprinnelig melding|Wiadomość oryginalna|Oryginalna wiadomość|Исходное сообщение|原始邮件"
    r"|原始郵件|邮件原件|元のメッセージ|원본 메시지)",
    re.IGNORECASE,
)
RULE = re.compile(r"_{16,}\s*$")
"""What Outlook draws above the message it answers."""

FROM, DATE, TO, SUBJECT, OTHER = range(5)
_FIELDS = {
    FROM: "From|Von|De|Expéditeur|Da|Van|Från|Fra|Lähettäjä|Od|От|Від|发件人|寄件者|寄件人|差出人|送信者|보낸 사람"
    "|보낸사람",
    DATE: "Sent|Date|Gesendet|Datum|Enviado|Enviado el|Enviada em|Enviado em|Fecha|Data|Envoyé|Inviato|Verzonden"
    "|Skickat|Sendt|Dato|Lähetetty|Wysłano|Odesláno|Отправлено|Дата|Надіслано|发送时间|发送日期|日期|時間|傳送時間"
    "|寄件日期|送信日時|日付|日時|보낸 날짜|날짜",
    TO: "To|An|Para|À|A|Aan|Till|Til|Vastaanottaja|Do|Komu|Кому|收件人|收件者|宛先|받는 사람|받는사람",
    SUBJECT: "Subject|Betreff|Asunto|Objet|Oggetto|Assunto|Onderwerp|Ämne|Emne|Aihe|Temat|Předmět|Тема"
    "|主题|主旨|主題|件名|제목",
}
HEADERS = {name.casefold(): field for field, names in _FIELDS.items() for name in names.split("|")}
"""Which field a header line is, by its name in lower case."""
HEADER = re.compile(r"\*?([^\W\d_][^:：*\n]{0,24}?)\s{0,2}\*?\s?[:：]\*?(?:\s|$|(?<=：))")

FORWARDING = re.compile(
    r"\b(?:fyi|fwd?|forward(?:ed|ing)?|see below|(?:e-?mail|message|thread|mail) below|zur info|z\. ?k\."
    r"|weitergeleitet|weiterleiten|siehe unten|te reenvío|reenv[ií]o|ver abajo|pour info|ci-dessous"
    r"|je (?:vous|te) transfère|inoltro|qui sotto|encaminho|abaixo|ter info|zie onder|doorsturen)\b|转发"
    r"|轉寄|见下|転送|以下のメール",
    re.IGNORECASE,
)
"""How people say, above it, that what follows is passed on."""

SIGNATURE_LINE = re.compile(r"(?:--|—)\s?$")
DEVICE = re.compile(
    r"(?:Sent (?:from|via) (?:my|a|the|outlook|yahoo|mail|samsung|proton|android|iphone|ipad"
    r"|blackberry)\b|Get Outlook for|(?:Von meinem|Gesendet (?:von|mit|aus)) \S"
    r"|Diese Nachricht wurde von meinem|Enviado (?:desde|do) \S|Obtener Outlook|Envoyé (?:de|depuis"
    r"|à partir de) (?:mon|l['’])|Obtenir Outlook|Télécharger Outlook|Inviato da(?:l mio)? \S"
    r"|Verzonden vanaf|Verstuurd vanaf|Skickat från min|Skickat från Outlook|Sendt fra min"
    r"|Lähetetty \S+sta|Wysłane z \S|Отправлено (?:с|из) \S|发自我的|從我的|从我的|傳送自|iPhoneから送信"
    r"|iPadから送信|나의 iPhone에서 보냄)",
    re.IGNORECASE,
)
CLOSING = re.compile(
    r"(?:(?:best|kind|warm|with (?:best|kind|warm)|many|all the best|yours|sincerely|regards|cheers"
    r"|thanks|thank you|thx|br|rgds|take care|talk soon|cordially|respectfully)\b[\w ]{0,30}|yours \w+"
    r"|(?:mit )?(?:freundliche[nrm]?|beste[nrm]?|viele[nrm]?|liebe[nrm]?|herzliche[nrm]?|schöne[nrm]?"
    r"|sonnige[nrm]?|kollegiale[nrm]?)\s(?:grüße[n]?|grüsse[n]?|gruß|gruss|dank)[\w ]{0,30}|grüße|gruß"
    r"|mfg|vg|lg|hochachtungsvoll|danke(?: dir| ihnen| und [\w ]{0,20})?|(?:un "
    r"|muchos )?(?:cordial(?:es)? )?saludos?(?: cordial(?:es)?)?|atentamente|un abrazo|gracias"
    r"|muchas gracias|cordialement|(?:bien|très) (?:cordialement|à vous)|bien à (?:vous|toi)"
    r"|(?:meilleures )?salutations(?: distinguées)?|merci|(?:merci )?(?:d['’]avance|beaucoup)|à bientôt"
    r"|bonne journée|(?:cordiali|distinti|cari) saluti|un saluto|saluti|grazie(?: mille)?|a presto"
    r"|atenciosamente|att|abraços?|(?:com os )?(?:melhores )?cumprimentos|obrigad[oa]"
    r"|(?:met )?(?:vriendelijke|hartelijke) (?:groet|groeten)|groet(?:en|jes)?|mvg|bedankt"
    r"|alvast bedankt|(?:med )?(?:vänlig|bästa|vennlig|venlig|beste|mange|bedste) (?:hälsning(?:ar)?"
    r"|hilsen|hilsner)|mvh|hälsningar|hilsen|tack|(?:z )?(?:poważaniem|pozdrowieniami|wyrazami szacunku)"
    r"|pozdrawiam|s pozdravem|(?:с )?уважением|спасибо|с наилучшими пожеланиями|此致|敬礼|敬禮|祝好"
    r"|顺祝商祺|谢谢|謝謝|以上|よろしくお願い(?:いた|致)?します|よろしくお願い申し上げます|敬具"
    r"|감사합니다)\s{0,2}[,.!，。！、]{0,3}$",
    re.IGNORECASE,
)
POSTSCRIPT = re.compile(r"P\.? ?S\.?\b|NB\b|附[:：]|追伸", re.IGNORECASE)

DISCLAIMER = re.compile(
    r"\W{0,4}(?:confidential(?:ity)? (?:notice|note|statement|disclaimer)|legal (?:notice|disclaimer)"
    r"|disclaimer\b|notice of confidentiality|privileged (?:and|&|/) confidential|(?:this"
    r"|the) (?:e-?mail|message|communication|transmission|information)(?:,? \(?(?:and|including|any"
    r"|contained|in|this|its|attached|files?|transmitted|with|it|e-?mail|message|attachments?|or|the|all"
    r"|accompanying)\b[,)]?){0,14},?\s(?:is|are|may|contains?|and)\s[^\n]{0,120}(?:confidential"
    r"|privileged|intended (?:only|solely|for))|if you (?:are not|have received) (?:the intended"
    r"|this (?:e-?mail|message|communication))|please (?:consider|think (?:of|about)) the environment"
    r"|(?:diese|die in dieser) (?:e-?mail|nachricht|mitteilung)[^\n]{0,120}(?:vertraulich"
    r"|ausschließlich für|rechtlich geschützt)|vertraulichkeitshinweis"
    r"|(?:bitte )?denken sie an die umwelt|wenn sie nicht der (?:richtige|beabsichtigte"
    r"|vorgesehene) (?:adressat|empfänger)|(?:este|la información contenida en este) (?:correo|mensaje"
    r"|e-?mail)[^\n]{0,120}(?:confidencial|privilegiad|exclusiv)|aviso (?:legal|de confidencialidad)"
    r"|(?:ce|les informations contenues dans ce) (?:message|courriel|courrier|e-?mail"
    r"|mail)[^\n]{0,160}(?:confidentiel|exclusiv|établi)|avis de confidentialité|(?:questo"
    r"|le informazioni contenute in questo|la presente|questa) (?:messaggio|e-?mail"
    r"|comunicazione)[^\n]{0,160}(?:riservat|confidenzial|esclusiv)|(?:esta|este"
    r"|as informações contidas nesta) (?:mensagem|e-?mail)[^\n]{0,160}(?:confidencia|exclusiv"
    r"|privilegiad)|(?:dit|deze|de informatie in (?:dit|deze)) (?:bericht"
    r"|e-?mail)[^\n]{0,120}(?:vertrouwelijk|uitsluitend|bestemd)|(?:本(?:邮件|郵件|电子邮件|電子郵件"
    r"|メール))[^\n]{0,60}(?:保密|机密|機密|秘密|仅供|僅供))",
    re.IGNORECASE,
)
FOOTER = re.compile(
    r"\W{0,4}(?:(?:unsubscribe|manage preferences|abmelden|(?:newsletter )?abbestellen|darse de baja"
    r"|cancelar (?:la )?suscripción|se désabonner|se désinscrire|disiscriviti|annulla l['’]iscrizione"
    r"|cancelar (?:a )?(?:inscrição|subscrição)|descadastrar|uitschrijven|afmelden|退订|取消订阅|退訂"
    r"|取消訂閱|配信停止|수신 ?거부)\s*(?:$|[|<\[(:：·•]|here\b|from\b|hier\b|ici\b|aquí\b|qui\b"
    r"|aqui\b)|(?:to unsubscribe|um sich abzumelden|para darse de baja|pour (?:vous|se) dés(?:abonner"
    r"|inscrire)|per (?:disiscriverti|cancellarti)|para cancelar|om u uit te schrijven),?\s+\w|(?:click"
    r"|tap) here to unsubscribe|to stop receiving|you(?:['’]re| are"
    r"| have)? (?:currently )?(?:receiv(?:ing|ed)|getting|subscribed)\b[^\n]{0,60}\b(?:because|as|to"
    r"|since)\b|this (?:e-?mail|message|newsletter) was sent to|update your (?:e-?mail )?preferences"
    r"|manage (?:your )?(?:e-?mail )?(?:preferences|subscriptions?|notifications)"
    r"|view (?:this (?:e-?mail )?)?in (?:your |a )?browser|(?:©|\(c\)|copyright) ?(?:\d{4}|20)"
    r"|all rights reserved|sie (?:erhalten|bekommen) diese|(?:has recibido|recibes|usted recibe) este"
    r"|(?:vous recevez|vous avez reçu) ce(?:t|tte)?\b|(?:ricevi|hai ricevuto) questa"
    r"|(?:você está recebendo|recebeu) est[ea]|(?:u|je) ontvangt deze)",
    re.IGNORECASE,
)
LIST_FOOTER = re.compile(
    r"_{16,}\n[^\n]{0,120}(?:mailing list|list\b|liste\b|mailto|https?://)",
    re.IGNORECASE,
)
INTENDED = re.compile(
    r"\bnot the intended (?:recipient|addressee)|\bintended recipient\(?s?\)?|nicht der (?:richtige"
    r"|beabsichtigte|vorgesehene) (?:adressat|empfänger)|no es el destinatario|pas le destinataire"
    r"|destinataire (?:prévu|désigné)|non (?:è|siete) il destinatario|não (?:é|for) o destinatário"
    r"|niet de (?:beoogde|geadresseerde)",
    re.IGNORECASE,
)
