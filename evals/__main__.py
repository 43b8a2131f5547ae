"""Run every evaluation that needs no model."""

from evals import asking, examples, gist, grounding

for each in (examples, asking, gist, grounding):
    each.main()
