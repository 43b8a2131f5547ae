"""E-mail addresses, URLs, host names and IP addresses, in a folded text. Time linear in its length."""

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv6Address

from agent.router.redact.common import is_common
from agent.router.redact.spans import Span

# fmt: off
_COUNTRIES = frozenset(

    """
    ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca
    cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo
    fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je
    jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo
    mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt
    pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk
    tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
    """.split()  # noqa: SIM905

)
_GENERIC = frozenset(

    """
    com org net edu gov mil int biz info name pro aero coop museum jobs mobi travel tel cat asia post xxx arpa
    app dev cloud online site shop store tech xyz top club blog live news agency email group company solutions
    services systems network digital design studio media world today life space website academy bank finance
    consulting global international center software support tools team wiki gmbh berlin hamburg wien koeln
    london paris nyc tokyo example test local localhost internal corp lan intra intranet home private invalid
    onion
    """.split()  # noqa: SIM905

)
# Endings that are also words of a sentence or of a file's name: what stands before must not be a word as well.
_WORDS = frozenset(
    """
    am as at be by cat do home id in info int is it jobs la live me media ms my name news no or post pro so
    support team test to today us world life group site space top store tools design
    """.split()  # noqa: SIM905
)
_FILES = frozenset(
    """
    ai app cc com mk md ml mm pl pm ps pt py rs sh so st tf zip
    """.split()  # noqa: SIM905
) - {"ai", "app", "com", "cc"}
# fmt: on
_PUNCTUATION = ".,;:!?'\"*_~"
_AT = re.compile(r"@|%40")
_LOCAL = re.compile(r"\"[^\"\n]{1,64}\"|[\w.!#$%&'*+/=?^{|}~-]{1,64}")
_DOMAIN = re.compile(r"[^\W_](?:[\w-]{0,62}[^\W_])?(?:\.[^\W_](?:[\w-]{0,62}[^\W_])?){0,8}|\[[\d.]{7,15}\]")
_SPELLED = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}[ \t]?(?:[\[({<]|[ \t])[ \t]?(?:at|AT)[ \t]?(?:[\])}>]|[ \t])[ \t]?[\w-]{1,63}"
    r"(?:[ \t]?(?:[\[({<]|[ \t])[ \t]?(?:dot|DOT|punkt|punto|point)[ \t]?(?:[\])}>]|[ \t])[ \t]?[\w-]{1,63}){1,4}"
)
_DOT = re.compile(r"dot|DOT|punkt|punto|point")
_URL = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+.-]{1,15}://[^\s<>\"`]+|(?<![\w.@])[wW]{3}\d?\.[^\s<>\"`]{3,}")
_HOST = re.compile(r"(?<![\w.@-])[^\W_](?:[\w-]{0,62}\.[^\W_]){1,10}[\w-]{0,62}(?![\w-])")
_IPV4 = re.compile(
    r"(?<![\w.])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?:/\d{1,2})?(?!\w|\.\d)"
)
_IPV6 = re.compile(r"(?<![\w:.])[0-9a-fA-F:]{2,39}+(?:\d{1,3}(?:\.\d{1,3}){3})?(?:%\w{1,15})?(?:/\d{1,3})?(?![\w:])")
_MAC = re.compile(r"(?<![\w:-])[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}(?![\w:-])")
_VERSION = re.compile(r"(?:\bv|[Vv]er(?:sion|\.)?|[Rr]elease|[Bb]uild|§|[Ss]ection)[ \t:]{0,3}\Z")


def find(text: str) -> Iterator[Span]:
    """Yield the spans of addresses on the internet; a host or an IP within a URL or an e-mail address as well."""
    yield from emails(text)
    if "." in text or ":" in text:
        yield from _addresses(text)
    if text.count(":") > 4 or text.count("-") > 4:
        for found in _MAC.finditer(text):
            yield Span(found.start(), found.end(), "ID")


def _addresses(text: str) -> Iterator[Span]:
    for found in _URL.finditer(text) if "://" in text or "ww" in text.lower() else ():
        end = _url_end(found[0])
        if end > found[0].find("://") + 3:
            yield Span(found.start(), found.start() + end, "URL")
    for found in _IPV4.finditer(text):
        if not _VERSION.search(text, max(0, found.start() - 12), found.start()):
            yield Span(found.start(), found.end(), "IP")
    for found in _IPV6.finditer(text) if "::" in text or text.count(":") > 6 else ():
        if _is_ipv6(found[0]):
            yield Span(found.start(), found.end(), "IP")
    for found in _HOST.finditer(text):
        if is_host(found[0]):
            yield Span(found.start(), found.end(), "HOST")


def emails(text: str) -> Iterator[Span]:
    """Yield the e-mail addresses of `text`, those spelled "anna (at) example (dot) org" too."""
    for found in _AT.finditer(text):
        local = _LOCAL.match(text[max(0, found.start() - 66) : found.start()][::-1])
        domain = _DOMAIN.match(text, found.end())
        if local and domain and (any(map(str.isalpha, domain[0])) or domain[0][0] == "["):
            name = local[0][::-1]
            name = name if name[0] == '"' else name.lstrip(".'*/=&?!#|{")
            if name:
                yield Span(found.start() - len(name), domain.end(), "EMAIL")
    for found in _SPELLED.finditer(text) if _DOT.search(text) else ():
        if found[0].count(" ") < 4 or not is_common(found[0].split()[0].lower()):
            yield Span(found.start(), found.end(), "EMAIL")


def is_host(name: str) -> bool:
    """Return whether a dotted name is one of a computer: its ending is one of the internet's, and it is no sentence."""
    labels = name.split(".")
    last = labels[-1]
    ending = last.lower()
    if ending.startswith("xn--"):
        return True
    if ending not in _COUNTRIES and ending not in _GENERIC:
        return False
    if last.istitle() and not labels[-2].istitle():
        return False
    before = [label.lower() for label in labels[:-1]]
    if len(labels) == 2 and ending in _FILES:
        return False
    if all(len(label) == 1 for label in before):
        return False
    return not (ending in _WORDS and all(is_common(label) for label in before))


def _url_end(url: str) -> int:
    """Return the length of `url` without what the sentence around it added."""
    while url:
        if url[-1] in _PUNCTUATION or (
            url[-1] in ")]}" and url.count(url[-1]) > url.count("([{"[")]}".index(url[-1])])
        ):
            url = url[:-1]
        else:
            break
    return len(url)


def _is_ipv6(text: str) -> bool:
    bare = text.partition("/")[0].partition("%")[0]
    if "::" not in bare and bare.count(":") != 7:
        return False
    if not any(map(str.isdigit, bare)) or len(bare) < 4:
        return False
    try:
        IPv6Address(bare)
    except (AddressValueError, ValueError):
        return False
    return True
