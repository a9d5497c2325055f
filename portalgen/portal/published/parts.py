"""What records are made of: references, persons, files, HTML, and what is reckoned of a record."""

from msgspec import Struct


class Ref(Struct, frozen=True):
    """A published record, seen from another one."""

    kind: str
    id: str
    title: str
    url: str
    """Its page, from the site's root: `webshop/requirements/REQ-1.html`."""


class PersonRef(Struct, frozen=True):
    """A person as a record names one."""

    name: str
    key: str = ""
    """The key in `Portal.people`; empty for a plain name."""


class File(Struct, frozen=True):
    """A published file."""

    name: str
    url: str
    """From the site's root, percent-encoded: `files/DOC-1/plan%20b.pdf`."""
    type: str
    """The ending in lower case: `pdf`."""
    size: int
    """In bytes."""
    sha256: str


class Html(Struct, frozen=True):
    """Safe HTML whose links are written from the site's root."""

    parts: tuple[str, ...] = ()

    def at(self, root: str) -> str:
        """Return the HTML for a page from which the site's root is `root`: empty, `../` or `../../`."""
        return root.join(self.parts)

    def __bool__(self) -> bool:
        return bool(self.parts)


class Backlink(Struct, frozen=True):
    """A published record that names this one."""

    type: str
    """The field or link type by which it does: `milestone`, `depends_on`, `affects`, `body`."""
    ref: Ref


class Derived(Struct, frozen=True, kw_only=True):
    """What is reckoned of any record."""

    links_in: tuple[Backlink, ...] = ()
    """By kind, then by id; a record that names this one in two ways stands twice."""


class MilestoneDerived(Derived, frozen=True, kw_only=True):
    state: str = "undated"
    """cancelled, met, undated, late, slipping or scheduled."""
    slip_days: int | None = None
    """(met_on, else forecast) − baseline; below zero is early; None without both dates."""


class RiskDerived(Derived, frozen=True, kw_only=True):
    score: int | None = None
    """likelihood × impact, 1 to 25; None where either is missing."""
    level: str = "unrated"
    """low, medium, high or unrated."""


class DueDerived(Derived, frozen=True, kw_only=True):
    """Of actions, deliverables and issues."""

    overdue: bool = False
    """Past its date and not finished; a due day is not over before its end."""
    age_days: int | None = None
    """Days that it has been open, or was; None where its first day is not known."""


class ChangeDerived(Derived, frozen=True, kw_only=True):
    days_to_decide: int | None = None
    """From submitted_on to decided_on."""
    pending: bool = False
    """Submitted, being assessed, or waiting for approval."""


class FeedbackDerived(Derived, frozen=True, kw_only=True):
    days_to_answer: int | None = None
    """From date to answered_on."""


class SurveyDerived(Derived, frozen=True, kw_only=True):
    answers: int = 0
    """How many answered; shown always, the totals below only of a closed survey with enough answers."""
    mean: float | None = None
    csat: float | None = None
    """Answers of 4 and 5 / answers, 0.0 to 1.0 (scale 1 to 5)."""
    nps: int | None = None
    """% of 9–10 − % of 0–6, −100 to 100."""
