"""Answer the browser: clients' pages, the index, and word of changes. Everything comes from memory, nothing by path."""

from __future__ import annotations

import asyncio
import json
import secrets
import traceback
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from portalgen.preview.dress import dress
from portalgen.preview.guard import is_loopback, refusal
from portalgen.preview.hub import Hub
from portalgen.preview.notices import Notice, as_data, notice_of_fault
from portalgen.preview.pages import render_components, render_index, render_trouble, styles_and_script
from portalgen.preview.site import Site
from portalgen.preview.standing import Standing
from portalgen.preview.workshop import Workshop
from portalgen.site.write import Content, FileCopy

FIRST_SECONDS = 60.0
"""So long a page waits for its client to be made for the first time,"""
NEXT_SECONDS = 2.0
"""and so long for a newer one: then the last good page is better than none."""
PING_SECONDS = 15.0
_PIECE_BYTES = 1 << 16
_KEPT_PAGES = 200
_TEAM_HAS_NOT = frozenset({"data.json", "feed.xml", "calendar.ics", "_headers"})
"""What could be carried elsewhere without the mark that every page bears."""

TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "xml": "application/atom+xml",
    "ics": "text/calendar; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "woff2": "font/woff2",
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}


class App:
    """The preview as an ASGI application."""

    def __init__(self, workshop: Workshop, hub: Hub, *, host: str, port: int, shows_team: bool) -> None:
        self._workshop, self._hub = workshop, hub
        self._host, self._port, self._shows_team = host, port, shows_team
        self._life = secrets.token_hex(4)
        """Another one in every process: pages of the one before are loaded again."""
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="render")
        self._good: dict[tuple[str, str], bytes] = {}
        """The last pages that could be rendered, by client and address, the oldest first."""
        self._faults: dict[tuple[str, str], Notice] = {}
        """Why a page cannot be rendered now."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        refused = refusal(request.method, request.headers, host=self._host, port=self._port)
        if refused:
            response = _text(refused[1], refused[0])
            if refused[0] == 405:
                response.headers["Allow"] = "GET, HEAD"
        else:
            response = await self._answer(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        await response(scope, receive, send)

    def close(self) -> None:
        """Start no more work."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _answer(self, request: Request) -> Response:
        path: str = request.scope["path"]
        has_lines = _is_this_machine(request)
        first, slash, rest = path.removeprefix("/").partition("/")
        match first:
            case "":
                return self._index(has_lines) if path == "/" else _nothing()
            case "_preview":
                return self._events(request, has_lines) if rest == "events" else _static(rest)
            case "_components":
                return await self._components(rest, slash)
            case "_internal" if self._shows_team:
                slug, slash, address = rest.partition("/")
                return await self._page(slug, slash, address, of_team=True, has_lines=has_lines)
            case _:
                return await self._page(first, slash, rest, of_team=False, has_lines=has_lines)

    # --- clients

    async def _page(self, slug: str, slash: str, address: str, *, of_team: bool, has_lines: bool) -> Response:
        standing = await self._standing(slug)
        if standing is None:
            return _nothing()
        if not slash:
            return RedirectResponse(f"/_internal/{slug}/" if of_team else f"/{slug}/", status_code=307)
        site = standing.team if of_team else standing.site
        facts = {
            "client": slug,
            "view": "team" if of_team else "client",
            "address": address,
            "build": self._build(standing),
        }
        if site is None:
            trouble = render_trouble(slug, self._notices(standing, "", has_lines))
            return _html(*dress(trouble, facts), status=503)
        if not address or address.endswith("/"):
            address += "index.html"
        render = None if of_team and address in _TEAM_HAS_NOT else site.files.get(address)
        if render is None:
            missing = await self._render(standing, site, "404.html", of_team=of_team)
            return _html(*dress(missing or b"", facts, of_team=_name(site, of_team)), status=404)
        if not address.endswith(".html"):
            return await self._file(address, render)
        page = await self._render(standing, site, address, of_team=of_team)
        if page is None:
            fault = self._faults[slug, f"{of_team}{address}"]
            page = render_trouble(slug, [as_data(fault, has_lines=has_lines)])
            return _html(*dress(page, facts), status=500)
        return _html(*dress(page, facts, of_team=_name(site, of_team)))

    async def _standing(self, slug: str) -> Standing | None:
        """Return what is known of a client, once it is made if it is due: at once, unless that takes long."""
        standing = self._workshop.standing(slug)
        if standing is None:
            return None
        loop = asyncio.get_running_loop()
        until = loop.time() + (NEXT_SECONDS if standing.site else FIRST_SECONDS)
        number = self._hub.number
        while self._workshop.want(slug) and not self._hub.is_closed and loop.time() < until:
            await self._hub.wait(number, until - loop.time())
            number = self._hub.number
        return self._workshop.standing(slug)

    async def _render(self, standing: Standing, site: Site, address: str, *, of_team: bool) -> bytes | None:
        """Return a page, the last good one where the theme has a fault; None where there is none."""
        key = standing.slug, f"{of_team}{address}"
        loop = asyncio.get_running_loop()
        try:
            page = await loop.run_in_executor(self._threads, site.files[address])
        except Exception as error:
            # A theme is somebody's work in progress, and its faults come as exceptions of any kind.
            notice = notice_of_fault(error, site.theme.folders)
            if not notice.path:
                self._workshop.tell_fault(traceback.format_exc())
            self._faults[key] = notice
            return self._good.get(key)
        self._faults.pop(key, None)
        assert isinstance(page, bytes)
        self._good.pop(key, None)
        self._good[key] = page
        if len(self._good) > _KEPT_PAGES:
            del self._good[next(iter(self._good))]
        return page

    async def _file(self, address: str, render: Callable[[], Content]) -> Response:
        kind = TYPES.get(address.rpartition(".")[2].lower(), "application/octet-stream")
        loop = asyncio.get_running_loop()
        content = await loop.run_in_executor(self._threads, render)
        headers = {}
        if kind == TYPES["svg"]:
            headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        if isinstance(content, bytes):
            return Response(content, media_type=kind, headers=headers)
        try:
            stream = await loop.run_in_executor(self._threads, content.open)
        except Exception:
            # It is gone, or no file any more, since the client was made: the next look tells why.
            return _nothing()
        headers["Content-Length"] = str(content.size)
        return StreamingResponse(self._pieces(content, stream), media_type=kind, headers=headers)

    async def _pieces(self, content: FileCopy, stream: Any) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        left = content.size
        with stream:
            while left and not self._hub.is_closed:
                piece = await loop.run_in_executor(self._threads, stream.read, min(left, _PIECE_BYTES))
                if not piece:
                    return
                left -= len(piece)
                yield piece

    # --- word of changes

    def _events(self, request: Request, has_lines: bool) -> Response:
        asked = request.query_params
        slug, address = asked.get("client", ""), asked.get("address", "")
        of_team = asked.get("view") == "team"
        return StreamingResponse(
            self._stream(slug, address, has_lines, of_team=of_team), media_type="text/event-stream"
        )

    async def _stream(self, slug: str, address: str, has_lines: bool, *, of_team: bool) -> AsyncIterator[str]:
        self._workshop.opened(slug, +1)
        told = None
        try:
            while not self._hub.is_closed:
                number = self._hub.number
                state = self._state(slug, address, has_lines, of_team=of_team)
                if state != told:
                    told = state
                    yield f"data: {json.dumps(state)}\n\n"
                if not slug:
                    # The index changes with every client that is made.
                    await asyncio.sleep(0.2)
                if not await self._hub.wait(number, PING_SECONDS):
                    yield ": still here\n\n"
        finally:
            self._workshop.opened(slug, -1)

    def _state(self, slug: str, address: str, has_lines: bool, *, of_team: bool) -> dict[str, Any]:
        """Return what an open page has to know: which build it should show, and what is in the way of a newer one."""
        if not slug:
            return {"build": self._index_build(), "notices": []}
        standing = self._workshop.standing(slug)
        if standing is None:
            return {"build": f"{self._life}-gone", "notices": []}
        return {
            "build": self._build(standing),
            "notices": self._notices(standing, f"{of_team}{address or 'index.html'}", has_lines),
        }

    def _build(self, standing: Standing) -> str:
        return f"{self._life}-{standing.build}"

    def _index_build(self) -> str:
        workshop = self._workshop
        return (
            f"{self._life}-{workshop.builds}-{len(workshop.trouble)}-{len(workshop.remarks)}-{workshop.opens}"
        )

    def _notices(self, standing: Standing, key: str, has_lines: bool) -> list[dict[str, Any]]:
        fault = self._faults.get((standing.slug, key))
        notices = (*self._workshop.trouble, *standing.notices, *((fault,) if fault else ()))
        return [as_data(notice, has_lines=has_lines) for notice in notices]

    # --- the preview's own pages

    def _index(self, has_lines: bool) -> Response:
        workshop = self._workshop
        standings = [standing for slug in workshop.slugs() if (standing := workshop.standing(slug))]
        notices = [as_data(one, has_lines=has_lines) for one in (*workshop.trouble, *workshop.remarks)]
        page = render_index(standings, notices, shows_team=self._shows_team, has_lines=has_lines)
        facts = {"client": "", "view": "client", "address": "", "build": self._index_build()}
        return _html(*dress(page, facts))

    async def _components(self, rest: str, slash: str) -> Response:
        if not slash:
            return RedirectResponse("/_components/", status_code=307)
        standing = await self._first_good()
        if standing is None or standing.site is None:
            return _nothing()
        site = standing.site
        files = styles_and_script(site)
        if rest in files:
            return Response(files[rest], media_type=TYPES[rest.rpartition(".")[2]])
        if rest:
            return _nothing()
        loop = asyncio.get_running_loop()
        page = await loop.run_in_executor(self._threads, render_components, site)
        facts = {"client": standing.slug, "view": "client", "address": "", "build": self._build(standing)}
        return _html(*dress(page, facts))

    async def _first_good(self) -> Standing | None:
        for slug in self._workshop.slugs():
            standing = await self._standing(slug)
            if standing and standing.site:
                return standing
        return None


def _name(site: Site, of_team: bool) -> str:
    return site.portal.client.name if of_team else ""


def _html(page: bytes, policy: str, status: int = 200) -> Response:
    headers = {"Content-Security-Policy": policy}
    return Response(page, status, headers=headers, media_type="text/html; charset=utf-8")


def _text(text: str, status: int) -> Response:
    return Response(f"{text}\n", status, media_type="text/plain; charset=utf-8")


def _nothing() -> Response:
    return _text("There is nothing at this address.", 404)


def _static(name: str) -> Response:
    if name not in ("page.js", "page.css", "overlay.css", "index.css"):
        return _nothing()
    data = (files("portalgen.preview") / "static" / name).read_bytes()
    return Response(data, media_type=TYPES[name.rpartition(".")[2]])


def _is_this_machine(request: Request) -> bool:
    return request.client is not None and is_loopback(request.client.host)
