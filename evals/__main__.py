"""Run every evaluation that needs no model; evals.confidence, which needs one, is run by itself."""

from evals import asking, examples, gist, grounding, privacy, privacy_structured, restoring

for each in (examples, asking, gist, grounding, privacy, privacy_structured, restoring):
    each.main()
