"""What records and singles are made of: rows, links, and the fields that every record has."""

from typing import Annotated, Any, Literal

from portalgen.content.reading import Before
from portalgen.content.schema.fields import Strict, must, say, text_as
from portalgen.content.values import AnyIds, Body, Day, Flag, Id, Label, Labels, Marker, PersonName, Text

Visibility = Literal["client", "internal"]
HealthWord = Literal["on_track", "at_risk", "off_track", "on_hold", "complete"]


class Row(Strict):
    """A row of a list, which may stay with the team."""

    visibility: Visibility | None = say(
        "client or internal; an internal row stays with the team", internal=True
    )
    internal: Any = say("The team's own notes on this row", internal=True)


class Links(Strict):
    """Records that this one is linked to, by what the link means."""

    related: AnyIds = say("Linked, without saying how", default=[])
    depends_on: AnyIds = say("What has to be there first", default=[])
    blocks: AnyIds = say("What cannot go on before this is done", default=[])
    raised_in: AnyIds = say("The meeting or record it came up in", default=[])
    resulted_in: AnyIds = say("What came of it", default=[])
    affects: AnyIds = say("What it touches", default=[])
    supersedes: AnyIds = say("What it takes the place of", default=[])
    duplicates: AnyIds = say("What says the same", default=[])
    mitigates: AnyIds = say("The risk it makes smaller", default=[])
    evidenced_by: AnyIds = say("What proves it", default=[])


def links_of(value: Any) -> Any:
    return {"related": value} if isinstance(value, (str, list)) else value


class Record(Strict):
    """What every record may have."""

    id: Id | None = say("Letters, digits, . _ -; unique in the client. Without it the file's name is the id")
    title: Text | None = say("What the record is called on the site")
    client_title: Label | None = say("Shown to the client in place of title")
    client_summary: Annotated[str, Marker("summary")] | None = say(
        "Shown to the client in place of the body and every other prose field"
    )
    visibility: Visibility | None = say("client or internal; without it the kind's default", internal=True)
    internal: Any = say("The team's own notes: never leaves the team", internal=True)
    owner: PersonName | None = say("Who sees to it: a key of people.yaml, or a plain name")
    tags: Labels = say("The team's own words to sort by", internal=True, default=[])
    links: Annotated[Links, Before(links_of)] | None = say("Ids, or link types with ids")
    source: Label | None = say(
        "Where it came from: an id or a text; published only where it is a published record's id"
    )
    body: Body | None = say("Markdown")


class Criterion(Row):
    criterion: Text = must("What has to be so")
    met: Flag | None = say("yes or no; leave it out where nobody has looked")
    note: Text | None = say("How it was seen, or what is missing")


Criteria = Annotated[
    list[Annotated[Criterion, text_as("criterion")]],
    Before(lambda value: value if isinstance(value, list) else [value]),
]


class Period(Strict):
    from_: Day | None = say("The first day", alias="from")
    to: Day | None = say("The last day")


class Target(Strict):
    baseline: Day | None = say("The end that was agreed")
    forecast: Day | None = say("The end that is expected now")
