"""The kinds of record: their names in folders, in ids and in sentences, in the order in which pages speak of them."""

from __future__ import annotations

from msgspec import Struct


class Kind(Struct, frozen=True):
    """What is the same for every record of a kind."""

    name: str
    """The folder and the list's file: `requirements/`, `requirements.yaml`; also its page and its key in data.json."""
    one: str
    """A record of it in a sentence: `a requirement`, `an action`."""
    prefix: str
    """What a suggested id begins with; empty where ids are dates."""
    is_internal: bool = False
    """Whether its records stay with the team unless something says otherwise."""


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("requirements", "a requirement", "REQ"),
        Kind("changes", "a change", "CR"),
        Kind("milestones", "a milestone", "MS"),
        Kind("deliverables", "a deliverable", "DEL"),
        Kind("meetings", "a meeting", ""),
        Kind("decisions", "a decision", "DEC"),
        Kind("actions", "an action", "ACT"),
        Kind("risks", "a risk", "RSK"),
        Kind("issues", "an issue", "ISS"),
        Kind("reports", "a report", ""),
        Kind("documents", "a document", "DOC"),
        Kind("feedback", "a feedback", "FB"),
        Kind("surveys", "a survey", "SVY"),
        Kind("approvals", "an approval", "APR"),
        Kind("communications", "a communication", "COM", is_internal=True),
        Kind("lessons", "a lesson", "LL", is_internal=True),
        Kind("pages", "a page", ""),
    )
}
