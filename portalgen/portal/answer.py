"""What the first sentence of a home page says: facts only, and never more of them than the records hold."""

from __future__ import annotations

import re
from datetime import date as Day

from msgspec import Struct

from portalgen.portal.published import Milestone, MilestoneDerived, Portal, Project, Record, Ref, Report

SHORT = 120
"""Characters that a reason may have to stand in the largest letters; up to LONG it stands in smaller ones."""
LONG = 260
"""A longer one stands below the sentence."""

# A full stop ends a sentence before a space and a capital, or at the end; "e.g. " and "No. 4" do not.
_END = re.compile(r"[。！？]|[.!?][\"”’)»]*(?=\s+[^\sa-z0-9(]|\s*$)")
_ABBREVIATIONS = (
    "e.g.",
    "i.e.",
    "no.",
    "dr.",
    "mr.",
    "mrs.",
    "ms.",
    "prof.",
    "st.",
    "approx.",
    "ca.",
    "vs.",
    "z.b.",
    "nr.",
)


class NextDate(Struct, frozen=True, kw_only=True):
    """The next milestone and how it stands against what was agreed."""

    milestone: Milestone
    how: str
    """scheduled (as agreed), later, earlier, unagreed (no agreed date), late (the day has passed), undated."""
    on: Day | None
    agreed: Day | None
    days: int
    """By how many days it is later or earlier, or for how long its day has passed; never below zero."""
    causes: tuple[Ref, ...]


class Answer(Struct, frozen=True, kw_only=True):
    """The facts of a project's first sentence."""

    word: str
    """on_track, at_risk, off_track, on_hold, complete, stale or unknown."""
    said: str
    """What the report said, where it is stale; else empty."""
    reason: str
    """The first sentence of the report's reason, as its author wrote it; empty where there is none."""
    is_in_sentence: bool
    """Whether the reason stands in the first sentence; one that is too long stands below it."""
    is_long: bool
    """Whether the sentence needs smaller letters."""
    report: Report | None
    age_days: int
    """How old the report is."""
    next: NextDate | None
    is_over: bool
    """Whether the project is complete, closed or cancelled: no next date is spoken of then."""


class ProjectsAnswer(Struct, frozen=True, kw_only=True):
    """The facts of the first sentence for a client with several projects."""

    word: str
    """The worst word of all."""
    worst: tuple[Project, ...]
    """The projects of which it is true."""
    total: int


def answer(project: Project, as_of: Day) -> Answer:
    """Return what can be said of a project on the day."""
    health = project.derived.health
    report = project.derived.last_report
    reason = first_sentence(health.reason)
    is_over = health.word == "complete" or project.status in ("closed", "cancelled")
    return Answer(
        word=health.word, said=health.overall if health.stale else "", reason=reason,
        is_in_sentence=bool(reason) and len(reason) <= LONG and health.word not in ("stale", "unknown"),
        is_long=SHORT < len(reason) <= LONG,
        report=report, age_days=(as_of - health.on).days if health.on else 0,
        next=None if is_over else next_date(project, as_of), is_over=is_over,
    )  # fmt: skip


def answer_for_all(portal: Portal) -> ProjectsAnswer:
    """Return what can be said of several projects: the worst word, and which have it."""
    word = portal.projects[0].derived.health.word
    worst = tuple(project for project in portal.projects if project.derived.health.word == word)
    return ProjectsAnswer(word=word, worst=worst, total=len(portal.projects))


def next_date(project: Project, as_of: Day) -> NextDate | None:
    """Return the next milestone of a project, or None where none is ahead."""
    milestone = project.derived.next_milestone
    if milestone is None:
        return None
    causes = next((each.causes for each in project.derived.moved if each.milestone.url == milestone.url), ())
    return against_plan(milestone, causes, as_of)


def against_plan(milestone: Milestone, causes: tuple[Ref, ...], as_of: Day) -> NextDate:
    """Return how an unmet milestone stands against its agreed date."""
    on, agreed = milestone.forecast or milestone.baseline, milestone.baseline
    derived: MilestoneDerived = milestone.derived
    slip = derived.slip_days or 0
    how, days = "scheduled", 0
    if on is None:
        how = "undated"
    elif derived.state == "late":
        how, days = "late", (as_of - on).days
    elif agreed is None:
        how = "unagreed"
    elif slip:
        how, days = ("later" if slip > 0 else "earlier"), abs(slip)
    return NextDate(milestone=milestone, how=how, on=on, agreed=agreed, days=days, causes=causes)


def causes_of(project: Project, milestone: Record) -> tuple[Ref, ...]:
    """Return what moved a milestone."""
    return next((each.causes for each in project.derived.moved if each.milestone.url == milestone.url), ())


def first_sentence(text: str) -> str:
    """Return the first sentence of a text, white space made single; the whole of it where no sentence ends."""
    plain = " ".join(text.split())
    for end in _END.finditer(plain):
        sentence = plain[: end.end()]
        last_word = sentence.rsplit(" ", 1)[-1].lower().lstrip("(")
        if last_word not in _ABBREVIATIONS and not re.fullmatch(r"[a-z]\.", last_word):
            return sentence
    return plain
