"""A portal → feed.xml: what's new, as Atom (RFC 4287), for the feed readers and mail programs of a client.

Written here and not by feedgenerator: where nobody knows where the site will stand, that writes links that lead
nowhere.
"""

from __future__ import annotations

import re
from datetime import date as Day
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from portalgen.portal import follow
from portalgen.portal.follow import Item
from portalgen.portal.links import short_id
from portalgen.portal.published import Portal
from portalgen.site.messages import Language
from portalgen.site.told import plain

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_feed(portal: Portal, language: Language) -> bytes:
    """Return feed.xml of a portal with news; ids are `urn:` and stay when the site moves to another address."""
    items = follow.items(portal)
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": language.code})
    name = language.label("section", "name", "whats-new")
    _text(feed, "title", f"{name} – {portal.client.name}")
    _text(feed, "id", _urn(portal, "feed"))
    _text(feed, "updated", _noon(items[0].news.on))
    author = portal.client.lead.name if portal.client.lead else portal.client.name
    _text(SubElement(feed, "author"), "name", author)
    _link(feed, "self", "application/atom+xml", follow.absolute(portal, "feed.xml"))
    _link(feed, "alternate", "text/html", follow.absolute(portal, "whats-new.html"))
    for item in items:
        _entry(feed, portal, language, item)
    indent(feed, space="")
    return bytes(tostring(feed, encoding="utf-8", xml_declaration=True)) + b"\n"


def _entry(feed: Element, portal: Portal, language: Language, item: Item) -> None:
    news = item.news
    entry = SubElement(feed, "entry")
    what = language.label("news", "what", news.what)
    _text(entry, "title", language.gettext("%(what)s: %(title)s") % {"what": what, "title": news.ref.title})
    _text(entry, "id", _urn(portal, f"{news.ref.id.casefold()}/{news.what}/{item.number}"))
    _text(entry, "updated", _noon(news.on))
    _link(entry, "alternate", "text/html", follow.absolute(portal, news.ref.url))
    group = language.label("news", "group", news.group)
    SubElement(entry, "category", {"term": news.group, "label": group})
    kind = language.label("kind", "one", news.ref.kind)
    lines = [f"{kind} {short_id(news.ref)}".strip(), language.long_day(news.on)]
    if item.project is not None:
        lines.insert(0, item.project.name)
    lines += [plain(language, each, news.causes) for each in news.entries if not each.is_creation]
    # An entry without a link has to have content.
    _text(entry, "content", "\n".join(lines)).set("type", "text")


def _text(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = _NOT_XML.sub("\ufffd", text)
    return element


def _link(parent: Element, rel: str, type: str, href: str) -> None:
    if href:
        SubElement(parent, "link", {"rel": rel, "type": type, "href": href})


def _urn(portal: Portal, name: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'portalgen:{portal.client.id}/{name}')}"


def _noon(day: Day) -> str:
    # At noon of Greenwich it is that day nearly everywhere.
    return f"{day.isoformat()}T12:00:00Z"
