"""Random histories: reading only what changed gives what publishing each step as a whole would, and replays to today."""

from __future__ import annotations

import itertools
import marshal
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from portalgen.content import schema
from portalgen.content.past.history import SETTINGS, Step
from portalgen.content.past.versions import Today, keys_of
from portalgen.content.read import ClientFolder
from portalgen.content.resolve import Facts, resolve
from portalgen.content.roles import marker_of
from portalgen.content.validate import validate
from portalgen.content.values import Marker
from portalgen.content.yaml.places import read_yaml
from portalgen.portal.past.box import pack, unpack
from portalgen.portal.past.history import with_history
from portalgen.portal.past.replay import NeedsWholeError, Replay, Replayed, replay
from portalgen.portal.past.shared import is_shared
from portalgen.portal.past.then import life_of
from portalgen.portal.past.values import NOT_FOLLOWED
from portalgen.portal.publish import publish
from portalgen.portal.published import HistoryEntry, PersonRef, Portal, Record, Ref
from portalgen.portal.visible import Visible, select
from portalgen.problems import has_errors
from portalgen.settings import Settings, read_settings

FOLDER = "content/acme/"
FIRST = date(2026, 1, 1)

days = st.sampled_from(["2026-03-01", "2026-03-02", "2026-03-03"])
visibility = st.sampled_from(["", "", "", "client", "internal"])
persons = st.sampled_from(["", "jane", "john", "Paul Plain"])


@st.composite
def record(draw: st.DrawFn, id_: str) -> str:
    """One record as a flow mapping."""
    kind = id_.split("-")[0]
    fields: dict[str, str] = {"id": id_, "title": draw(st.sampled_from(["One", "Two", "Three"]))}
    fields["visibility"] = draw(visibility)
    fields["owner"] = draw(persons)
    fields["client_title"] = draw(st.sampled_from(["", "", "Shown one", "Shown two"]))
    fields["client_summary"] = draw(st.sampled_from(["", "", "", "In short."]))
    match kind:
        case "REQ":
            fields["status"] = draw(st.sampled_from(["", "approved", "validated", "withdrawn"]))
            fields["statement"] = draw(st.sampled_from(["", "Words one.", "Words two."]))
            fields["milestone"] = draw(st.sampled_from(["", "MS-1", "MS-2"]))
            fields["weight"] = draw(st.sampled_from(["", "2", "2.5"]))
            fields["acceptance"] = draw(
                st.sampled_from(["", "[Seen]", "[{criterion: Heard, visibility: internal}]", "[Seen, Heard]"])
            )
        case "MS":
            fields["baseline"] = draw(days)
            fields["forecast"] = draw(st.one_of(st.just(""), days))
            fields["value"] = draw(st.sampled_from(["", "10 EUR", "20.50"]))
            fields["depends_on"] = draw(st.sampled_from(["", "MS-2"])) if id_ == "MS-1" else ""
        case "DEL":
            fields["status"] = draw(st.sampled_from(["planned", "submitted", "accepted"]))
            fields["due"] = draw(st.one_of(st.just(""), days))
            fields["version"] = draw(st.sampled_from(["", "1.0", "1.1"]))
        case "APR":
            fields["subject"] = draw(st.sampled_from(["REQ-1", "[MS-1, REQ-2]", "DEL-1"]))
            fields["requested_on"] = draw(days)
        case "DOC":
            fields["status"] = draw(st.sampled_from(["", "draft", "issued"]))
        case "CR":
            fields["impact"] = draw(
                st.sampled_from(
                    ["", "{cost: 5 EUR, schedule: +3d}", "{schedule: {MS-1: +2d}, scope: {adds: REQ-2}}"]
                )
            )
    return "{" + ", ".join(f"{name}: {value}" for name, value in fields.items() if value) + "}"


KINDS = {
    "REQ": "requirements",
    "MS": "milestones",
    "DEL": "deliverables",
    "APR": "approvals",
    "DOC": "documents",
    "CR": "changes",
}
IDS = ("REQ-1", "REQ-2", "MS-1", "MS-2", "DEL-1", "APR-1", "DOC-1", "CR-1")


