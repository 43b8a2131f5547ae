"""Numbers states, banks and companies give to people: IBAN, national ids by shape and checksum, and labelled ids."""

import re
from collections.abc import Callable, Iterator

from agent.router.redact.folded import lowered
from agent.router.redact.spans import Span

# The length of an IBAN by country (ISO 13616 registry).
# fmt: off
_IBAN = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29,
    "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29,
    "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
    "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28,
    "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MN": 20,
    "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29, "PT": 25,
    "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27,
    "SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}
# fmt: on
_IBAN_START = re.compile(r"(?<![A-Za-z0-9])(?=([A-Za-z]{2}\d{2}(?:[ \t\n-]{0,2}[A-Za-z0-9]){11,29}+))")
_NOUNS = (
    r"employee|staff|personnel|worker|customer|client|patient|member(?:ship)?|subscriber|account|acct|a/c|order|invoice|"
    r"inv|purchase[ ]order|po|"
    r"case|ticket|incident|policy|claim|booking|reservation|confirmation|reference|ref|tracking|"
    r"shipment|passport|visa|driver'?s?['’]?[ ]?licen[cs]e|driving[ ]licen[cs]e|licen[cs]e|identity[ ]card|id[ ]card|"
    r"badge|student|matriculation|medical[ ]record|mrn|tax(?:payer)?|vat|tin|ein|itin|national(?:[ ]id)?|"
    r"national[ ]insurance|nhs|nino|serial|imei|vin|licen[cs]e[ ]plate|plate|routing|sort[ ]code|contract|deal|"
    r"transaction|loan|file|user|social[ ]security|ssn|sin|health[ ]insurance|insurance|group|payroll|vendor|supplier|"
    r"registration|frequent[ ]flyer|loyalty|kunden|rechnungs|bestell|vertrags|steuer|personal|ausweis|konto|"
    r"mitglieds|versicherungs|aktenzeichen|vorgangs|client|commande|facture|dossier|contrat|pedido|factura|cliente|"
    r"ordine|fattura|cuenta|compte|dni|nie|nif|cpf|cnpj|curp|bsn|pesel|personnummer|codice[ ]fiscale"
)
_LABELLED = re.compile(
    rf"(?<![a-z])(?:(?:{_NOUNS})[ _-]?"
    r"(?P<word>ids?|identifier|numbers?|num|no|nr|nummer|numero|número|numéro|code|key)?\b"
    r"|(?P<alone>id|uid|uuid|nr|no|number|reference))"
    r"[.]?[ \t]{0,3}(?P<mark>(?:\bis\b|\bwas\b|\bof\b|\blautet\b|:|=|\#|n°|№|-|\()?[ \t]{0,3}[\#:]?)[ \t]{0,3}\n?"
    r"(?P<value>[a-z0-9][a-z0-9_./-]{2,38})"
)
_SHAPED = re.compile(
    r"(?<![\w.-])(?P<head>[A-Z]{2,6})[-_#](?:\d{4,12}(?:-\d{1,12}){0,3})(?![\w])|(?<![\w.-])[A-Z]{1,4}\d{6,12}[A-Z]?(?!\w)"
)
_STANDARDS = frozenset(
    [
        "RFC",
        "ISO",
        "IEC",
        "CVE",
        "DIN",
        "IEEE",
        "ANSI",
        "ASTM",
        "FIPS",
        "NIST",
        "EN",
        "ITU",
        "CWE",
        "UTF",
        "PEP",
        "GDPR",
        "Q",
        "FY",
        "AES",
        "SHA",
        "RSA",
        "COVID",
    ]
)
_DATE = re.compile(r"(?:19|20)\d\d[./-]\d{1,2}([./-]\d{1,2})?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|(?:19|20)\d\d")


def find(text: str) -> Iterator[Span]:
    """Yield the spans of numbers that stand for a person, an account or a case in a folded text."""
    for found in _IBAN_START.finditer(text):
        end = _iban_end(found[1])
        if end:
            yield Span(found.start(), found.start() + end, "IBAN")
    for found in _NATIONAL.finditer(text):
        holds = _CHECKS.get(found.lastgroup or "")
        if holds is None or holds(found[0]):
            yield Span(found.start(), found.end(), "SSN")
    for found in _LABELLED.finditer(lowered(text)):
        value = found["value"].rstrip("._/-")
        if _is_id(value, bool(found["word"] or found["mark"].strip()), bool(found["alone"])):
            yield Span(found.start("value"), found.start("value") + len(value), "ID")
    for found in _SHAPED.finditer(text):
        if found["head"] not in _STANDARDS:
            yield Span(found.start(), found.end(), "ID")


