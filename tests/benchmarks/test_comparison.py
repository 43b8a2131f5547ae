"""A target is not missed in silence, nor is unequal work."""

import json
from pathlib import Path

from benchmarks.figures import Row
from benchmarks.peers.comparison import Comparison
from benchmarks.peers.results import Results, kept
from benchmarks.peers.sides import LIMIT, LLM, LOOP, OURS, Told
from docs import peers as page

ABOUT = {
    "cpu": "C",
    "cores": 2,
    "memory_gb": 8,
    "system": "Linux 6",
    "date": "2026-11-27T10:00:00+00:00",
    "versions": {"python": "3.11"},
}


def told(side: str, seconds: float, **more: object) -> Told:
    return Told(
        side, "f.gguf", seconds, **{"how": "so", "prompt": 100, "written": (10, 20), "ended": (True, False), **more}
    )


def compared(**more: object) -> Comparison:
    others = (told(LOOP, 25.0), told("xllamacpp, 1 slot", 16.0), told("xllamacpp, 4 slots", 14.0), told(LIMIT, 8.0))
    targets = {"loop": 2.5, "xllamacpp": 1.5, "limit": 1.25}
    return Comparison("two messages", "", told(OURS, 10.0), others, **{"targets": targets, **more})


def test_a_target_is_a_least_distance_from_a_peer_and_a_most_from_the_limit():
    each = compared()
    assert [each.times(other) for other in each.others] == [2.5, 1.6, 1.4, 1.25]
    assert {kind: each.met(kind) for kind in each.targets} == {"loop": True, "xllamacpp": False, "limit": True}
    assert each.met("llm") is None


def test_the_rows_have_a_target_for_the_best_of_each_kind_and_name_who_is_missing():
    each = compared(missing={LLM: "not measured: no network"})
    what = "two messages: ours on f.gguf, 100 tokens read and 30 written"
    assert each.rows() == [
        Row(what, 10.0, "s", 10.0, f"{LOOP} on f.gguf (so)", 25.0),
        Row("the same", 10.0, "s", None, "xllamacpp, 1 slot on f.gguf (so)", 16.0),
        Row("the same", 10.0, "s", 14.0 / 1.5, "xllamacpp, 4 slots on f.gguf (so)", 14.0),
        Row("the same", 10.0, "s", 10.0, f"{LIMIT} on f.gguf (so)", 8.0),
        Row("the same", 10.0, "s", None, f"{LLM}: not measured: no network"),
    ]


def test_unequal_work_is_said_beside_the_figure():
    others = (
        told(LOOP, 25.0, written=(10, 25)),
        told("xllamacpp, 1 slot", 16.0, prompt=99),
        told(LLM, 50.0, more={"characters": 90, "asked": 100, "refused": 1}),
    )
    table = Results(ABOUT, (Comparison("w", "", told(OURS, 10.0), others),), ()).markdown()
    assert table.splitlines()[-1] == (
        "| w | 10.0 s, 100 + 30 tokens, f | 25.0 s; **2.50x**, 35 written "
        "| 50.0 s; **5.00x**, 90 characters for 100 of ours, 1 of the messages not answered "
        "| 1: 16.0 s; **1.60x**, 99 read | - |"
    )


def test_the_page_has_the_machine_the_targets_and_who_is_missing():
    results = Results(
        ABOUT, (compared(missing={LLM: "not measured: no network"}),), (Row("a", 1.0, "s", 2.0),), {"messages": 0.04}
    )
    heading, legend, *lines = [line for line in results.markdown().splitlines() if line]
    assert heading == (
        "C, 2 cores, 8 GB, Linux 6; 2026-11-27; python 3.11. "
        "Other processes took at most 4% of the CPU during a workload."
    )
    assert legend.startswith("Seconds, and how many times as long as ours")
    assert lines == [
        "| work | ours | loop over llama-cpp-python | `llm`, a process a message | xllamacpp, slots "
        "| llama_decode alone |",
        "|---|---:|---:|---:|---:|---:|",
        "| two messages | 10.0 s, 100 + 30 tokens, f | 25.0 s; **2.50x** (≥ 2.5) | not measured: no network "
        "| 1: 16.0 / 4: 14.0 s; **1.40x** (≥ 1.5, missed) | 8.0 s; **1.25x** (≤ 1.25); so |",
        "| measured | figure | target | baseline in the same run | its figure | figure / baseline |",
        "|---|---:|---:|---|---:|---:|",
        "| a | 1 s | ≤ 2 |  |  |  |",
    ]


def test_a_run_that_others_disturbed_says_so():
    results = Results(ABOUT, (), (), {"messages": 0.04, "many": 0.2})
    assert "**Disturbed, so neither figures nor ratios hold: many.**" in results.markdown().splitlines()


def test_results_are_the_same_after_they_were_kept():
    results = Results(ABOUT, (compared(),), (Row("a", 1.0, "s", 2.0, "b", 3.0),), {"messages": 0.04})
    assert kept(json.loads(json.dumps(results.as_json()))) == results


def test_the_readme_has_the_table_of_the_recorded_run_between_its_comments(tmp_path: Path):
    results = Results(ABOUT, (compared(),), ())
    record = tmp_path / "peers.json"
    before = "above\n<!-- peers -->\nold\n<!-- end of peers -->\nbelow\n"
    assert page.filled(before, record) == before
    record.write_text(json.dumps(results.as_json()), "utf-8")
    after = page.filled(before, record)
    assert after == f"above\n<!-- peers -->\n{results.markdown()}<!-- end of peers -->\nbelow\n"
    assert page.filled(after, record) == after
