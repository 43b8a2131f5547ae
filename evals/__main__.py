"""Run every evaluation that needs no model; evals.confidence, which needs one, is run by itself."""

from evals import (
    actions,
    asking,
    bipia,
    calls,
    dates,
    examples,
    gist,
    grounding,
    invites,
    privacy,
    privacy_structured,
    restoring,
    schemas,
    searching,
)

ALL = (
    *(examples, asking, actions, calls, dates, invites, gist, grounding, bipia, privacy, privacy_structured, restoring),
    *(schemas, searching),
)

for each in ALL:
    each.main()