def _iban_end(candidate: str) -> int:
    """Return how much of `candidate` is an IBAN (mod 97 = 1), or 0."""
    length = _IBAN.get(candidate[:2].upper())
    if length is None:
        return 0
    at = [offset for offset, char in enumerate(candidate) if char.isalnum()]
    if len(at) < length:
        return 0
    end = at[length - 1] + 1
    value = "".join(candidate[offset] for offset in at[:length]).upper()
    whole = end == len(candidate) or not candidate[end].isalnum()
    return end if whole and int("".join(str(int(char, 36)) for char in value[4:] + value[:4])) % 97 == 1 else 0


def _is_id(value: str, marked: bool, alone: bool) -> bool:
    """Return whether a labelled value is an id: enough digits, and no date; more is asked where the label is weak."""
    digits = sum(map(str.isdigit, value))
    if _DATE.fullmatch(value) and not (marked and value.isdigit()):
        return False
    if not value.isdigit() and value.replace("-", "").replace("/", "").isalpha():
        return False
    if alone:
        return marked and digits >= 4
    return digits >= 4 or (marked and digits >= 3)


_NORDIC = re.compile(r"\d{6}[-+]\d{4}")


def _digits(value: str) -> list[int]:
    return [int(char) for char in value if char.isdigit()]


def _cpf(value: str) -> bool:
    digits = _digits(value)
    for at in (9, 10):
        total = sum(digit * (at + 1 - place) for place, digit in enumerate(digits[:at]))
        if total * 10 % 11 % 10 != digits[at]:
            return False
    return True


def _dni(value: str) -> bool:
    number = value[:-1].upper().translate(str.maketrans("XYZ", "012"))
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(_number(number)) % 23] == value[-1].upper()


def _number(value: str) -> str:
    return "".join(char for char in value if char.isdigit())


def _hetu(value: str) -> bool:
    if _NORDIC.fullmatch(value) and _nordic(value):
        return True
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(_number(value[:10])) % 31] == value[-1].upper()


def _nordic(value: str) -> bool:
    """Return whether the first six digits are a day, as in Danish and Swedish numbers."""
    digits = _number(value)[-10:]
    year_first = 1 <= int(digits[2:4]) <= 12 and 1 <= int(digits[4:6]) <= 91
    return year_first or (1 <= int(digits[:2]) <= 71 and 1 <= int(digits[2:4]) <= 12)


def _french(value: str) -> bool:
    digits = _number(value)
    return len(digits) == 15 and 97 - int(digits[:13]) % 97 == int(digits[13:])


_NATIONAL = re.compile(
    r"(?<![\w.])(?:"
    r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]"  # United Kingdom: national insurance
    r"|(?P<es>(?:[XYZxyz]-?\d{7}|\d{2}\.?\d{3}\.?\d{3})-?[A-Za-z])"  # Spain: DNI, NIE
    r"|[A-Za-z]{6}\d{2}[A-EHLMPR-Ta-ehlmpr-t]\d{2}[A-Za-z]\d{3}[A-Za-z]"  # Italy: codice fiscale
    r"|[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]"  # India: PAN
    r"|[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z\d]\d"  # Mexico: CURP
    r"|(?P<fi>[0-3]\d[01]\d{3}[-+A-FU-Y]\d{3}[0-9A-Y])(?=\W|\Z)"  # Finland: henkilötunnus
    r"|(?P<north>(?:19|20)?\d{6}[-+]\d{4}(?!-))"  # Sweden and Denmark: six digits, a sign, four
    r"|(?P<br>\d{3}\.\d{3}\.\d{3}-\d{2})"  # Brazil: CPF
    r"|756\.\d{4}\.\d{4}\.\d{2}"  # Switzerland: AHV
    r"|(?P<fr>[12] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2})"  # France: NIR
    r")(?!\w)"
)
_CHECKS: dict[str, Callable[[str], bool]] = {"es": _dni, "fi": _hetu, "north": _nordic, "br": _cpf, "fr": _french}
