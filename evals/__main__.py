"""Run every evaluation that needs no model; evals.confidence, which needs one, is run by itself."""

from evals import (
    actions,
    asking,
    calls,
    dates,
    examples,
    gist,
    grounding,
    invites,
    privacy,
    privacy_structured,
    restoring,
)

ALL = (examples, asking, actions, calls, dates, invites, gist, grounding, privacy, privacy_structured, restoring)

for each in ALL:
    each.main()
