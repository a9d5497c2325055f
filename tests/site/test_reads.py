"""A file of a site stands as long as nothing changes of what its making read, and no longer."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Any, ClassVar, Union, get_args, get_origin, get_type_hints

import pytest
from msgspec import Struct
from msgspec.structs import replace
from sites import write_tree

from portalgen.money import Money
from portalgen.portal import published
from portalgen.portal.published import Portal, Project
from portalgen.site.reads import Digests, Looker
from portalgen.site.render import plan_files, render_site
from portalgen.site.standing import make_site
from portalgen.site.theme import load_theme
from portalgen.site.write import FileCopy
from tests.site import sample

SITES = {"rich": (sample.rich, 17), "several": (sample.several, 4)}
"""Portals, and of how many changes one is tried."""


def changed(value: Any) -> Iterator[Any]:
    """Yield values of the same type that differ from `value` in one place, at any depth."""
    match value:
        case bool():
            yield not value
        case str():
            yield f"{value}x"
        case int() | float() | Decimal():
            yield value + 1
        case date():
            yield value + timedelta(1)
        case Money():
            yield replace(value, amount=value.amount + 1)
        case tuple() if value:
            yield value[:-1]
            yield from (
                (*value[:at], other, *value[at + 1 :])
                for at in {0, len(value) - 1}
                for other in changed(value[at])
            )
        case dict() if value:
            key = next(iter(value))
            yield {other: each for other, each in value.items() if other != key}
            yield from (value | {key: other} for other in changed(value[key]))
        case Struct():
            for name in value.__struct_fields__:
                # Addresses are what pages are planned by: another one is another page.
                if name not in ("url", "prefix", "id"):
                    yield from (replace(value, **{name: other}) for other in changed(getattr(value, name)))


def shas(files: dict[str, Any]) -> dict[str, str]:
    return {
        address: hashlib.sha256(each).hexdigest() if isinstance(each, bytes) else each.sha256
        for address, each in files.items()
    }


@pytest.mark.parametrize("name", SITES)
def test_a_file_stands_exactly_as_long_as_it_would_be_made_the_same(name: str) -> None:
    theme, (make, every) = load_theme(), SITES[name]
    portal = make()
    if os.environ.get("PORTALGEN_SWEEP"):
        every = 1
    _, kept = make_site(plan_files(portal, theme), None)
    tried = stood = 0
    for number, other in enumerate(changed(portal)):
        if number % every:
            continue
        try:
            clean = render_site(other, theme)
        except Exception:
            # No portal that derive would make: there is nothing to compare with.
            continue
        files, _ = make_site(plan_files(other, theme), kept)
        assert shas(files) == shas(dict(clean)), number
        tried += 1
        stood += sum(not isinstance(each, bytes) for each in files.values())
    assert tried > 40
    # Most changes are seen on few pages.
    assert stood > tried * len(kept["files"]) / 2


def test_of_a_portal_in_which_nothing_changed_every_page_stands_and_is_made_the_same_where_it_is_missing() -> (
    None
):
    theme = load_theme()
    made, kept = make_site(plan_files(sample.rich(), theme), None)
    again, still = make_site(plan_files(sample.rich(), theme), kept)
    standing = {address: each for address, each in again.items() if not isinstance(each, bytes)}
    assert standing.keys() == kept["files"].keys() == still["files"].keys()
    for address, each in standing.items():
        with each.open() as file:
            assert file.read() == made[address]


def test_a_page_that_says_another_revision_is_the_old_file_with_that() -> None:
    theme, asked = load_theme(), []
    first, second = (replace(sample.rich(), revision=digit * 12) for digit in "0f")
    made, kept = make_site(plan_files(first, theme), None)

    def old(address: str) -> bytes | None:
        asked.append(address)
        # One is gone and another one is not what it was.
        spoilt = {"reports/2026-W46.html": None, "index.html": b"Not what we wrote"}
        content = spoilt.get(address, made[address])
        assert not isinstance(content, FileCopy)
        return content

    clean = render_site(second, theme)
    files, now = make_site(plan_files(second, theme), kept, old)
    assert shas(files) == shas(dict(clean))
    assert {"index.html", "reports/2026-W46.html", "people.html"} <= set(asked)
    assert asked == [address for address in made if b"0" * 12 in dict(clean | made)[address]]
    # And that of a page that stood as it was is found in it the next time too.
    again, _ = make_site(plan_files(first, theme), now, lambda address: clean[address])
    assert shas(again) == shas(made)


def test_a_foot_that_tells_more_of_the_revision_is_made_again(tmp_path: Path) -> None:
    frame = load_theme().folders[0] / "templates/layouts/frame.html"
    for number, more in enumerate(
        (
            "{{ portal.revision[:7] }}",
            "{{ portal.revision | upper }}",
            "{{ portal.revision }} {{ portal.revision }}",
            "{% if portal.revision == '0' * 12 %}Nothing{% endif %}",
        )
    ):
        folder = tmp_path / f"themes/own-{number}"
        write_tree(
            folder,
            {
                "theme.yaml": "extends: default\n",
                "templates/layouts/frame.html": frame.read_text().replace(
                    '<div class="facts">', f'<div class="facts">{more}'
                ),
            },
        )
        theme = load_theme(folder.name, near=tmp_path)
        first, second = (replace(sample.rich(), revision=digit * 12) for digit in "0f")
        made, kept = make_site(plan_files(first, theme), None)
        files, _ = make_site(plan_files(second, theme), kept, lambda address, made=made: made[address])
        assert shas(files) == shas(dict(render_site(second, theme))), more


def test_what_no_page_reads_any_more_is_forgotten_and_the_rest_still_counts() -> None:
    theme, portal, smaller = load_theme(), sample.several(), sample.empty()
    _, kept = make_site(plan_files(portal, theme), None)
    _, fewer = make_site(plan_files(smaller, theme), kept)
    assert len(fewer["reads"]) < len(kept["reads"]) / 2
    again, now = make_site(plan_files(smaller, theme), fewer)
    assert now == fewer
    assert sum(not isinstance(each, bytes) for each in again.values()) == len(now["files"])
    renamed = replace(smaller, client=replace(smaller.client, name="Another"))
    files, _ = make_site(plan_files(renamed, theme), now)
    assert shas(files) == shas(dict(render_site(renamed, theme)))


def test_a_records_page_reads_no_list_as_a_whole() -> None:
    """With ten thousand records a changed one is seen on a few pages."""
    _, kept = make_site(plan_files(sample.rich(), load_theme()), None)
    for address, (_, numbers, *_) in kept["files"].items():
        if address.startswith(("requirements/", "meetings/", "decisions/", "actions/", "risks/", "issues/")):
            assert not [kept["reads"][number] for number in numbers if "lists" in kept["reads"][number][0]], (
                address
            )


def test_what_a_view_hands_out_is_noted() -> None:
    portal = sample.several()
    looker = Looker(portal, {}, Digests())
    looker.begin()
    view = looker.portal
    assert isinstance(view, Portal)
    assert isinstance(view.projects[0], Project)
    assert view.areas[0].lists.of("risks") == portal.areas[0].lists.risks
    assert view.client.name == portal.client.name
    assert looker.reads.keys() == {
        ("projects", "#"), ("own", "?"), ("projects", 0, "lists", "?"), ("projects", 0, "lists", "risks"),
        ("client", "?"), ("client", "name"),
    }  # fmt: skip
    looker.begin()
    assert view.projects[0] is view.areas[0]
    assert looker.reads.keys() == {("projects", "#"), ("own", "?")}


def test_a_date_is_not_the_text_that_it_is_written_as() -> None:
    digests = Digests()
    values = (date(2026, 1, 1), "2026-01-01", Decimal(1), 1, "1", True, None, (), ((),), ("", ""), ("",))
    assert len({digests.of(value) for value in values}) == len(values)


def test_no_field_of_a_record_holds_values_of_two_types_that_are_written_alike() -> None:
    """Digests of records are made of what msgpack has of them, in which a date is a text."""
    waiting: list[Any] = list(published.RECORDS.values())
    seen: set[Any] = set()
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        others = [one for one in get_args(each) if one not in (type(None), ...)]
        if isinstance(each, UnionType) or get_origin(each) is Union:
            assert len(others) == 1, each
        if isinstance(each, type) and issubclass(each, Struct):
            others += [hint for hint in get_type_hints(each).values() if get_origin(hint) is not ClassVar]
        waiting += others
    assert {date, Decimal, published.Html, published.MilestoneDerived, bool} <= seen
    assert seen.isdisjoint({Any, object, published.HistoryEntry})


def test_every_published_type_says_all_of_itself_in_its_repr() -> None:
    """Digests are made of it."""
    found = [each for each in vars(published).values() if isinstance(each, type) and issubclass(each, Struct)]
    assert len(found) > 50
    assert [each for each in found if each.__repr__ is not Struct.__repr__] == []