@st.composite
def tree(draw: st.DrawFn) -> dict[str, str]:
    """A whole content: every record somewhere, in a list or a file of its own, in the client's folder or a project's."""
    files = {
        f"{FOLDER}client.yaml": "name: Acme\n"
        + draw(st.sampled_from(["", "", "currency: USD\n", "visibility: {requirements: internal}\n"])),
        SETTINGS: draw(
            st.sampled_from(["currency: EUR\n", "currency: EUR\nvisibility: {milestones: internal}\n"])
        ),
        f"{FOLDER}people.yaml": f"jane: {{name: Jane, visibility: {draw(st.sampled_from(['client', 'internal']))}}}\njohn: {{name: John}}\n",
        f"{FOLDER}shop/project.yaml": "name: Shop\n"
        + draw(st.sampled_from(["", "", "visibility: internal\n", "currency: GBP\n"])),
    }
    lists: dict[str, list[str]] = {}
    nested: list[str] = []
    for id_ in IDS:
        if draw(st.integers(0, 7)) == 0 and id_ in ("REQ-2", "CR-1", "DOC-1"):
            continue
        text = draw(record(id_))
        kind = KINDS[id_.split("-")[0]]
        place = draw(st.sampled_from(["", "", "shop/"]))
        if draw(st.booleans()):
            lists.setdefault(f"{FOLDER}{place}{kind}.yaml", []).append(text)
        elif draw(st.booleans()):
            files[f"{FOLDER}{place}{kind}/{draw(st.sampled_from(['a', 'b']))}-{id_}.yaml"] = f"{text}\n"
        else:
            body = draw(
                st.sampled_from(["", "Words.\n", "Other\nwords.\n", "Words.\n\n::: internal\nMore.\n:::\n"])
            )
            files[f"{FOLDER}{place}{kind}/{id_}.md"] = f"---\n{text}\n---\n{body}"
    for title in draw(st.lists(st.sampled_from(["Begin", "Wait", "End"]), max_size=3, unique=True)):
        nested.append(
            f"{{title: {title}, visibility: {draw(st.sampled_from(['client', 'internal']))}, due: {draw(days)}}}"
        )
    meeting = draw(st.sampled_from(["client", "internal"]))
    files[f"{FOLDER}meetings/2026-01-01.yaml"] = (
        f"title: Talk\nvisibility: {meeting}\nactions: [{', '.join(nested)}]\n"
    )
    return files | {path: "".join(f"- {row}\n" for row in rows) for path, rows in lists.items()}


BROKEN = ("- {id: [", "- {id: REQ-1, title: One, visibility: internl}\n", "nonsense: yes\n")


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, str]]:
    """Trees one after the other; each keeps most files of the one before it. The last one has no faults."""
    trees: list[dict[str, str]] = [draw(tree())]
    for _ in range(draw(st.integers(1, 5))):
        new = draw(tree())
        before = trees[-1]
        # Records move as a whole: a file that holds the same id in another place would be an error.
        kept = dict(before) if draw(st.booleans()) else dict(new)
        for path in [SETTINGS, f"{FOLDER}client.yaml", f"{FOLDER}people.yaml", f"{FOLDER}shop/project.yaml"]:
            if draw(st.booleans()):
                kept[path] = new[path]
        if draw(st.integers(0, 3)) == 0:
            path = draw(st.sampled_from(sorted(kept)))
            trees.append(kept | {path: draw(st.sampled_from(BROKEN))})
        trees.append(kept)
    return trees


def steps_of(trees: list[dict[str, str]]) -> Iterator[Step]:
    before: Mapping[str, str] = {}
    for number, files in enumerate(trees):
        changed: dict[str, str | None] = {
            path: text for path, text in files.items() if before.get(path) != text
        }
        changed |= {path: None for path in before if path not in files}
        yield Step(FIRST + timedelta(days=number), changed, True)
        before = files


def published(files: Mapping[str, str], as_of: date) -> tuple[Portal, Facts, Visible] | None:
    """What the real way publishes of a tree; None where it has a fault."""
    document, problems = read_yaml(files[SETTINGS], SETTINGS)
    found, more = read_settings(document)
    texts = {path: text for path, text in sorted(files.items()) if path.startswith(FOLDER)}
    content, of_form = validate(ClientFolder("acme", "content/acme", texts, {}), {})
    if content is None or has_errors([*problems, *more, *of_form]):
        return None
    facts, of_names = resolve(content, found or Settings())
    visible, held = select(facts)
    publication, of_words = publish(facts, visible, {}, {}, as_of)
    return None if has_errors([*of_names, *held, *of_words]) else (publication.portal, facts, visible)


def plain(value: Any) -> Any:
    match value:
        case Ref():
            return value.id
        case PersonRef():
            return value.key or value.name
        case tuple():
            return tuple(map(plain, value))
    return value


