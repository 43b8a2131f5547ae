"""A virtual environment of its own for what is measured beside us: made once in the repository, run as a child.

What goes into it comes from the package index this machine is set up for. `make clean` removes it.
"""

import importlib.util
import os
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from benchmarks import child

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Environment:
    """`name` is its folder in the repository, `packages` what pip is asked for.

    `alone` are installed without what they depend on; `lent` are packages of ours it gets as links: llama.cpp takes
    minutes to build, and a peer that runs on the same build is compared by what it does with it.
    """

    name: str
    packages: tuple[str, ...]
    alone: tuple[str, ...] = ()
    lent: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return ROOT / self.name

    def program(self, name: str) -> str:
        """Return the path of a program in it, `python` among them."""
        return str(self.folder / "bin" / name)

    def ready(self) -> bool:
        """Return whether it is there, made of these packages."""
        return self._made.exists() and self._made.read_text("utf-8") == self._of

    def prepare(self) -> None:
        """Make it where it is missing or of other packages. Raises RuntimeError, with what pip said, if that fails."""
        if self.ready():
            return
        print(f"setting up {self.name} with {', '.join(self.packages + self.alone)} ...", file=sys.stderr, flush=True)
        child.run((sys.executable, "-m", "venv", "--clear", str(self.folder)), os.environ)
        for packages, how in ((self.packages, ()), (self.alone, ("--no-deps",))):
            if packages:
                pip = (self.program("python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
                child.run((*pip, *how, *packages), os.environ)
        for name in self.lent:
            self._lend(name)
        self._made.write_text(self._of, "utf-8")

    @property
    def _made(self) -> Path:
        return self.folder / "made-of"

    @property
    def _of(self) -> str:
        return "\n".join((*self.packages, *self.alone, *self.lent, ""))

    def _lend(self, name: str) -> None:
        found = importlib.util.find_spec(name)
        if found is None or not found.submodule_search_locations:
            raise RuntimeError(f"there is no package {name} to lend")
        theirs = sysconfig.get_path("purelib", vars={"base": str(self.folder), "platbase": str(self.folder)})
        (Path(theirs) / name).symlink_to(found.submodule_search_locations[0])
