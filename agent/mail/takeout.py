"""The .mbox files inside a Gmail Takeout .zip, read where they are: never extracted, in flat memory.

Deflate can only be read forwards. The decompressor's state is kept every 16 MB, so a message anywhere costs at most
16 MB of decompression to reach.
"""

import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from agent.errors import InputError
from agent.mail.source import File, Source

STRIDE = 16 * 1024**2
_CHUNK = 64 * 1024
_LOCAL_HEADER = struct.Struct("<4s22xHH")
# Mail shrinks 2 to 20 times. Deflate's own bound is 1,032 times.
RATIO_LIMIT = 200
RATIO_FREE = 64 * 1024**2


def members(path: Path, label: str) -> list[Source]:
    """Return one source for each .mbox in a zip, in the order of its directory.

    Raises InputError for a damaged or encrypted zip, one without an .mbox, a compression other than deflate, and one
    that would expand out of all proportion.
    """
    file = File(path, label)
    try:
        with zipfile.ZipFile(cast(BinaryIO, _Stream(file))) as archive:
            infos = [info for info in archive.infolist() if info.filename.lower().endswith(".mbox")]
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise _damaged(label) from None
    if not infos:
        raise InputError(f"{label} holds no .mbox file; a Gmail Takeout has one under Mail.")
    _refuse_odd(infos, file.size(), label)
    return [_Member(file, info, label) for info in infos]


class _Stream:
    """Just enough of a binary file for zipfile to read the directory."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._at = 0

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        base = (0, self._at, self._file.size())[whence]
        if base + offset < 0:
            raise OSError("before the start")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, length: int = -1) -> bytes:
        data = self._file.read(self._at, self._file.size() - self._at if length < 0 else length)
        self._at += len(data)
        return data


@dataclass(slots=True)
class _State:
    """How far decompression has come: bytes read, bytes made, and the decompressor at that point."""

    packed: int
    made: int
    inflate: "zlib._Decompress"

    def copy(self) -> "_State":
        return _State(self.packed, self.made, self.inflate.copy())


class _Member:
    """One stored or deflated file in a zip, as a source."""

    backwards = False

    def __init__(self, file: File, info: zipfile.ZipInfo, label: str) -> None:
        self._file = file
        self._label = label
        self._size = info.file_size
        self._packed = info.compress_size
        self._crc = info.CRC
        self._stored = info.compress_type == zipfile.ZIP_STORED
        self._data = _data_offset(file, info.header_offset, label)
        self._states = [_State(0, 0, zlib.decompressobj(-zlib.MAX_WBITS))]
        self._now = self._states[0].copy()
        self._held = b""  # what was made last, up to self._now.made
        self._summed, self._sum = 0, 0

    def size(self) -> int:
        return self._size

    def read(self, offset: int, length: int) -> bytes:
        end = min(offset + length, self._size)
        if end <= offset:
            return b""
        if self._stored:
            return self._file.read(self._data + offset, end - offset)
        if offset < self._now.made - len(self._held):
            self._now = max((state for state in self._states if state.made <= offset), key=lambda s: s.made).copy()
            self._held = b""
        pieces = [self._held[max(0, len(self._held) - (self._now.made - offset)) :]] if self._held else []
        while self._now.made < end:
            before = self._now.made
            piece = self._advance()
            if self._now.made > offset:
                pieces.append(piece[max(0, offset - before) :])
        self._held = b"".join(pieces)
        start = self._now.made - len(self._held)
        return self._held[offset - start : end - start]

    def _advance(self) -> bytes:
        """Make the next bytes. The first time through, check the sum at the end."""
        state = self._now
        packed = state.inflate.unconsumed_tail
        if not packed:
            packed = self._file.read(self._data + state.packed, min(_CHUNK, self._packed - state.packed))
            state.packed += len(packed)
        try:
            piece = state.inflate.decompress(packed, _CHUNK * 4)
        except zlib.error:
            raise _damaged(self._label) from None
        if not piece and (state.inflate.eof or not packed):
            raise _damaged(self._label)
        if state.made == self._summed:
            self._sum = zlib.crc32(piece, self._sum)
            self._summed += len(piece)
        state.made += len(piece)
        if state.made > self._size or (self._summed == state.made == self._size and self._sum != self._crc):
            raise _damaged(self._label)
        if state.made >= self._states[-1].made + STRIDE:
            self._states.append(state.copy())
        return piece


def _refuse_odd(infos: list[zipfile.ZipInfo], packed: int, label: str) -> None:
    if any(info.flag_bits & 1 for info in infos):
        raise InputError(f"{label} is encrypted; unpack it first.")
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos):
        raise InputError(f"{label} uses a compression other than deflate; unpack it first.")
    expanded = sum(info.file_size for info in infos)
    if expanded > RATIO_FREE and expanded > RATIO_LIMIT * packed:
        raise InputError(f"{label} would expand more than {RATIO_LIMIT} times; that is no mailbox.")


def _data_offset(file: File, header: int, label: str) -> int:
    raw = file.read(header, _LOCAL_HEADER.size) if 0 <= header < file.size() else b""
    if len(raw) < _LOCAL_HEADER.size or not raw.startswith(b"PK\x03\x04"):
        raise _damaged(label)
    _, name, extra = _LOCAL_HEADER.unpack(raw)
    return header + _LOCAL_HEADER.size + int(name) + int(extra)


def _damaged(label: str) -> InputError:
    return InputError(f"{label} is a damaged zip file; download it again.")
