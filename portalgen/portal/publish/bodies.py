"""The Markdown of a record → the HTML that its client reads, in which only what is published has an address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from portalgen.content.files.attachments import picture_of
from portalgen.content.markdown.body import AS_TYPED, Body, Link, parse_body, render_body
from portalgen.content.markdown.links import slug_of
from portalgen.content.markdown.types import LinkStart, Picture, Piece, RecordLink
from portalgen.content.records import Entry
from portalgen.content.resolve import Facts, target_of
from portalgen.portal.publish.files import Files
from portalgen.portal.published import Html
from portalgen.portal.visible import Visible, shown_title, shows_all
from portalgen.problems import Problem

BODY = "text"
"""Prefixes the ids of a body's headings; one page shows one body."""


class Bodies(Struct, frozen=True):
    """The bodies of one client's records, each parsed once."""

    facts: Facts
    visible: Visible
    files: Files
    problems: list[Problem]
    words: Mapping[str, str]
    """Our own in bodies, in the client's language; those that are not there are in English."""
    read: dict[str, Body | None] = field(default_factory=dict)
    """By id: the body that the client reads, once it was asked for."""

    def html(self, entry: Entry) -> Html:
        """Return what is shown of a record's body; empty where nothing of it leaves."""
        body = self.of(entry)
        if body is None:
            return Html()
        repeats_title = bool(body.title) and _plain(body.title) == shown_title(entry)
        rendered = render_body(
            body,
            lambda link: self.address(entry, link),
            name=BODY,
            skip_title=repeats_title or _hides_title(entry),
            words=self.words,
        )
        # A body of which nothing leaves is no body: an empty section would tell of it.
        return Html(rendered.parts) if any(part.strip() for part in rendered.parts) else Html()

    def of(self, entry: Entry) -> Body | None:
        """Return the body that the client reads: the summary, where there is one, takes the place of the author's."""
        key = entry.id.casefold()
        if key not in self.read:
            body = entry.body
            if entry.fields.client_summary:
                body, problems = parse_body(entry.fields.client_summary, entry.document.path)
                place = entry.place("client_summary")
                self.problems.extend(Problem(place, one.code, one.message, one.hint) for one in problems)
            elif body is not None and _hides_title(entry):
                body = _without_heading(body)
            self.read[key] = body
        return self.read[key]

    def address(self, entry: Entry, link: Link) -> Any:
        """Return where a link of a body leads on the site, or None for its label alone."""
        if (
            link.form == "picture"
            and (body := self.of(entry))
            and (picture := next((one for one in body.pictures if one.name == link.target), None))
        ):
            attachment = picture_of(picture.name, picture.data)
            if attachment is None:
                return None
            return self.files.put(entry, attachment).url
        target = target_of(self.facts, entry, link)
        if isinstance(target, Entry):
            ref = self.visible.ref(target.id)
            fragment = self._fragment(target, link) if ref else ""
            return (ref.url + (f"#{BODY}-{fragment}" if fragment else "")) if ref else None
        if isinstance(target, str):
            file = self.files.file(entry, target)
            return file.url if file else None
        return AS_TYPED if link.form == "record" else None

    def check_targets(self, entry: Entry) -> None:
        """Warn of each link of the body that leads to nothing that the client sees."""
        body = self.of(entry)
        for link in body.links if body else ():
            if link.form in ("path", "picture") and self.address(entry, link) is None:
                self.problems.append(
                    Problem(
                        entry.place("client_summary")
                        if entry.fields.client_summary
                        else entry.place_of(link),
                        "unpublished-link",
                        f"'{link.target}' is nothing that the client sees: its label stands alone",
                        self._why_unseen(entry, link),
                    )
                )

    def _why_unseen(self, entry: Entry, link: Link) -> str:
        """Return what to do about a link whose label stands alone, for the team."""
        match target_of(self.facts, entry, link):
            case Entry():
                return "it stays with the team: publish it, or write the sentence without a link"
            case str():
                return "the file stays with the team, as does what names it, or is of a kind that is not published"
        return "nothing stands at that path: mend it, or write the sentence without a link"

    def _fragment(self, target: Entry, link: Link) -> str:
        """Return the heading that a link means if the client reads it: it may stand in what stays with the team."""
        if not link.fragment or not shows_all(target):
            return ""
        body = self.of(target)
        meant = (link.fragment, link.fragment.lower(), slug_of(link.fragment))
        return next((one for one in meant if body and one in body.anchors), "")


def _hides_title(entry: Entry) -> bool:
    """Return whether the body begins with the title in whose place the client reads another."""
    return (
        bool(entry.fields.client_title and entry.body and entry.body.title)
        and not entry.fields.client_summary
        and _plain(entry.body.title).casefold() == _plain(entry.title).casefold()  # type: ignore[union-attr]
    )


def _without_heading(body: Body) -> Body:
    """Return a body without the heading that its title was taken from: neither words, nor fragment, nor links of it."""
    hidden, its_links = body.heading_anchor, set(_link_numbers(body.heading))
    # What leads nowhere stands in their place, since the pieces of the rest count links from the first.
    links = tuple(
        replace(link, form="anchor", target="", fragment="", label="") if number in its_links else link
        for number, link in enumerate(body.links)
    )
    return replace(
        body,
        title="",
        heading=(),
        heading_anchor="",
        links=links,
        anchors=tuple(anchor for anchor in body.anchors if anchor != hidden),
        anchor_by_link=tuple(pair for pair in body.anchor_by_link if pair[1] != hidden),
    )


def _link_numbers(pieces: Sequence[Piece]) -> Iterator[int]:
    for piece in pieces:
        match piece:
            case LinkStart(link) | Picture(link):
                yield link
            case RecordLink(link, label):
                yield link
                yield from _link_numbers(label)


def _plain(text: str) -> str:
    return " ".join(text.split())
