"""Turn markdown-it's tokens into pieces of HTML, with a gap wherever the page decides what stands there."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from markdown_it.token import Token

from portalgen.content.markdown_code import language_of
from portalgen.content.markdown_held import EMPTY_COMMENT
from portalgen.content.markdown_inline import InlineWriter
from portalgen.content.markdown_links import unique_slugs
from portalgen.content.markdown_tags import TagWriter
from portalgen.content.markdown_types import NAME_MARK, Code, Piece, Word
from portalgen.content.markdown_words import words_of
from portalgen.content.markdown_writer import Writer
