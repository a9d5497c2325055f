"""Keep the bodies that were read, by their text and their file: one changed note is one body to read."""

from __future__ import annotations

import hashlib

from msgspec import MsgspecError
from msgspec.msgpack import Decoder, Encoder

from portalgen.content.markdown.body import Body, coloured, parse_body
from portalgen.problems import Problem

_DIGEST_BYTES = 16


class KeptBodies:
    """The bodies of one client that this build reads, and those that the one before it read."""

    def __init__(self, before: dict[bytes, bytes] | None) -> None:
        self.now: dict[bytes, bytes] = {}
        """To be kept: plain values. What was not asked for is not in it."""
        self._before = before or {}
        self._write = Encoder().encode
        self._read = Decoder(tuple[Body, list[Problem]]).decode

    def parse(self, text: str, path: str) -> tuple[Body, list[Problem]]:
        """Return what `parse_body` says of a text: what it said the last time, where that is known.

        Blocks of code are coloured already, which takes longer than all else of a body.
        """
        key = _key_of(text, path)
        known = self._before.get(key)
        if known is not None:
            try:
                found = self._read(known)
                self.now[key] = known
                return found
            except MsgspecError:
                pass
        body, problems = parse_body(text, path)
        body = coloured(body)
        try:
            self.now[key] = self._write((body, problems))
        except UnicodeEncodeError:
            # Half of a character: it is a problem of its own, and read again.
            pass
        return body, problems


def _key_of(text: str, path: str) -> bytes:
    whole = f"{len(path)} {path}{text}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(whole, digest_size=_DIGEST_BYTES).digest()
