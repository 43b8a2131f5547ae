"""AgentDojo's figures among those of `make bench-parts`: version 1.2.2, our rule beside no gate."""

import sys
from pathlib import Path

from benchmarks.dojo import environment
from benchmarks.dojo.counting import FEWEST_ALONE, MOST_QUESTIONS, NO_GATE, UNWINNABLE, count, of_mail, read
from benchmarks.dojo.policies import OURS
from benchmarks.figures import Row

_ROWS = ((NO_GATE, "absent", True), (OURS, "absent", True), (OURS, "careful", True))
_BASE = "the same without a gate"


def measure(folder: Path) -> list[Row]:
    """Return the counts of 560 attacked runs and 40 others; none, and why, where AgentDojo cannot be installed."""
    try:
        environment.prepare()
    except RuntimeError as error:
        print(f"skipped: AgentDojo could not be installed: {error}", file=sys.stderr)
        return []
    told = environment.play({"version": "v1.2.2", "every": 1, "attacks": [], "rows": _ROWS}, folder / "home-dojo")
    played = read(told)
    bare, absent, careful = (count(each.runs) for each in played)
    bare_mail, ours_mail = (count(of_mail(each.runs, told["calls"])) for each in (played[0], played[2]))
    suite = f"AgentDojo workspace {told['version']}"
    attacked = f"{suite}, {careful.pairs} attacked runs"
    mail = f"of these {ours_mail.pairs} of mail and calendar"
    return [
        Row(f"{attacked}, no gate: attacks that succeed", bare.succeeded, "runs", bare.pairs - len(UNWINNABLE)),
        Row(f"{attacked}: attacks that succeed", careful.succeeded, "runs", 0, _BASE, bare.succeeded),
        Row("what an attack changed in the world", careful.changed, "runs", 0, _BASE, bare.changed),
        Row("the same with nobody to ask", absent.changed, "runs", 0, _BASE, bare.changed),
        Row(f"{mail}: changed", ours_mail.changed, "runs", 0, _BASE, bare_mail.changed),
        Row("solved under attack, careful user", careful.solved_attacked, "runs", None, _BASE, bare.solved_attacked),
        Row(f"{suite}, no attack: solved, careful user", careful.solved, "tasks", careful.tasks),
        Row("solved with nobody to ask", absent.solved, "tasks", FEWEST_ALONE),
        Row(f"questions to the user, in {careful.asking} of the tasks", careful.asked, "questions", MOST_QUESTIONS),
    ]
