"""What opens a door: keys, passwords, tokens, one-time codes, private links. Found by form or by the label before it.

A false alarm has a price here, for a secret in a text refuses every grant: a label alone is not enough, its value has
to look like one. Time linear in the length of the text.
"""

import re
from collections.abc import Iterator

from agent.router.redact import tokens
from agent.router.redact.code import CODE
from agent.router.redact.common import is_common
from agent.router.redact.folded import fold, lowered
from agent.router.redact.spans import Span, merge

_PEM = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,4}(?:PRIVATE KEY|KEY BLOCK)[A-Z ]{0,12}-----")
_PEM_BODY = re.compile(
    r"(?:[ \t>#*\"'/\\n]{0,12}\r?\n?[ \t>#*\"']{0,12}[A-Za-z0-9+/=.:,… -]{1,100}(?:\\n)?(?=\r?\n|\Z)){1,200}"
)
# The stems of the labels, in lower case; what comes before a stem is looked at only where it is a word of its own too.
_LABEL = re.compile(
    r"(?P<strong>passw(?:or)?ds?|passwd|pass(?:phrase|code|key)|passwort|pwd|"
    r"pass(?=[\"']?[ \t]{0,3}[:=])|kennwort|losung(?:swort)?|"
    r"mot de passe|mdp|contraseña|contrasena|clave|senha|parola|parolă|wachtwoord|lösenord|passord|adgangskode|kodeord|"
    r"salasana|hasło|haslo|heslo|"
    r"jelszó|şifre|sifre|парол[ья]|κωδικός|密码|密碼|パスワード|비밀번호|סיסמה|(?:seed|recovery) phrase|mnemonic)"
    r"|(?P<pin>pin(?:[ -]?(?:code|number|nummer))?|tan|cvv2?|cvc2?|puk)"
    r"|(?P<weak>apikey|keys?|tokens?|secrets?|credentials?|"
    r"connection[ _-]?string|session[ _-]?id|wlan-?schlüssel|netzwerkschlüssel|psk|_pat|_pw)"
    r"|(?P<code>codes?|otp|código|codice|koden|kood|код|一次性|验证码)"
)
_WHOLE = frozenset(
    [
        "pass",
        "mdp",
        "clave",
        "senha",
        "parola",
        "sifre",
        "pin",
        "tan",
        "puk",
        "cvv",
        "cvc",
        "cvv2",
        "cvc2",
        "psk",
        "otp",
        "kood",
        "код",
        "koden",
        "key",
        "keys",
        "heslo",
    ]
)
_QUALIFIED = re.compile(
    r"(?:[_-]|(?:api|access|secret|auth|app|account|private|encryption|signing|master|service|shared|storage|deploy|"
    r"license|licence|product|recovery|security|wifi|wi-fi|wlan|client|session|webhook|"
    r"network|subscription|activation)[ .]?)\Z"
)
_TAIL = r"[\w-]{0,20}"
_JOIN = (
    r"(?P<sign>[\"'\]]{0,2}[ \t]{0,5}(?:=>|:=|[:=：])[ \t]{0,5}\n?[ \t]{0,5})"
    r"|(?P<prose>[\"']?(?:[ \t]{1,3}(?:for|to|of|on|at|für|zum|pour|para)[ \t]{1,3}"
    r"(?:[\w@.'-]{1,60}[ \t]{1,3}){1,4}?|[ \t]{1,3})"
    r"(?:is|was|will be|has been (?:re)?set to|to|lautet|ist|est|es|é|är|er|on|jest)[ \t]{0,3}:?[ \t]{1,3})"
    r"|(?P<next>[ ]{1,2})"
)
_QUOTED = (
    r"\"(?P<q2>(?:[^\"\\\n]|\\.){1,200})\"|'(?P<q1>[^'\n]{1,200})'|`(?P<q0>[^`\n]{1,200})`|“(?P<q3>[^”\n]{1,200})”"
)
_SAID = re.compile(rf"{_TAIL}(?:{_JOIN})(?:{_QUOTED}|(?P<bare>[^\s\"'`<>]\S{{0,300}}))", re.IGNORECASE)
_CODE_SAID = re.compile(
    r"(?: (?:for|to|pour|para|für) (?:[\w.'-]{1,40} ){1,4}?)?[ \t]{0,2}"
    r"(?:is|was|lautet|ist|est|es|är|:|=|-|#)?[ \t:#]{0,3}\n?"
    r"(?P<bare>(?:[A-Z]-)?\d{3}[ -]\d{3}|(?:[A-Z]-)?\d{4,8}|(?=[A-Z]{0,7}\d)[A-Z0-9]{5,8})(?![\w-]|[.,]\d)"
)
_NO_CODE = re.compile(
    r"(?:zip|postal|post|area|country|error|status|sort|product|source|promo|promotion|discount|coupon|voucher|offer|"
    r"dress|building|stock|exit|gl|cost|tax|response|bar|http|diall?ing|colou?r|penal|civil|labor|bankruptcy|"
    r"revenue|us|of)[ -]\Z"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_AS = re.compile(
    r"(?:use|with|enter|type|verwende|utilisez)[ ]([\"'“]?)(?P<bare>[^\s\"'”]{4,60})[\"'”]?[ ](?:as|for|als|comme)[ ]"
    r"(?:(?:the|your|a|my|das|den)[ ])?(?:\w{1,20}[ ]){0,2}\Z",
    re.IGNORECASE,
)
_CODE_FIRST = re.compile(
    r"(?<![\w.,-])(?P<bare>(?:[A-Z]-)?\d{3}[ -]?\d{3}|\d{4,8})[ ](?:is|ist|est|es)[ ]"
    r"(?:your|the|ihr|dein|votre|su|tu)[ ](?:[\w.'-]{1,30}[ -]){0,4}\Z",
    re.IGNORECASE,
)
_XML = re.compile(rf"{_TAIL}>([^<>\n]{{1,200}})</")
_FLAG = re.compile(
    r"(?<!\w)--?(?:password|passwd|pass|token|secret|api-key|apikey|auth-token)[ =]{1,2}(?P<bare>[^\s\"']{3,200})"
)
_LOGIN = re.compile(r"(?<!\w)(?:-u|--user)[ =]{1,2}[\"']?(?P<bare>[\w.@-]{1,60}:[^\s\"']{3,200})")
_HEADER = re.compile(
    r"(?:authorization|x-(?:api|auth|access|amz-security|goog-api|vault|gitlab|github|private)[\w-]{0,20}|api-key|private-token|cookie)"
    r"[\"']?[ \t]{0,3}[:=][ \t]{0,3}[\"']?(?P<bare>[^\"'\n]{6,4000})"
)
_BEARER = re.compile(r"(?:bearer|basic|digest|apikey|token)[ \t]{1,3}(?P<bare>[A-Za-z0-9._~+/=-]{8,4000})")
_URL = re.compile(r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s<>\"']{4,4000}")
_LOGGED_IN = re.compile(r"[^:]{1,21}://[^\s:/@]{0,100}:[^\s]{1,300}@")
_LINK = re.compile(
    r"[?&;#](?:[\w.-]{0,20}[_-])?(?:token|key|apikey|sig|signature|auth|authkey|secret|password|passwd|pwd|otp|ticket|invite|"
    r"session|sessionid|sid|jwt|code|sharekey|resourcekey)=[^&]{4}"
    r"|//(?:hooks\.slack\.com/(?:services|workflows)|(?:\w{1,20}\.)?discord(?:app)?\.com/api/webhooks|"
    r"[\w.-]{1,60}\.webhook\.office\.com|outlook\.office\.com/webhook|api\.telegram\.org/bot|hooks\.zapier\.com/hooks|"
    r"maker\.ifttt\.com/trigger|chat\.googleapis\.com)/?."
    r"|[/_-](?:reset|verify|confirm|activate|invite|invitation|magic|unlock|password|onetime)[\w-]{0,20}/[\w=.-]{12}"
    r"|\Aotpauth://"
)
_BLANKS = re.compile(
    r"[*•xX.…_-]{2,}|\$\{?[\w.]*\}?|\$\([^)]*\)|%\w+%|\{\{.*|<.*|\[.*|your[\w-]*|none|null|nil|true|false|undefined|n/?a|todo|tbd|process\.env.*|os\.(?:environ|getenv).*|env\(.*|config\[.*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)?")


def find(text: str) -> list[Span]:
    """Return the SECRET spans of `text`, in order, none overlapping: the value, the whole of a link or a PEM block."""
    folded = fold(text)
    plain, lower = folded.text, lowered(folded.text)
    found = (*_blocks(plain), *_by_form(plain, lower), *_by_label(plain, lower))
    return merge(Span(*folded.where(start, end), "SECRET") for start, end in found if end > start)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield private keys in PEM or PGP armour, to the END line, or as far as base64 goes where they are cut off."""
    at = 0
    while found := _PEM.search(text, at):
        close = found[0].replace("BEGIN", "END")
        end = text.find(close, found.end(), found.end() + 20_000)
        if end >= 0:
            at = end + len(close)
        else:
            body = _PEM_BODY.match(text, found.end())
            at = body.end() if body else found.end()
        yield found.start(), at


def _by_form(text: str, lower: str) -> Iterator[tuple[int, int]]:
    yield from tokens.find(text)
    if "://" in text:
        for found in _URL.finditer(text):
            if _LOGGED_IN.match(found[0]) or _LINK.search(found[0].lower()):
                yield found.start(), found.start() + len(_trimmed(found[0], " "))
    for found in _BEARER.finditer(lower):
        value = text[found.start("bare") : found.end("bare")]
        if not text[found.start() - 1 : found.start()].isalpha() and (_mixed(value) or len(value) >= 24):
            yield found.span("bare")
    for found in _HEADER.finditer(lower):
        value = found["bare"]
        if not CODE.search(text, found.start("bare"), found.end("bare")) and not _words(value):
            yield found.span("bare")
    for pattern in (_FLAG, _LOGIN):
        for found in pattern.finditer(text):
            if not _blank(found["bare"]):
                yield found.span("bare")


def _by_label(text: str, lower: str) -> Iterator[tuple[int, int]]:
    """Yield what labels say is secret: after the label as a rule, and before it in "use X as the password"."""
    told_to = 0
    for label in _LABEL.finditer(lower):
        start, end = label.span()
        if end <= told_to:
            continue  # within a value already
        sort = label.lastgroup or ""
        if not _is_label(text, lower, label):
            continue
        before = text[max(0, start - 100) : start]
        first = _CODE_FIRST.search(before) if before[-1:] in (" ", "-") else None
        used = _AS.search(before) if first is None and before.endswith(" ") else None
        if first:
            yield start - len(before) + first.start("bare"), start - len(before) + first.end("bare")
        elif used and not is_common(used["bare"].lower()) and not _blank(used["bare"]):
            yield start - len(before) + used.start("bare"), start - len(before) + used.end("bare")
        if sort in ("code", "pin"):
            code = _CODE_SAID.match(text, end)
            if code and not (_YEAR.fullmatch(code["bare"]) and code.start("bare") - end == 1):
                yield code.span("bare")
        tag = _XML.match(text, end) if sort != "code" else None
        if tag and not _blank(tag[1]):
            yield tag.span(1)
        said = _SAID.match(text, end) if sort != "code" else None
        if said:
            for value in _value(text, said, sort):
                told_to = value[1]
                yield value


def _is_label(text: str, lower: str, label: re.Match[str]) -> bool:
    """Return whether a stem stands for itself there: not in "spin", "keyboard" or "area code", but in "dbPassword"."""
    start = label.start()
    before = lower[max(0, start - 16) : start]
    stem = label[0]
    camel = text[start].isupper() and not text[start - 1 : start].isupper()
    if (stem in _WHOLE or label.lastgroup != "strong") and before[-1:].isalpha() and not camel:
        return (
            label.lastgroup == "code"
            and before[-1:].isalpha()
            and before.endswith(("ss", "sicherheits", "zugangs", "bestätigungs"))
        )
    if stem in ("key", "keys"):
        return camel or _QUALIFIED.search(before) is not None
    return label.lastgroup != "code" or _NO_CODE.search(before) is None


def _value(text: str, found: re.Match[str], sort: str) -> Iterator[tuple[int, int]]:
    """Yield the value of a label where it looks like a secret: the less certain the label, the more it has to."""
    name = next(name for name in ("q0", "q1", "q2", "q3", "bare") if found[name])
    told = next(told for told in ("sign", "prose", "next") if found[told])
    start, end = found.span(name)
    if name == "bare":
        end = start + len(_trimmed(found[name], text[end : end + 1]))
    value = text[start:end]
    if _blank(value):
        return
    if sort == "pin":
        holds = sum(map(str.isdigit, value)) >= 3 and len(value) <= 12
    elif sort == "weak" and told == "next":
        holds = tokens.is_random(value)
    elif sort == "weak":
        holds = len(value) >= 6 and (
            tokens.is_random(value) or (_mixed(value) and any(map(str.isdigit, value))) or len(value) >= 20
        )
        holds = (holds and " " not in value) or (name != "bare" and told == "sign" and _mixed(value))
    elif told == "sign":
        last = not text[end : end + 2].strip(".,;)\"'") or text[end : end + 1] in "\n,;)"
        holds = name != "bare" or _mixed(value) or last or not is_common(value.lower())
    elif told == "prose":
        holds = (
            _mixed(value)
            or (name != "bare" and " " not in value)
            or not (is_common(value.lower()) or not value.isascii())
        )
    else:
        holds = _mixed(value) and any(map(str.isdigit, value))
    if holds:
        yield start, end


def _trimmed(value: str, after: str) -> str:
    """Return `value` without the signs of the sentence or the code around it; a full stop goes only at its end."""
    if after in ("", " ", "\n", "\t", "\r", '"', "'", "<", "`"):
        value = value.rstrip(".,;:")
    while value and value[-1] in ")]}" and value.count(value[-1]) > value.count("([{"[")]}".index(value[-1])]):
        value = value[:-1].rstrip(".,;")
    return value


def _mixed(value: str) -> bool:
    """Return whether `value` is no word: a digit or a sign in it, or capitals within."""
    if _WORD.fullmatch(value):
        return any(map(str.isupper, value[1:])) and not value.isupper()
    return not all(_WORD.fullmatch(part) for part in re.split(r"[\s,./;:!?()-]+", value) if part)


def _words(value: str) -> bool:
    parts = value.split()
    return len(parts) > 2 and sum(is_common(part.lower().strip(".,;")) for part in parts) * 2 > len(parts)


def _blank(value: str) -> bool:
    """Return whether `value` stands for a secret without being one: stars, a variable, a placeholder of ours."""
    return len(value) < 3 or _BLANKS.fullmatch(value) is not None or CODE.search(value) is not None
