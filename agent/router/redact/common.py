"""Words and names that are facts about languages and the world, not about a person: loaded once, when first asked."""

from functools import cache, lru_cache
from pathlib import Path

_HERE = Path(__file__).parent
# How English words end: (ending, what the word ends in without it).
_ENDINGS = (
    *(("ies", "y"), ("s", ""), ("es", ""), ("ed", ""), ("ed", "e"), ("d", ""), ("ing", ""), ("ing", "e"), ("ly", "")),
    *(("er", ""), ("er", "e"), ("ers", ""), ("est", ""), ("est", "e"), ("ness", "")),
)


def listed(text: str) -> frozenset[str]:
    """Return the words of `text`: how a list of words is written here."""
    return frozenset(text.split())


HARMLESS = listed(
    # Languages and what texts are written with: they name a task, not a person.
    "english french german spanish italian portuguese dutch polish russian chinese japanese korean arabic hindi "
    "turkish greek latin hebrew swedish danish norwegian finnish czech hungarian mandarin vietnamese thai "
    "ukrainian romanian python java javascript typescript rust golang ruby perl kotlin swift scala haskell matlab "
    "fortran sql html css xml json yaml csv http https api url uri pdf gif png jpeg utf ascii unicode regex linux "
    "unix windows macos android ios bash shell git docker kubernetes nginx apache mysql postgres postgresql "
    "sqlite redis mongodb numpy pandas excel powerpoint word outlook gmail markdown latex tcp udp ip dns ssl tls "
    "ssh vpn ram cpu gpu usb gps wifi internet web react angular vue django flask node jquery bootstrap ai ml llm "
    "nlp seo faq diy ceo cto cfo coo hr pr qa it ui ux tv dvd cd rsvp asap fyi eta ooo eod tbd tba todo kpi okr "
    "roi crm erp saas am pm gmt utc cet est pst usd eur gbp vat covid christmas easter ii iii iv"
)


@cache
def common_words() -> frozenset[str]:
    """Return lower-case English words, short and office words with them."""
    return frozenset(_lines("common.txt").split())


@cache
def first_names() -> frozenset[str]:
    """Return frequent first names, lower-case, without accents."""
    return frozenset(_lines("names.txt").partition("--")[0].split())


@cache
def family_names() -> frozenset[str]:
    """Return frequent family names, lower-case, without accents."""
    return frozenset(_lines("names.txt").partition("--")[2].split())


@cache
def world() -> frozenset[str]:
    """Return the countries and their capitals, lower-case."""
    return _names_in(_lines("places.txt").partition("--")[0])


@cache
def places() -> frozenset[str]:
    """Return all places we know, lower-case: countries, capitals, regions, large cities."""
    return world() | _names_in(_lines("places.txt").partition("--")[2])


@lru_cache(20_000)
def is_common(word: str) -> bool:
    """Return whether lower-case `word`, or what it is inflected from, is a common English word."""
    known = common_words()
    if word in known:
        return True
    return any(
        word.endswith(ending) and len(word) - len(ending) > 2 and word[: -len(ending)] + stem in known
        for ending, stem in _ENDINGS
    )


def _names_in(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.replace("\n", ",").split(",") if name.strip())


def _lines(name: str) -> str:
    text = (_HERE / name).read_text("utf-8")
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))
