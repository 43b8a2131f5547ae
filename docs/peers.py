"""The README's table of peers: made from docs/peers.json, which `python -m benchmarks.peers --record` writes.

It stands between two comments. Without a record, or without the comments, there is nothing to write.
"""

import json
import re
from pathlib import Path

from benchmarks.peers import results

RECORD = Path(__file__).parent / "peers.json"

_BETWEEN = re.compile(r"(?<=^<!-- peers -->\n).*?(?=^<!-- end of peers -->$)", re.MULTILINE | re.DOTALL)


def filled(page: str, record: Path = RECORD) -> str:
    """Return a page of Markdown with the table of the last recorded run between its comments."""
    if not record.exists():
        return page
    table = results.kept(json.loads(record.read_text("utf-8"))).markdown()
    return _BETWEEN.sub(lambda _: table, page)
