"""Evaluations on public data that stays outside the repository: `make eval`, or one of them: `python -m evals.gist`."""
