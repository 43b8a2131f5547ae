"""Dovecot, a real IMAP server and mail delivery, where it is installed (.ci/run does that on Debian).

It does not serve root's mail: it is started by root, for the user `nobody`.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_DELIVERS = Path("/usr/lib/dovecot/dovecot-lda")
_CERTIFICATE = Path(__file__).parent / "egress" / "loopback.pem"
PASSWORD = "horse-battery"

IS_INSTALLED = _DELIVERS.exists() and os.geteuid() == 0
installed = pytest.mark.skipif(not IS_INSTALLED, reason="needs Debian's dovecot-imapd, and root to run it")

_CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
log_path = {folder}/home/log
mail_location = maildir:{folder}/home/Maildir
first_valid_uid = 1
ssl = required
auth_failure_delay = 0
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/certificate.pem
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/home
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = create
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
"""


@contextmanager
def dovecot() -> Iterator[tuple[int, Path]]:
    """Run the server over TLS and give its port and the Maildir of everybody."""
    with installation() as (folder, port):
        process = subprocess.Popen(["dovecot", "-F", "-c", folder / "conf"], stderr=subprocess.DEVNULL)
        try:
            _wait(port)
            yield port, folder / "home" / "Maildir"
        finally:
            process.terminate()
            process.wait()


@contextmanager
def installation() -> Iterator[tuple[Path, int]]:
    """Make a folder with the configuration; the mail in it is nobody's."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        (folder / "home").mkdir()
        shutil.chown(folder / "home", "nobody", "nogroup")
        shutil.copy(_CERTIFICATE, folder / "certificate.pem")
        (folder / "conf").write_text(_CONFIGURATION.format(folder=folder, port=port, password=PASSWORD))
        yield folder, port
    finally:
        shutil.rmtree(folder)


def deliver(folder: Path, mail: bytes, sender: str) -> Path:
    """Have Dovecot's delivery agent put a mail into the Maildir of an installation; return the Maildir."""
    subprocess.run(
        [_DELIVERS, "-c", folder / "conf", "-f", sender],
        input=mail,
        env={"HOME": str(folder / "home"), "USER": "ada", "PATH": os.environ["PATH"]},
        user="nobody",
        group="nogroup",
        extra_groups=[],
        check=True,
    )
    return folder / "home" / "Maildir"


def _wait(port: int) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < end, "Dovecot does not answer"
            time.sleep(0.05)
