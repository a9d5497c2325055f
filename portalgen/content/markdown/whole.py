"""Any Markdown text → pieces by markdown-it, for the texts that quick.py does not take."""

from __future__ import annotations

from typing import Any

from portalgen.content.markdown.blocks import BlockWatch, TooDeep, TooMany
from portalgen.content.markdown.engine import parse_all
from portalgen.content.markdown.held import withhold
from portalgen.content.markdown.lookalikes import find_lookalikes
from portalgen.content.markdown.pieces import write_pieces
from portalgen.content.markdown.text import Places
from portalgen.content.markdown.written import Written
from portalgen.problems import Problem, has_errors


def read_wholly(typed: Places, problems: list[Problem]) -> tuple[str, tuple[str, ...], Written] | None:
    """Return a text less what stays with the team, what that is, and the pieces; what is wrong goes to `problems`.

    None where something is wrong such that nothing of the text may leave.
    """
    try:
        published, found = withhold(typed)
        problems += found
        places = Places(published.source, typed.path, typed.first_line)
        env: dict[str, Any] = {"watch": BlockWatch(places)}
        tokens = parse_all(published.source, env)
        if published.blocks and not has_errors(problems) and env["watch"].held_lines() != published.blocks:
            # Never seen; but if it were, text around the block would be taken for something else than it was.
            place = places.at_line(published.blocks[0][0])
            message = "the lines around this block can be read in two ways"
            problems.append(Problem(place, "misplaced-block", message, "put empty lines before and after it"))
            return None
    except TooMany as error:
        message, hint = "the tables have too many cells", "add the table to the documents as a file"
        problems.append(Problem(typed.at_line(error.line), "too-large", message, hint))
        return None
    except TooDeep as error:
        message = "lists, quotes or blocks stand inside more than 32 others"
        problems.append(Problem(typed.at_line(error.line), "too-deep", message, "make the text flatter"))
        return None
    problems += find_lookalikes(
        tokens, places, has_held_blocks=bool(published.blocks), has_odd_comments=published.has_odd_comments
    )
    footnotes = {number: data["label"] for number, data in env.get("footnotes", {}).get("list", {}).items()}
    return published.text, published.held_back, write_pieces(tokens, places, footnotes)
