"""What counts as a placeholder when a text is read: what agent.router.codes can have made, and nothing else."""

import pytest

from agent.router.codes import Codes
from agent.router.redact.code import CODE
from agent.router.redact.spans import KINDS


def test_every_code_that_is_made_is_seen():
    codes = Codes(b"a key for tests")
    made = [codes.code(kind, str(number)) for kind in KINDS for number in range(100)]
    assert [code for code in made if CODE.fullmatch(code) is None] == []


@pytest.mark.parametrize(
    "text", ["SECRET_8431", "IP_1234", "PERSON_ABCD", "person_7K3Q", "XPERSON_7K3Q", "PERSON_7K3QX", "PERSON_7K3U"]
)
def test_nothing_a_sender_could_hide_digits_in_is_one(text: str):
    assert CODE.search(text) is None
