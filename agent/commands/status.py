"""The bare `llama-agent`: where things stand, and what to type next."""

from agent import __version__, output
from agent.paths import config_file


def status() -> None:
    """Print the model, the mailbox and the configuration in effect, and the next command."""
    from agent.egress import lock
    from agent.session import open_session

    with open_session() as session:
        choice = session.weights()
        starter = choice is not None and choice.weights.starter
        mailbox = session.default_mailbox()
        config = config_file()
        facts = {
            "model": f"{choice.weights.title}{' (a small model to start with)' if starter else ''}"
            if choice
            else "none yet",
            "mailbox": mailbox or "none set (name one, or: llama-agent use MAILBOX)",
            "config": str(config) if config.exists() else f"{config} (not created; defaults in use)",
            "network": lock.state().sentence,
        }
        output.result(f"llama-agent {__version__}: reads your mail on this computer, and only here.\n")
        output.result("\n".join(f"  {name:9}{value}" for name, value in facts.items()))
        steps = [f"llama-agent summarize{'' if mailbox else ' MAILBOX'}", "llama-agent --help"]
        if choice is None or starter:
            steps.insert(1, "llama-agent models pull llama-3.2-3b")
        output.result("\nNext:  " + "\n       ".join(steps))
