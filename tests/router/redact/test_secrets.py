import random
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.router.redact.secrets import find

# Made when the tests run, so that no scanner takes this file for a leak.
DRAW = random.Random(7)


def token(size: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    return "".join(DRAW.choices(alphabet, k=size))


def found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in find(text)]


UPPER = string.ascii_uppercase + string.digits
HEX = "0123456789abcdef"
KEYS = [
    "AKIA" + token(16, UPPER), "ghp_" + token(36), "github_pat_" + token(40), "glpat-" + token(20),
    "xoxb-" + token(12, string.digits) + "-" + token(24), "sk_live_" + token(24), "AIza" + token(35), "sk-" + token(48),
    "sk-ant-api03-" + token(40), "hf_" + token(34), "npm_" + token(36), "SG." + token(22) + "." + token(43),
    "eyJ" + token(20) + ".eyJ" + token(40) + "." + token(43), "AC" + token(32, HEX), "dapi" + token(32, HEX),
    "hvs." + token(24), "GOCSPX-" + token(28), "shpat_" + token(32, HEX), token(40),
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key[:8])
def test_keys_are_known_by_their_form(key: str) -> None:
    assert found(f'it is "{key}", ok') == [key]
    assert found(f"KEY={key}\n") == [key]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Password: hunter2", ["hunter2"]),
        ("password: sunshine", ["sunshine"]),
        ("DB_PASSWORD=p@ss#1$x\nMODE=prod", ["p@ss#1$x"]),
        ('{"dbPassword": "two words", "port": 5432}', ["two words"]),
        ("the password is Tr0ub4dor&3.", ["Tr0ub4dor&3"]),
        ("the password for the guest wifi is blaubeere99", ["blaubeere99"]),
        ("Your password has been reset to kX9!vv", ["kX9!vv"]),
        ("Passwort: geheim1", ["geheim1"]),
        ("Das Passwort lautet Zx81-abc", ["Zx81-abc"]),
        ("mot de passe : soleil7", ["soleil7"]),
        ("contraseña: playa2020", ["playa2020"]),
        ("пароль: qwe123", ["qwe123"]),
        ("密码：abc888", ["abc888"]),
        ("pwd=abc123;Server=db", ["abc123;Server=db"]),
        ("log in as anna password h8nter22 today", ["h8nter22"]),
        ("Use Blue42Sky as the password.", ["Blue42Sky"]),
        ("<db-password>s3cr3t</db-password>", ["s3cr3t"]),
        ("mysql --password s3cr3t", ["s3cr3t"]),
        ("curl -u anna:s3cr3t x", ["anna:s3cr3t"]),
        ("api_key: 9f8e7d6c5b4a", ["9f8e7d6c5b4a"]),
        ("client secret = aB3_xYz9", ["aB3_xYz9"]),
        ("Authorization: Basic YW5uYTpwdw==", ["Basic YW5uYTpwdw=="]),
        ("Cookie: sid=81ab; theme=1", ["sid=81ab; theme=1"]),
        ("bearer 12ab34cd56ef", ["12ab34cd56ef"]),
        ("my PIN is 4711", ["4711"]),
        ("Your verification code is 123456.", ["123456"]),
        ("123456 is your Example verification code", ["123456"]),
        ("G-123456 is your code", ["G-123456"]),
        ("Your code: 123 456", ["123 456"]),
        ("Ihr Sicherheitscode lautet 482913", ["482913"]),
        ("postgres://anna:p/w@ss@db.example:5432/x", ["postgres://anna:p/w@ss@db.example:5432/x"]),
        ("https://example.org/x?id=1&access_token=abcdef", ["https://example.org/x?id=1&access_token=abcdef"]),
        ("open https://example.org/reset/8f3a9c2b7d6e now", ["https://example.org/reset/8f3a9c2b7d6e"]),
        ("https://hooks.slack.com/services/T0/B0/xyz", ["https://hooks.slack.com/services/T0/B0/xyz"]),
        ("pass\u00adword: hun\u200bter2", ["hun\u200bter2"]),
    ],
)
def test_what_a_label_calls_secret_is_found_whole(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Please change your password immediately.", "The password is required.", "Your password is incorrect",
        "password: ********", "PASSWORD=${DB_PASSWORD}", "password: <your password>", "forgot your password?",
        "the secret to success is practice", "She is a key contact for the token ring.", "area code 713",
        "the dress code is casual", "use promo code GP1234", "error code 40412", "the new code 2024 edition is out",
        "keyboard: qwerty1", "basic training and bearer bonds", "spin: 1234",
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "see https://example.org/a/long/path?page=2&q=mail",
        "internationalizationConfigurationManager2",
        "password: SECRET_7K3Q", "The code of conduct", "tan shoes, pin stripes", "key: value",
        "FL3-U3-Technical-Reference", "src/agent/router/redact/structured/find2.py",
    ],
)  # fmt: skip
def test_talk_about_secrets_is_no_secret(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("kind", ["RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"])
def test_a_private_key_is_found_from_its_first_line_to_its_last(kind: str) -> None:
    body = "\n".join(token(64) for _ in range(3))
    block = f"-----BEGIN {kind}-----\n{body}\n-----END {kind}-----"
    assert found(f"Key:\n{block}\nBye") == [block]


def test_a_private_key_without_an_end_is_found_as_far_as_it_goes() -> None:
    block = f"-----BEGIN PRIVATE KEY-----\n{token(64)}\n{token(20)}"
    assert "".join(found(f"{block}\n\nBye")).startswith(block)


def test_a_certificate_is_public() -> None:
    line = token(8)
    assert found(f"-----BEGIN CERTIFICATE-----\n{line}\n-----END CERTIFICATE-----") == []


@given(st.text(alphabet=string.ascii_letters + string.digits + "!#$%&*+/@^_~", min_size=8, max_size=24))
def test_any_disordered_password_after_its_label_is_covered(value: str) -> None:
    secret = "a1" + value + "Z9"
    text = f"password: {secret}\n"
    assert any(span.start <= 10 and span.end >= 10 + len(secret) for span in find(text))


@pytest.mark.parametrize(
    "unit",
    [
        "password:",
        "secret=",
        "code for a ",
        "a://b?token=",
        "-----BEGIN PRIVATE KEY-----\n",
        "Aa1",
        "<token>",
        "x",
        "key ",
    ],
)
def test_time_is_linear_in_hostile_text(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        start = time.process_time()
        find(text)
        return time.process_time() - start

    assert min(seconds(40_000) for _ in range(2)) < 10 * min(seconds(10_000) for _ in range(2)) + 0.05
