"""The line after an answer, for each way a question can end."""

from dataclasses import replace

import pytest

from agent.commands.verdict import line
from agent.terms import Left, Reason, Route, Rung

NOTHING = "0 bytes left this computer (kernel lock: seccomp)"
LEFT = Left(42, 1204, 911, 84, "ab12cd34ef567890", 0.0011)
LOCAL = Route("local", "local", "small", Rung.NOTHING, ())
CLOUD = Route("cloud", "ask", "large", Rung.EXCERPT, (), placeholders=9, restored=9, left=LEFT)
CHECKS = Reason("confidence", "the answer here failed 1 check: a name is not in the words it rests on")
PASSED = Reason("confidence", "the answer here passed every check")
UNCALIBRATED = Reason("confidence", "the model here is not calibrated for this")
DISABLED = Reason("consent", "no model elsewhere is enabled")
ENABLE = "llama-agent cloud status says how a larger model could be offered it"


def local(outcome, *reasons: Reason, confidence: float | None = None) -> Route:
    return replace(LOCAL, outcome=outcome, reasons=reasons, confidence=confidence)


@pytest.mark.parametrize(
    ("route", "said"),
    [
        (None, f"● local · no model was asked · {NOTHING}"),
        (LOCAL, f"● local · small · uncalibrated · {NOTHING}"),
        (local("local", PASSED), f"● local · small · the answer here passed every check · {NOTHING}"),
        (local("local", confidence=0.834), f"● local · small · confidence 0.83 · {NOTHING}"),
        (
            local("low confidence", DISABLED, CHECKS),
            f"◐ local, low confidence · small · the answer here failed 1 check · {NOTHING} · {ENABLE}",
        ),
        (
            local("low confidence", UNCALIBRATED, Reason("terminal", "there is no terminal to ask on")),
            f"◐ local, low confidence · small · {UNCALIBRATED.sentence} · {NOTHING} · at a terminal you would be asked",
        ),
        (
            local("local only", Reason("private", "this mail is marked private (cloud.never)"), CHECKS),
            f"◐ local only · small · this mail is marked private (cloud.never) · {NOTHING}",
        ),
        (
            local("local only", Reason("approval", "You said no: nothing was sent.")),
            f"◐ local only · small · You said no: nothing was sent · {NOTHING}",
        ),
        (
            replace(local("low confidence", CHECKS, Reason("cloud", "the cloud failed: it broke off")), left=LEFT),
            "◐ local, low confidence · small · the answer here failed 1 check · the cloud failed: it broke off · "
            "1,204 bytes were sent · e42 · at most $0.0011 · ledger 84:ab12cd34",
        ),
        (
            CLOUD,
            "▲ cloud · large · redacted excerpt · 1,204 bytes sent · 9 placeholders · e42 · at most $0.0011"
            " · ledger 84:ab12cd34",
        ),
        (
            replace(CLOUD, rung=Rung.RAW, placeholders=0, unknown_codes=1, left=Left(3, 90, 10, 0, "")),
            "▲ cloud · large · not redacted · 90 bytes sent · 1 unknown in the answer · e3",
        ),
    ],
)
def test_the_verdict_says_where_why_and_what_left(route, said):
    assert line(route) == said


def test_where_the_mail_is_quoted_instead_the_verdict_says_so():
    assert line(local("low confidence", CHECKS), quoted=True).split(" · ")[2] == (
        "the answer here failed 1 check, so your mail is quoted"
    )


@pytest.mark.loopback
def test_in_a_process_that_is_not_locked_nothing_is_claimed():
    assert line(LOCAL).endswith(
        "nothing is claimed about the network: this process is not locked (see llama-agent doctor)"
    )
