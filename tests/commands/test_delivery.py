"""Where a result goes: stdout, or a new file that is there whole or not at all."""

import json
import stat
from pathlib import Path

import pytest

from agent.commands import delivery
from agent.errors import InputError
from agent.mail.records import AddressRecord

RECORDS = [AddressRecord(name="Zoë\x7f", address="zoe@example.org"), AddressRecord(name="\x1b[2J")]
WHOLE = '{\n  "name": "Zo\\u00eb\\u007f",\n  "address": "zoe@example.org"\n}\n'
LINES = '{"name": "Zo\\u00eb\\u007f", "address": "zoe@example.org"}\n{"name": "\\u001b[2J", "address": ""}\n'


def test_lines_of_text_are_safe_for_a_screen_wherever_they_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    lines = ["one \x1b[31mtwo", "", "\u202ethree"]
    delivery.put_text(lines, None)
    delivery.put_text(lines, tmp_path / "out")
    assert capsys.readouterr().out == (tmp_path / "out").read_text() == "one [31mtwo\n\nthree\n"


def test_json_is_one_value_and_json_lines_a_value_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    delivery.put_record(RECORDS[0], None)
    delivery.put_record(RECORDS[0], tmp_path / "whole")
    assert capsys.readouterr().out == (tmp_path / "whole").read_text() == WHOLE
    delivery.put_records(iter(RECORDS), None)
    delivery.put_records(iter(RECORDS), tmp_path / "lines")
    assert capsys.readouterr().out == (tmp_path / "lines").read_text() == LINES
    assert [json.loads(line)["name"] for line in LINES.splitlines()] == [record.name for record in RECORDS]


def test_bytes_are_written_as_they_are(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]):
    delivery.put_bytes(b"\x00\xff\x1b\n", None)
    delivery.put_bytes(b"\x00\xff\x1b\n", tmp_path / "out")
    assert capfdbinary.readouterr().out == (tmp_path / "out").read_bytes() == b"\x00\xff\x1b\n"


def test_a_file_is_private_and_never_written_over(tmp_path: Path):
    out = tmp_path / "out"
    delivery.put_text(["first"], out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with pytest.raises(InputError, match="is already there and is not overwritten"):
        delivery.put_text(["second"], out)
    assert out.read_text() == "first\n"


def test_records_that_fail_on_the_way_leave_no_file(tmp_path: Path):
    def failing():
        yield RECORDS[0]
        raise InputError("the mailbox changed.")

    with pytest.raises(InputError, match="changed"):
        delivery.put_records(failing(), tmp_path / "out")
    assert list(tmp_path.iterdir()) == [tmp_path / "home"]
