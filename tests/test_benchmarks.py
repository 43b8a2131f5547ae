"""What would make a benchmark lie: a wrong count, a model of another shape, a measurement of the wrong process."""

import mailbox
import os
import subprocess
import sys
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from agent.engine.gguf import Header, read_header
from agent.engine.local import LocalModel
from agent.engine.memory import Shape
from agent.mail.mailbox import open_mailbox
from agent.mail.threads import group
from agent.model import Done, Limits, Request, Turn
from benchmarks import child, gguf, mailboxes, threads
from benchmarks.figures import Others, Row, table
from benchmarks.inside.feed import count, naive
from benchmarks.inside.prompts import conversations
from benchmarks.starter import RULE_LINE, is_model_line
from tests.engine.tiny_gguf import write_tiny_gguf

SMALL = gguf.Shape(layers=2, width=512, heads=4, kv_heads=2, inner=768, vocabulary=1_000, context=4_096)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of random blocks with the vocabulary of the tiny one."""
    folder = tmp_path_factory.mktemp("model")
    gguf.write(folder / "small.gguf", write_tiny_gguf(folder / "tiny.gguf"), SMALL)
    return folder / "small.gguf"


def test_the_model_has_the_shape_it_was_asked_for(model: Path):
    assert read_header(model) == Header(
        architecture="llama",
        name="Random weights in the shape of Llama 3.2 3B",
        quantisation="Q4_K_M",
        context=4_096,
        layers=2,
        parameters=4_446_720,
        shape=Shape(2 * 2 * 128 * 2 * 2, width=512, inner=768, heads=4, vocabulary=1000),
        chat="llama3",  # the tiny vocabulary has the markers of both formats
        languages=("en",),
    )


def test_the_model_writes(model: Path):
    engine = LocalModel(model, name="", fingerprint="", chat="chatml", context=512, languages=frozenset())
    try:
        request = Request("1", (Turn("user", ("the meeting on Thursday",)),), Limits(20))
        (done,) = (event for event in engine.run([request]) if isinstance(event, Done))
    finally:
        engine.close()
    assert done.completion.stop == "length"
    assert done.completion.usage.output_tokens == 20


def test_the_large_model_weighs_what_llama_3_2_3b_weighs():
    weights = sum(tensor.bytes for tensor in gguf._tensors(gguf.LLAMA_3B))
    assert weights == pytest.approx(2_019_377_696, rel=0.005)  # the file in models/catalog.toml, header included


def test_a_mailbox_has_as_many_messages_as_it_says_and_its_traps_split_only_for_a_careless_reader(tmp_path: Path):
    path = tmp_path / "50.mbox"
    assert mailboxes.write(path, messages=50, traps=7) == 50
    with closing(mailbox.mbox(path, create=False)) as careless:
        assert len(careless) == 57
    assert len(list(open_mailbox(str(path)).heads())) == 50


def test_a_mailbox_of_a_size_is_in_date_order_and_not_much_larger(tmp_path: Path):
    path = tmp_path / "large.mbox"
    count = mailboxes.write(path, size=1_000_000)
    dates = [head.date for head in open_mailbox(str(path)).heads()]
    assert 1_000_000 <= path.stat().st_size < 1_100_000
    assert len(dates) == count
    assert dates == sorted(dates)


def test_the_same_mailbox_is_written_every_time(tmp_path: Path):
    for name in ("a", "b"):
        mailboxes.write(tmp_path / name, messages=5, traps=1)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_the_one_mail_is_one_question_to_the_model(tmp_path: Path):
    mailboxes.write_one(tmp_path / "one.mbox", words=300)
    (turns,) = conversations(str(tmp_path / "one.mbox"))
    assert [turn.role for turn in turns] == ["system", "user"]
    assert 290 <= len(turns[1].segments[0].raw.split()) <= 300


def words(text: bytes) -> int:
    return len(text.split())


@pytest.mark.parametrize("style", threads.STYLES)
def test_a_generated_thread_is_one_and_each_message_quotes_all_before_it(tmp_path: Path, style: threads.Style):
    for name in ("a", "b"):
        threads.write(tmp_path / name, style, messages=12)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    box = open_mailbox(str(tmp_path / "a"))
    heads = list(box.heads())
    assert [len(thread.heads) for thread in group(heads)] == [12]
    texts = [" ".join(box.read(head).body.text.raw.replace(">", " ").split()) for head in heads]
    assert all(texts[0] in text for text in texts)
    assert all(len(after) > len(before) for before, after in pairwise(texts))
    # What the HTML says is what the plain text does: nothing of either is taken for hidden.
    assert [each for head in heads for each in box.read(head).body.hidden] == []


def test_what_is_fed_is_counted_beside_what_a_loop_would_feed(tmp_path: Path):
    threads.write(tmp_path / "thread", "outlook", messages=12)
    counted = count(str(tmp_path / "thread"), words)
    own = count(str(tmp_path / "thread"), lambda text: text.count(b"gauge")).by_thread
    assert (counted.messages, counted.by_thread.asked, counted.by_thread.raw) == (12, 1, counted.raw)
    assert counted.by_message.fed < counted.by_thread.fed < counted.last < counted.raw < counted.bytes
    assert 0 < own.fed == sum(text.count("gauge") for text in said(tmp_path / "thread"))


def said(path: Path) -> list[str]:
    """What each message says above what it quotes."""
    with closing(mailbox.mbox(path, create=False)) as box:
        parts = [next(part for part in mail.walk() if part.get_content_type() == "text/plain") for mail in box]
        return [part.get_payload(decode=True).decode().partition("_" * 32)[0] for part in parts]


def test_a_loop_feeds_four_header_lines_and_the_text_or_the_html_without_its_tags():
    head = b"From: Bob <bob@example.com>\nSubject: Gauge\nX-More: 1\n"
    assert naive(head + b"\nHi Ada,\nyes.\n") == "From: Bob <bob@example.com>\nSubject: Gauge\n\nHi Ada,\nyes.\n"
    page = b"Content-Type: text/html\n\n<p>Hi <b>Ada</b></p><p>yes &amp; no</p>"
    assert naive(head + page).rstrip() == "From: Bob <bob@example.com>\nSubject: Gauge\n\nHi Adayes & no"


# In a process of its own, since a child's peak begins with its parent's, and the tests' is large by now.
MEASURE = """
import sys
import time
from pathlib import Path
from benchmarks import child
code = "import time; held = b'x' * 200_000_000; time.sleep(1); print('done')"
went = child.run((sys.executable, "-c", code), child.environment(Path(sys.argv[1])))
print(went.megabytes, went.seconds, went.cpu, went.output.decode())
"""


def test_a_command_is_measured_by_its_own_memory_time_and_output(tmp_path: Path):
    done = subprocess.run([sys.executable, "-c", MEASURE, str(tmp_path)], capture_output=True, check=True)
    megabytes, seconds, cpu, output = done.stdout.split()
    assert output == b"done"
    assert 200 < float(megabytes) < 300
    assert float(seconds) > 1 > float(cpu)  # it slept for a second, which is no work


def test_a_command_that_fails_is_no_measurement(tmp_path: Path):
    with pytest.raises(RuntimeError, match=r"ended with 3:\nbroken"):
        child.run(
            (sys.executable, "-c", "import sys; print('broken', file=sys.stderr); sys.exit(3)"),
            child.environment(tmp_path),
        )


def test_a_numbered_line_is_seen_on_the_screen_when_it_appears_and_not_before(tmp_path: Path):
    code = (
        "import time; print('inbox - 1 of 2'); time.sleep(0.3); print('\\x1b[1m    1  Bob   “Lunch?”'); time.sleep(30)"
    )
    seconds = child.until_shown((sys.executable, "-c", code), child.environment(tmp_path), RULE_LINE)
    assert 0.3 < seconds < 10


def test_the_first_line_a_model_was_asked_for_is_told_from_those_it_was_not(tmp_path: Path):
    lines = [("bulk", None), ("short", None), ("quoted", "de"), ("written", "en")]
    code = f"""import json, time
