"""What sending costs: an upper bound before, the price after, and the month's sum against the user's budget."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from agent.errors import ConsentError

if TYPE_CHECKING:
    from agent.egress.ledger import Entry
    from agent.endpoints import Cloud

_PER = 1_000_000
# No tokenizer makes more tokens than bytes, but a picture costs its tiles however small its file is: Llama 3.2 Vision
# takes at most four of 1,601 tokens.
_PICTURE = 6_404


def estimate(cloud: "Cloud", body_bytes: int, max_tokens: int, *, pictures: int = 0) -> float | None:
    """Return the most a request can cost in US dollars: a token a byte, and an answer of full length.

    None where a price is not set, or the answer has no limit.
    """
    return cost(cloud, body_bytes + pictures * _PICTURE, max_tokens) if max_tokens > 0 else None


def cost(cloud: "Cloud", prompt_tokens: int | None, output_tokens: int | None) -> float | None:
    """Return what these tokens cost in US dollars; None where a price or a count is not known."""
    if cloud.price_in is None or cloud.price_out is None or prompt_tokens is None or output_tokens is None:
        return None
    if prompt_tokens < 0 or output_tokens < 0:
        return None
    return (prompt_tokens * cloud.price_in + output_tokens * cloud.price_out) / _PER


def spent(entries: Iterable["Entry"], now: datetime) -> float:
    """Return what this month (UTC) has cost so far: the price of what is settled, the reserve of what is not."""
    month = now.astimezone(UTC).strftime("%Y-%m")
    return sum(each.cost or 0.0 for each in entries if each.at.startswith(month))


def left(cloud: "Cloud", entries: Iterable["Entry"], now: datetime) -> float | None:
    """Return what is left of this month's budget in US dollars, None without a budget; never below zero."""
    return None if cloud.budget is None else max(0.0, cloud.budget - spent(entries, now))


def reserve(
    cloud: "Cloud",
    body_bytes: int,
    max_tokens: int,
    entries: Iterable["Entry"],
    now: datetime,
    *,
    pictures: int = 0,
) -> float | None:
    """Return what to set aside for a request, in US dollars; None where no price is known and no budget set.

    Raises ConsentError where it could take the month over the budget, or where that cannot be known.
    """
    most = estimate(cloud, body_bytes, max_tokens, pictures=pictures)
    if cloud.budget is None:
        return most
    if most is None:
        raise ConsentError("there is a budget, and this request has no limit on its answer: nothing was sent.")
    used = spent(entries, now)
    if used + most > cloud.budget:
        raise ConsentError(
            f"this could cost {dollars(most)}, and of this month's budget of {dollars(cloud.budget)} "
            f"{dollars(max(0.0, cloud.budget - used))} is left: nothing was sent.",
            ("llama-agent egress report --since 30d", "shows what was spent"),
        )
    return most


def dollars(amount: float) -> str:
    """Return an amount as the user reads it: `$2.00`, `$0.0011`; what is smaller than a hundredth of a cent, as so."""
    if 0 < amount < 0.0001:
        return "less than $0.0001"
    return f"${amount:,.2f}" if amount >= 1 or amount == 0 else f"${amount:.4f}"
