"""Who is answered: this machine's own browser windows, and only when they ask for its own names."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from portalgen.pipeline import Job
from portalgen.preview.guard import is_loopback, refusal
from portalgen.preview.standing import Teller
from portalgen.serve import Order, address_of, open_socket, serve
from tests.preview.served import small

OWN = {"host": "127.0.0.1:8000"}


def answer(headers: dict[str, str], *, method: str = "GET", host: str = "127.0.0.1", port: int = 8000) -> int:
    refused = refusal(method, headers, host=host, port=port)
    return refused[0] if refused else 200


@pytest.mark.parametrize("name", ["127.0.0.1:8000", "localhost:8000", "LOCALHOST:8000", "[::1]:8000"])
def test_the_machine_s_own_names_are_answered(name: str) -> None:
    assert answer({"host": name}) == 200


@pytest.mark.parametrize(
    "name",
    [
        "evil.example", "evil.example:8000", "localhost.evil.example:8000", "127.0.0.1.evil.example:8000", "localhost",
        "localhost:8001", "", ":8000", "192.168.1.5:8000", "localhost:8000@evil.example:8000", "evil@localhost:8000",
        "localhost:8000/x", "localhost:x", "[::1", "[::1]:99999", "0.0.0.0:8000",
    ],
)  # fmt: skip
def test_98_any_other_name_is_refused(name: str) -> None:
    assert answer({"host": name}) == 403


def test_98_a_request_without_a_host_is_refused() -> None:
    assert answer({}) == 403


def test_a_server_that_is_open_to_others_answers_to_addresses_and_to_its_name_but_to_no_other_name() -> None:
    for name, status in (
        ("192.168.1.5:8000", 200), ("[fe80::1]:8000", 200), ("localhost:8000", 200), ("evil.example:8000", 403),
    ):  # fmt: skip
        assert answer({"host": name}, host="0.0.0.0") == status
    assert answer({"host": "builder:8000"}, host="builder") == 200


def test_port_80_need_not_be_named() -> None:
    assert answer({"host": "localhost"}, port=80) == 200


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "https://127.0.0.1:8000",
        "http://127.0.0.1:8001",
        "http://localhost:8000",
    ],
)
def test_100_a_page_of_another_origin_is_refused(origin: str) -> None:
    assert answer({**OWN, "origin": origin}) == 403


def test_100_a_page_of_ours_is_answered() -> None:
    assert answer({**OWN, "origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}) == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_100_a_page_elsewhere_loads_no_script_picture_or_frame_of_ours(site: str) -> None:
    for mode, kind in (
        ("no-cors", "script"),
        ("no-cors", "image"),
        ("navigate", "iframe"),
        ("cors", "empty"),
    ):
        assert answer({**OWN, "sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": kind}) == 403


def test_a_link_to_the_preview_can_be_followed() -> None:
    followed = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert answer({**OWN, **followed}) == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"])
def test_100_nothing_but_reading_is_answered(method: str) -> None:
    assert answer(OWN, method=method) == 405


def test_only_this_machine_is_loopback() -> None:
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "127.9.9.9", "::1")))
    assert not any(
        map(is_loopback, ("0.0.0.0", "::", "192.168.1.5", "evil.example", "localhost.evil.example", ""))
    )


def test_the_next_port_that_is_free_is_taken() -> None:
    first = open_socket("127.0.0.1", 0)
    port = first.getsockname()[1]
    second = open_socket("127.0.0.1", port)
    assert port < second.getsockname()[1] < port + 20
    first.close()
    second.close()


def test_the_address_that_is_said_can_be_typed() -> None:
    assert address_of("127.0.0.1", 8000) == "http://127.0.0.1:8000/"
    assert address_of("0.0.0.0", 80) == "http://127.0.0.1:80/"
    assert address_of("::", 8000) == "http://[::1]:8000/"
    assert address_of("::1", 8000) == "http://[::1]:8000/"


def test_101_the_team_s_view_is_never_served_to_others(tmp_path: Path) -> None:
    job = Job(source=small(tmp_path), output=tmp_path, now=datetime(2026, 11, 23, tzinfo=UTC))
    with pytest.raises(ValueError, match="this machine alone"):
        serve(
            Order(job=job, host="0.0.0.0", shows_team=True),
            clock=lambda: job.now,
            tell=Teller(made=lambda *_: None, lack=lambda _: None, fault=lambda _: None),
            ready=lambda _: None,
        )