for kind, language in {lines}:
    print(json.dumps({{"kind": kind, "language": language}}), flush=True)
    time.sleep(0.1)
time.sleep(30)"""
    seconds = child.until_line((sys.executable, "-c", code), child.environment(tmp_path), is_model_line)
    assert 0.3 < seconds < 10


def test_what_is_never_seen_is_an_error_that_shows_what_was(tmp_path: Path):
    with pytest.raises(RuntimeError, match="nothing today"):
        child.until_shown((sys.executable, "-c", "print('nothing today')"), child.environment(tmp_path), RULE_LINE)


def test_nothing_of_the_developers_settings_reaches_what_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LLAMA_AGENT_MODEL", "other")
    env = child.environment(tmp_path)
    assert {name: value for name, value in env.items() if name.startswith("LLAMA_AGENT_")} == {
        "LLAMA_AGENT_HOME": str(tmp_path)
    }
    assert env["PATH"] == os.environ["PATH"]


def test_what_a_child_takes_counts_as_ours_and_not_as_the_work_of_others(tmp_path: Path):
    _, busy, own = Others._now()
    went = child.run((sys.executable, "-c", "sum(range(20_000_000))"), child.environment(tmp_path))
    _, busy_now, own_now = Others._now()
    assert own_now - own == pytest.approx(went.cpu, abs=0.1)
    assert busy_now - busy > own_now - own - 0.1


def test_the_table_says_which_targets_were_missed_and_how_far_the_baseline_is():
    rows = [
        Row("a", 0.5, "s", 1.0, "b", 2.0),
        Row("c", 60.0, "MB/s", 80),
        Row("count", 50_000, "messages", 50_000, "stdlib", 50_375),
    ]
    assert table(rows).splitlines()[2:] == [
        "| a | 0.5 s | ≤ 1 | b | 2 s | 0.25 |",
        "| c | 60 MB/s | ≥ 80 **missed** |  |  |  |",
        "| count | 50,000 messages | = 50,000 | stdlib | 50,375 messages | 0.993 |",
    ]
