"""What a client's site says once: who is who, the contract, who does what, the client itself."""

from datetime import date as Day

from msgspec import Struct

from portalgen.money import Money
from portalgen.portal.published.parts import File, PersonRef, Ref
from portalgen.portal.published.records import Period


class Person(Struct, frozen=True, kw_only=True):
    key: str
    name: str
    organisation: str = ""
    side: str = "provider"
    """client or provider."""
    role: str = ""
    responsibilities: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""
    availability: str = ""
    left_on: Day | None = None


class Obligation(Struct, frozen=True, kw_only=True):
    party: str
    """client or provider."""
    text: str
    due: Day | None = None
    status: str = "open"
    """open, done or waived."""


class Payment(Struct, frozen=True, kw_only=True):
    title: str
    milestone: Ref | None = None
    amount: Money | None = None
    due: Day | None = None
    paid_on: Day | None = None


class Amendment(Struct, frozen=True, kw_only=True):
    """A signed amendment; drafts stay with the team."""

    id: str
    date: Day | None = None
    description: str = ""
    rationale: str = ""
    changes: tuple[Ref, ...] = ()
    signed_on: Day | None = None
    status: str = "signed"


class Contract(Struct, frozen=True, kw_only=True):
    title: str = ""
    number: str = ""
    status: str = "active"
    """active, terminated or cancelled."""
    signed_on: Day | None = None
    period: Period | None = None
    notice_by: Day | None = None
    value: Money | None = None
    terms: str = ""
    obligations: tuple[Obligation, ...] = ()
    payments: tuple[Payment, ...] = ()
    documents: tuple[Ref, ...] = ()
    amendments: tuple[Amendment, ...] = ()


class Responsibility(Struct, frozen=True, kw_only=True):
    """One row of the RASCI matrix."""

    activity: str
    responsible: PersonRef
    accountable: PersonRef
    supports: tuple[PersonRef, ...] = ()
    consulted: tuple[PersonRef, ...] = ()
    informed: tuple[PersonRef, ...] = ()


class CommunicationRow(Struct, frozen=True, kw_only=True):
    """One row of the communication plan."""

    audience: str
    content: str
    format: str = ""
    frequency: str = ""
    medium: str = ""
    responsible: PersonRef | None = None


class Client(Struct, frozen=True, kw_only=True):
    id: str
    """The slug."""
    name: str
    legal_name: str = ""
    locale: str = "en"
    """As typed; `language` is what the site speaks."""
    language: str = "en"
    """The nearest language that the theme has."""
    timezone: str = "UTC"
    url: str = ""
    currency: str = ""
    lead: PersonRef | None = None
    brand_colour: str = ""
    """`#rrggbb` as typed; `site` makes it readable."""
    logo: File | None = None
    feedback_email: str = ""
    feedback_form: str = ""
