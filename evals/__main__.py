"""Run every evaluation that needs no model; evals.confidence, which needs one, is run by itself."""

from evals import actions, asking, examples, gist, grounding, privacy, privacy_structured, restoring

for each in (examples, asking, actions, gist, grounding, privacy, privacy_structured, restoring):
    each.main()
