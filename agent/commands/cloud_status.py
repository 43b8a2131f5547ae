"""Where things stand with the model elsewhere: what is allowed, and what would have to be true to send anything."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from agent.config import load
from agent.egress import budget, consent
from agent.egress.consent import Consent
from agent.egress.ledger import Ledger
from agent.endpoints import Cloud
from agent.errors import AgentError
from agent.paths import config_file
from agent.terms import Grant, Rung

Mode = Literal["not configured", "not enabled", "offline", "enabled"]

_MODES: dict[Mode, str] = {
    "not configured": "not configured: nothing is ever offered",
    "not enabled": "not enabled: nothing is ever offered",
    "offline": "offline: nothing is sent, whatever else is set",
    "enabled": "enabled: each request is shown to you before it is sent",
}
_PARTLY = "enabled: what is under auto goes without a question, all else is shown to you before it is sent"
_TRUSTED = 'enabled: requests go there without a question (trust = "this-machine")'


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that has to be true before anything can be sent, and whether it is."""

    holds: bool
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What is configured and allowed now. `given` is the consent for just this endpoint; `spent` US dollars."""

    mode: Mode
    cloud: Cloud | None
    given: Consent | None
    grants: tuple[Grant, ...]
    spent: float | None
    left: float | None
    conditions: tuple[Condition, ...]


def standing(now: datetime) -> Standing:
    """Return where things stand. Raises UsageError where the configuration cannot be understood."""
    settings = load()
    cloud = settings.cloud
    found = consent.read()
    given = found if cloud and found and found.is_for(cloud.url, cloud.model) else None
    variable = os.environ.get("LLAMA_AGENT_OFFLINE", "") not in ("", "0")
    offline = settings.offline or variable
    conditions = [
        Condition(cloud is not None, _configured(cloud)),
        Condition(given is not None, _given(cloud, found, given)),
        Condition(not offline, _online(settings.offline, variable)),
    ]
    spent = left = None
    if cloud is not None:
        conditions.append(_key(cloud))
        try:
            entries = Ledger().entries()
            spent, left = budget.spent(entries, now), budget.left(cloud, entries, now)
            conditions.append(Condition(True, "the ledger of what was sent can be read"))
        except AgentError as error:
            conditions.append(Condition(False, error.message.rstrip(".")))
    if left is not None:
        conditions.append(Condition(left > 0, f"{budget.dollars(left)} of this month's budget are left"))
    mode: Mode = "not configured" if cloud is None else "not enabled" if given is None else "enabled"
    valid = tuple(each for each in given.grants if each.until > now) if given else ()
    return Standing("offline" if offline else mode, cloud, given, valid, spent, left, tuple(conditions))


def text(found: Standing) -> Iterator[str]:
    """Yield the lines of `cloud status`."""
    trusted = found.mode == "enabled" and found.cloud is not None and found.cloud.trust == "this-machine"
    some = found.mode == "enabled" and found.grants
    rows = {"mode": _TRUSTED if trusted else _PARTLY if some else _MODES[found.mode]}
    if found.cloud:
        rows |= {"endpoint": found.cloud.url, "model": found.cloud.model}
        rows["offered"] = f"at most: {Rung[found.cloud.share.upper()].words}"
    if found.given:
        rows["since"] = f"{found.given.at.astimezone():%Y-%m-%d %H:%M}, by {found.given.by}"
    if found.spent is not None and found.cloud:
        cap = f" of {budget.dollars(found.cloud.budget)}" if found.cloud.budget is not None else ""
        rows["spent"] = f"{budget.dollars(found.spent)}{cap} this month"
    yield from (f"{name:10}{value}" for name, value in rows.items())
    yield from (f"{'auto':10}{_granted(each)}" for each in found.grants)
    yield from ["", "For anything to be sent, each of these has to be so:"]
    yield from (f"  {'yes' if each.holds else 'no':5}{each.text}" for each in found.conditions)
    if not found.grants and not trusted:
        yield "  each your yes to that very request, on the terminal"


def as_json(found: Standing) -> dict[str, Any]:
    """Return the same as a JSON object; amounts in US dollars, moments in ISO 8601."""
    cloud, given = found.cloud, found.given
    return {
        "schema_version": 1,
        "mode": found.mode,
        "url": cloud.url if cloud else None,
        "host": cloud.host if cloud else None,
        "model": cloud.model if cloud else None,
        "share": Rung[cloud.share.upper()].words if cloud else None,
        "trust": cloud.trust if cloud else None,
        "enabled_at": given.at.isoformat() if given else None,
        "enabled_by": given.by if given else None,
        "grants": [
            {"task": each.task, "rung": each.rung.words, "max_bytes": each.max_bytes, "until": each.until.isoformat()}
            for each in found.grants
        ],
        "spent": found.spent,
        "budget": cloud.budget if cloud else None,
        "left": found.left,
        "conditions": [{"holds": each.holds, "text": each.text} for each in found.conditions],
    }


def _configured(cloud: Cloud | None) -> str:
    named = f"{config_file()} names an endpoint and a model"
    return named if cloud else f"{named}: llama-agent cloud enable says what to write"


def _given(cloud: Cloud | None, found: Consent | None, given: Consent | None) -> str:
    if given:
        return "you allowed requests to this endpoint and model"
    damage = consent.problem()
    if damage:
        return damage.rstrip(".")
    if found and cloud:
        return f"you allowed it for {found.model} at {found.url}, which is no longer what is configured"
    return "you allowed it: llama-agent cloud enable"


def _online(setting: bool, variable: bool) -> str:
    if variable:
        return "LLAMA_AGENT_OFFLINE is not set"
    return "the configuration does not say offline = true" if setting else "nothing says that this computer is offline"


def _key(cloud: Cloud) -> Condition:
    if cloud.token_env:
        holds = bool(os.environ.get(cloud.token_env))
        return Condition(holds, f"the key is in {cloud.token_env}")
    if cloud.token_command:
        return Condition(shutil.which(cloud.token_command[0]) is not None, f"{cloud.token_command[0]} prints the key")
    return Condition(True, "no key is configured, so none is sent")


def _granted(grant: Grant) -> str:
    return (
        f"{grant.task}: {grant.rung.words}, your own words, at most {grant.max_bytes:,} bytes, "
        f"without a question until {grant.until.astimezone():%Y-%m-%d %H:%M}"
    )
