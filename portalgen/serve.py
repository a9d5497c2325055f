"""Serve the preview until Ctrl-C: the workshop makes sites, the app shows them, this puts them together."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable
from datetime import datetime
from types import FrameType

import uvicorn
from msgspec import Struct

from portalgen.pipeline import Job
from portalgen.preview.app import App
from portalgen.preview.guard import is_loopback
from portalgen.preview.hub import Hub
from portalgen.preview.standing import Teller
from portalgen.preview.workshop import Workshop

PORTS = 20
"""So many ports are tried, one after the other."""


class Order(Struct, frozen=True, kw_only=True):
    """What is to be served, and to whom."""

    job: Job
    host: str = "127.0.0.1"
    port: int = 8000
    """0: any that is free."""
    shows_team: bool = False
    """Whether the team's own view is served beside each client's; to this machine alone."""


class Ready(Struct, frozen=True, kw_only=True):
    """What is served where."""

    address: str
    """`http://127.0.0.1:8000/`."""
    port: int
    clients: tuple[str, ...]


class NoPort(Exception):
    """No port is free; the message names those that were tried."""


def serve(
    order: Order, *, clock: Callable[[], datetime], tell: Teller, ready: Callable[[Ready], None]
) -> None:
    """Serve until SIGINT or SIGTERM, which are raised again once all is ended; `ready` is called when pages can be had.

    Raises NoContent, SettingsError, NoPort and OSError before it begins.
    """
    if order.shows_team and not is_loopback(order.host):
        raise ValueError("the team's own view is for this machine alone")
    hub = Hub()
    workshop = Workshop(order.job, clock, tell, shows_team=order.shows_team, changed=hub.news)
    listener = open_socket(order.host, order.port)
    port: int = listener.getsockname()[1]
    app = App(workshop, hub, host=order.host, port=port, shows_team=order.shows_team)
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", ws="none", http="h11", loop="asyncio",
        server_header=False, timeout_graceful_shutdown=1,
    )  # fmt: skip

    def begin() -> None:
        workshop.start()
        ready(Ready(address=address_of(order.host, port), port=port, clients=workshop.slugs()))

    try:
        _Server(config, hub, begin).run(sockets=[listener])
    finally:
        hub.close()
        workshop.stop()
        app.close()
        listener.close()


def open_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens at `host`, on `port` or the next one that is free."""
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    for tried in range(port, port + (PORTS if port else 1)):
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            # Without it a port stays taken for a minute after each end.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, tried))
            listener.listen(100)
        except OSError as error:
            listener.close()
            if error.errno != errno.EADDRINUSE:
                raise
        else:
            return listener
    raise NoPort(f"the ports {port} to {port + PORTS - 1} are all taken: name another with --port")


def address_of(host: str, port: int) -> str:
    """Return what to type into a browser."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"


class _Server(uvicorn.Server):
    """Ends the pages' streams as soon as it is told to end: it would wait for them for ever."""

    def __init__(self, config: uvicorn.Config, hub: Hub, begin: Callable[[], None]) -> None:
        super().__init__(config)
        self._hub, self._begin = hub, begin

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._hub.join()
        threading.Thread(target=self._begin, name="begin", daemon=True).start()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._hub.close()
        super().handle_exit(sig, frame)
