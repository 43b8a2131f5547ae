"""Does `asking.asks` find the sentences people marked as requests? EmailIntentDataSet, train."""

from agent.asking import asks
from evals.data import folder, interval, report


def main() -> None:
    """Print precision, recall and F1 on the half the rules were written on, and on the other."""
    lines = folder().joinpath("email-intent", "train.tsv").read_text("utf-8", "replace").splitlines()
    labelled = [(label == "Yes", sentence) for label, _, sentence in (line.partition("\t") for line in lines)]
    report("asking", [row("even lines (rules written on these)", labelled[::2]), row("odd lines", labelled[1::2])])


def row(name: str, labelled: list[tuple[bool, str]]) -> dict[str, str | int]:
    """Return one row of the table."""
    pairs = [(wanted, asks(sentence)) for wanted, sentence in labelled]
    right = sum(wanted and found for wanted, found in pairs)
    precision = right / max(1, sum(found for _, found in pairs))
    recall = right / max(1, sum(wanted for wanted, _ in pairs))
    low, high = interval([float(wanted == found) for wanted, found in pairs])
    return {
        "half": name,
        "n": len(pairs),
        "precision": f"{precision:.3f}",
        "recall": f"{recall:.3f}",
        "F1": f"{2 * precision * recall / (precision + recall):.3f}",
        "accuracy, 95 %": f"{low:.3f}-{high:.3f}",
    }


if __name__ == "__main__":
    main()