def flat(value: Any, at: str, model: type[schema.Strict] | None) -> Iterator[tuple[str, Any]]:
    """Every published value of a record that is no text, by the name that history gives it."""
    for field in value.__struct_fields__:
        each = getattr(value, field)
        name = f"{at}{field}"
        is_prose = (
            model is not None
            and field in schema.fields_of(model)
            and marker_of(model, field) == Marker("prose")
        )
        if name in NOT_FOLLOWED or each in (None, "", ()) or (is_prose and name != "title"):
            continue
        if (
            isinstance(each, (Ref, PersonRef))
            or not isinstance(each, Struct)
            or name.endswith(("value", "cost"))
        ):
            if not (isinstance(each, tuple) and not isinstance(each[0], (Ref, PersonRef))):
                yield name, plain(each)
        else:
            yield from flat(each, f"{name}.", None)


def values_of(record_: Record) -> dict[str, Any]:
    return {
        name: value
        for name, value in flat(record_, "", schema.RECORDS[record_.kind])
        if not name.endswith(("milestones", "quality", "risk"))
    }


def assert_steps_are_as_published(trees: list[dict[str, str]], replayed: Replayed) -> None:
    for number, files in enumerate(trees):
        whole = published(files, FIRST)
        if whole is None:
            continue
        portal, facts, _ = whole
        keys = keys_of(facts.records.values())
        records = {keys[each.id.casefold()]: each for area in portal.areas for each in area.lists.all()}
        for key, versions in replayed.versions.items():
            at = [version for version in versions if version.step <= number]
            is_shown = bool(at) and at[-1].is_shown
            assert is_shown == (key in records), (number, key)
            if not is_shown or at[-1].kind == "meetings":
                continue
            told = {name: plain(value) for name, value in at[-1].values.items()}
            assert told == values_of(records[key]), (number, key)


def assert_replays_to_today(portal: Portal) -> None:
    for area in portal.areas:
        by_url: dict[str, list[HistoryEntry]] = {}
        for entry in reversed(area.history):
            by_url.setdefault(entry.ref.url, []).append(entry)
        for each in area.lists.all():
            entries = by_url[each.url]
            today = values_of(each) if each.kind != "meetings" else {}
            start = max(number for number, entry in enumerate(entries) if entry.is_creation)
            names = {entry.field for entry in entries[start + 1 :] if not entry.is_text and entry.field}
            for name in names:
                changes = [entry for entry in entries[start + 1 :] if entry.field == name]
                for one, other in itertools.pairwise(changes):
                    assert one.after == other.before
                assert ((plain(changes[-1].after) != () and plain(changes[-1].after)) or None) == (
                    today.get(name) or None
                ), (each.id, name)
            scalar = [name for name in names if hasattr(each, name)]
            life = life_of(each, entries, scalar)
            assert {name: plain(value) for name, value in life.today.items()} == {
                name: plain(getattr(each, name)) for name in scalar
            }


@settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(histories())
def test_every_step_is_as_publishing_it_whole_and_history_replays_to_today(
    trees: list[dict[str, str]],
) -> None:
    as_of = FIRST + timedelta(days=len(trees))
    today = published(trees[-1], as_of)
    replayed = replay("acme", steps_of(trees))
    assert_steps_are_as_published(trees, replayed)
    if today is None:
        return
    portal, facts, visible = today
    # What stands today was read already, and is not read again where the past is the same.
    steps = list(steps_of(trees))
    again = Replay("acme", Today(facts.content, trees[-1]))
    for step in steps:
        again.take(step.texts)
    assert again.told(steps) == replayed
    told = with_history(portal, replayed, facts, visible)
    assert_replays_to_today(told)
    internal = {entry.id for entry in facts.records.values() if visible.ref(entry.id) is None}
    named = {entry.ref.id for area in told.areas for entry in area.history}
    assert named & internal == set()


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(histories(), st.integers(0, 6))
def test_going_on_from_what_was_kept_is_as_reading_it_all(trees: list[dict[str, str]], at: int) -> None:
    steps = list(steps_of(trees))
    at = min(at, len(steps) - 1)
    first = Replay("acme")
    for step in steps[:at]:
        first.take(step.texts)
    box = pack(first)
    if box is None:
        return
    box = marshal.loads(marshal.dumps(box))
    texts = trees[at - 1] if at else {}
    again = unpack(
        "acme", box, {path: text for path, text in texts.items() if is_shared(path, "acme")}, texts.get
    )
    try:
        for step in steps[at:]:
            again.take(step.texts)
    except NeedsWholeError:
        return
    assert again.told(steps).versions == replay("acme", steps).versions


def test_the_random_trees_are_mostly_content_that_a_site_is_made_of() -> None:
    """Else the tests above would hold for want of anything to look at."""

    def is_rich(files: dict[str, str]) -> bool:
        whole = published(files, FIRST)
        return whole is not None and sum(len(area.lists.all()) for area in whole[0].areas) >= 6

    assert find(tree(), is_rich)
