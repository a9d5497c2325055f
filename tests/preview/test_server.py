"""The preview as a browser and a stranger meet it: a real server on this machine, asked over a socket."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sites import DAY, REPOSITORY, build_at, tree_of

from portalgen.cli import run
from portalgen.preview.app import App
from portalgen.preview.hub import Hub
from portalgen.preview.workshop import Workshop
from portalgen.site.render import POLICY
from tests.preview.served import NOTE, NOTE_PAGE, Preview, note, serving, small, until, working

OUR_HEAD = re.compile(
    rb'<link rel="stylesheet" href="/_preview/page.css">\n<script src="/_preview/page.js" defer[^>]*></script>\n'
)


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    source = small(tmp_path_factory.mktemp("served"))
    (source / "content/harbour/plan.txt").write_text("The plan.\n")
    (source / "content/harbour/documents.yaml").write_text(
        "- id: DOC-1\n  title: The plan\n  file: plan.txt\n"
    )
    (tmp_path_factory.getbasetemp() / "secret.txt").write_text("CANARYSECRET")
    with serving(source) as running:
        yield running


def listeners(process: int) -> set[str]:
    """Return the addresses at which a process listens, as /proc has them."""
    sockets = set()
    for link in Path(f"/proc/{process}/fd").iterdir():
        try:
            sockets.add(str(link.readlink()))
        except OSError:
            continue
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{process}/net/{table}").read_text().splitlines()[1:]:
            parts = line.split()
            if parts[3] == "0A" and f"socket:[{parts[9]}]" in sockets:
                found.add(parts[1].split(":")[0])
    return found


def test_97_it_listens_to_this_machine_alone(preview: Preview) -> None:
    assert listeners(preview.process.pid) == {"0100007F"}


def test_97_to_be_open_to_others_has_to_be_asked_for_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "--host", "0.0.0.0"]) == 2
    said = capsys.readouterr().err
    assert "without a password" in " ".join(said.split())
    assert "--let-others-read" in said


def test_97_being_open_to_others_is_said_loudly(tmp_path: Path) -> None:
    with serving(small(tmp_path), "--host", "0.0.0.0", "--let-others-read") as running:
        assert running.said("WARNING: whoever reaches this machine over the network")
        assert running.get("/harbour/").status == 200
        assert running.get("/harbour/", host="evil.example").status == 403


def test_97_source_lines_are_shown_to_this_machine_alone(tmp_path: Path) -> None:
    source = small(tmp_path)
    (source / "content/orchard/risks.yaml").write_text("- id: RSK-1\n  titel: CANARYLINE\n")
    with working(source) as (workshop, _):
        here, elsewhere = (asked(workshop, "/orchard/", of) for of in ("127.0.0.1", "192.168.1.5"))
    assert "CANARYLINE" in here
    assert "content/orchard/risks.yaml" in elsewhere
    assert "CANARYLINE" not in elsewhere


def asked(workshop: Workshop, path: str, of: str) -> str:
    """Return what the application answers to somebody at an address."""
    sent: list[bytes] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message.get("body", b""))

    async def ask() -> None:
        hub = Hub()
        hub.join()
        app = App(workshop, hub, host="0.0.0.0", port=8000, shows_team=False)
        headers = [(b"host", b"127.0.0.1:8000")]
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": b"",
            "headers": headers,
            "client": (of, 5),
        }
        await app(scope, receive, send)
        app.close()

    # In a thread of its own: this one has a loop already where a browser was driven in it before.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, ask()).result()
    return b"".join(sent).decode()


def test_101_the_team_s_view_is_refused_to_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "--host", "0.0.0.0", "--let-others-read", "--internal"]) == 2
    assert "for this machine alone" in capsys.readouterr().err


def test_98_another_name_gets_nothing(preview: Preview) -> None:
    for path in ("/", NOTE_PAGE, "/_preview/events", "/nothing"):
        answer = preview.get(path, host="evil.example")
        assert answer.status == 403
        assert b"Harbour" not in answer.body


@pytest.mark.parametrize(
    "path",
    [
        "/../", "/..", "/harbour/..", "/harbour/../", "/harbour/../orchard/index.html", "/harbour/../../secret.txt",
        "/%2e%2e/secret.txt", "/harbour/%2e%2e/%2e%2e/secret.txt", "/harbour/..%2f..%2fsecret.txt", "/..%2fsecret.txt",
        "//etc/passwd", "//etc", "/etc/passwd", "/harbour//etc/passwd", "/%5c..%5csecret.txt", "/harbour\\..\\secret.txt",
        "/%00", "/harbour/%00", "/harbour/index.html%00", "/harbour/index.html%00.css", "/harbour/%c0%ae%c0%ae/secret.txt",
        "/%ff%fe", "/harbour/%ed%a0%80", "/.git/config", "/harbour/.git/HEAD", "/content/harbour/client.yaml",
        "/harbour/client.yaml", "/harbour/risks.yaml", "/portalgen.yaml", "/" + "a" * 20_000, "/harbour/" + "a/" * 5_000,
        "/_preview/../page.js", "/_preview/..%2fapp.py", "/_preview/app.py", "/_preview/", "/_preview", "/_internal/harbour/",
        "/_components/../app.py", "/_components/x", "/harbour/index.html/", "/HARBOUR/", "/_shared/people.yaml", "/?/../",
        "http://evil.example/", "/harbour/%0d%0aX-Evil:%20yes",
    ],
)  # fmt: skip
def test_99_no_path_leads_out_of_the_site_and_none_is_a_fault(preview: Preview, path: str) -> None:
    with socket.create_connection(("127.0.0.1", preview.port), timeout=30) as connection:
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{preview.port}\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode("latin-1"))
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    status = int(answer.split()[1])
    # What is no HTTP at all, such as an address of 64 kB or a line with a NUL in it, is refused before it is read.
    assert status == 404 or (path.startswith("/?") and status == 200), answer[:200]
    assert b"CANARYSECRET" not in answer
    assert b"root:" not in answer
    assert b"X-Evil" not in answer.split(b"\r\n\r\n")[0]


def test_99_what_is_no_http_is_refused_and_the_server_goes_on(preview: Preview) -> None:
    for raw in (b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n", b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", preview.port), timeout=30) as connection:
            try:
                connection.sendall(raw)
                answer = connection.recv(65536)
            except OSError:
                continue
        assert not answer or int(answer.split()[1]) < 500
    assert preview.get("/harbour/").status == 200


def test_100_every_answer_is_for_this_page_alone(preview: Preview) -> None:
    paths = (
        "/",
        "/harbour/",
        NOTE_PAGE,
        "/harbour/assets/portal.css",
        "/harbour/nothing",
        "/nothing",
        "/_preview/page.js",
    )
    for path in paths:
        answer = preview.get(path, origin=preview.address)
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "server" not in answer.headers


def test_100_only_reading_is_answered(preview: Preview) -> None:
    answer = preview.get("/harbour/", method="POST")
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD"
    head = preview.get("/harbour/", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["content-length"]) == len(preview.get("/harbour/").body)


def test_100_word_of_changes_is_for_pages_of_ours(preview: Preview) -> None:
    assert preview.get("/_preview/events?client=harbour", origin="http://evil.example").status == 403


def test_every_page_is_the_one_that_build_writes_but_for_what_makes_it_live(
    preview: Preview, tmp_path: Path
) -> None:
    build_at(preview.source, tmp_path / "public", history=False)
    written = tree_of(tmp_path / "public" / "harbour")
    assert len(written) > 10
    for address, content in written.items():
        answer = preview.get(f"/harbour/{quote(address)}")
        assert answer.status == 200
        if not address.endswith(".html"):
            assert answer.body == content, address
            continue
        assert OUR_HEAD.search(answer.body), address
        plain = OUR_HEAD.sub(b"", answer.body)
        without_policy = re.compile(rb'(http-equiv="Content-Security-Policy" content=")[^"]*')
        assert without_policy.sub(rb"\1", plain) == without_policy.sub(rb"\1", content), address


def test_what_is_built_holds_nothing_of_the_preview(preview: Preview, tmp_path: Path) -> None:
    build_at(preview.source, tmp_path / "public", history=False)
    for content in tree_of(tmp_path / "public").values():
        assert b"_preview" not in content
        assert b"portalgen-internal" not in content
        assert b"portalgen-audience" not in content


def test_a_page_s_policy_is_relaxed_by_word_of_changes_alone(preview: Preview) -> None:
    policy = preview.get(NOTE_PAGE).headers["content-security-policy"]
    assert policy == f"{POLICY}; connect-src 'self'; frame-ancestors 'none'"


def test_107_a_page_that_is_gone_is_not_found_at_once(tmp_path: Path) -> None:
    source = small(tmp_path)
    with serving(source) as running:
        assert running.get(NOTE_PAGE).status == 200
        (source / NOTE).unlink()
        until(lambda: running.get(NOTE_PAGE).status == 404)
        assert running.get("/orchard/").status == 200
        (source / "content/orchard/client.yaml").unlink()
        (source / "content/orchard/lessons.yaml").unlink()
        (source / "content/orchard").rmdir()
        until(lambda: running.get("/orchard/").status == 404)
        assert "Orchard" not in running.get("/").text


def test_102_after_a_broken_save_the_old_page_is_served_and_the_terminal_says_why(tmp_path: Path) -> None:
    source = small(tmp_path)
    with serving(source) as running:
        good = until(lambda: running.get(NOTE_PAGE))
        (source / NOTE).write_text("---\nid: M-1\ntitel: Kick-off\n---\nWe began anew.\n")
        until(lambda: running.said(f"{NOTE}:3:1: error: 'titel' is no field of a meeting"))
        assert running.get(NOTE_PAGE).body == good.body
        assert running.said("harbour: has errors, and its last good pages stay")
        (source / NOTE).write_text(note("We began anew."))
        until(lambda: running.shows("We began anew."))
        until(lambda: running.said("harbour: is well again"))


def test_a_client_that_never_had_a_good_page_shows_what_to_mend_and_then_the_page(tmp_path: Path) -> None:
    source = small(tmp_path)
    client = source / "content/harbour/client.yaml"
    client.write_text("nmae: Harbour Museum\n")
    with serving(source) as running:
        answer = running.get("/harbour/")
        assert answer.status == 503
        assert "content/harbour/client.yaml:1:1" in answer.text
        assert "nmae: Harbour Museum" in answer.text
        assert running.get("/orchard/").status == 200
        client.write_text("name: Harbour Museum\n")
        until(lambda: running.get("/harbour/").status == 200)


def test_settings_with_a_fault_leave_all_pages_as_they_were(tmp_path: Path) -> None:
    source = small(tmp_path)
    with serving(source) as running:
        until(lambda: running.get("/harbour/").status == 200)
        (source / "portalgen.yaml").write_text("visibilty: {}\n")
        until(lambda: "visibilty" in running.get("/").text)
        assert running.get(NOTE_PAGE).status == 200
        (source / "portalgen.yaml").write_text("visibility: {meetings: internal}\n")
        until(lambda: running.get(NOTE_PAGE).status == 404)
        assert "visibilty" not in running.get("/").text


def test_a_taken_port_is_passed_over_and_that_is_said(tmp_path: Path) -> None:
    source = small(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with serving(source, "--port", str(port)) as running:
            assert running.port > port
            assert running.said(f"Port {port} is taken: {running.port} is used.")


def test_only_the_clients_that_were_asked_for_are_served(tmp_path: Path) -> None:
    with serving(small(tmp_path), "--client", "orchard") as running:
        assert running.get("/orchard/").status == 200
        assert running.get("/harbour/").status == 404
        assert "Harbour" not in running.get("/").text


def test_a_client_that_is_not_there_is_refused_before_anything_is_served(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["serve", "--source", str(small(tmp_path)), "--client", "orchrad"]) == 2
    assert "did you mean 'orchard'?" in capsys.readouterr().err


def test_nothing_is_written(tmp_path: Path) -> None:
    source = small(tmp_path)
    before = tree_of(source)
    with serving(source) as running:
        until(lambda: running.get(NOTE_PAGE).status == 200)
    assert tree_of(source) == before


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_in_the_middle_of_a_stream(tmp_path: Path, number: int, status: int) -> None:
    with serving(small(tmp_path)) as running:
        streams = [socket.create_connection(("127.0.0.1", running.port), timeout=30) for _ in range(4)]
        for stream in streams:
            host = f"127.0.0.1:{running.port}"
            stream.sendall(f"GET /_preview/events?client=harbour HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert b"200 OK" in stream.recv(4096)
        began = time.monotonic()
        running.process.send_signal(number)
        assert running.process.wait(10) == status
        # A second, and what a busy machine may add to it.
        assert time.monotonic() - began < 3
        for stream in streams:
            stream.close()
        assert not running.said("Traceback")


def test_what_is_missing_is_said_in_a_sentence(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['uvicorn'] = None; from portalgen.cli import run; sys.exit(run(['serve']))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY, timeout=60
    )
    assert found.returncode == 2
    assert found.stderr == "portalgen: the preview needs some packages more: pip install 'portalgen[serve]'\n"


def test_every_component_s_example_is_shown_and_a_broken_one_says_where(tmp_path: Path) -> None:
    source = small(tmp_path)
    theme = source / "themes/ours"
    (theme / "templates/components/plate").mkdir(parents=True)
    (theme / "templates/components/crack").mkdir(parents=True)
    (theme / "theme.yaml").write_text("name: Ours\nextends: default\n")
    plate = theme / "templates/components/plate/example.html"
    plate.write_text('<p>{{ client.name }}</p><a href="scope.html">Scope</a>')
    (theme / "templates/components/crack/example.html").write_text("<p>\n{{ nothing.at.all }}</p>")
    with serving(source, "--theme", "ours", "--client", "harbour") as running:
        page = running.get("/_components/").text
        assert "<p>Harbour Museum</p>" in page
        assert 'href="/harbour/scope.html"' in page
        assert "themes/ours/templates/components/crack/example.html:2" in page
        plate.write_text("<p>Another plate</p>")
        until(lambda: running.shows("Another plate", "/_components/"))


def test_a_theme_s_fault_is_shown_over_the_last_good_page_with_its_line(tmp_path: Path) -> None:
    source = small(tmp_path)
    page = source / "themes/ours/templates/pages/meeting.html"
    page.parent.mkdir(parents=True)
    (source / "themes/ours/theme.yaml").write_text("name: Ours\nextends: default\n")
    good = (REPOSITORY / "themes/default/templates/pages/meeting.html").read_text()
    page.write_text(good)
    with serving(source, "--theme", "ours") as running:
        until(lambda: running.shows("We began."))
        page.write_text("{# one #}\n{{ nothing.at.all }}\n" + good)

        def state() -> str:
            with socket.create_connection(("127.0.0.1", running.port), timeout=30) as stream:
                path = "/_preview/events?client=harbour&address=meetings/M-1.html"
                stream.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\n\r\n".encode())
                text = b""
                while b"\n\n" not in text:
                    text += stream.recv(65536)
            return text.decode()

        until(lambda: running.get(NOTE_PAGE) and "themes/ours/templates/pages/meeting.html" in state())
        assert '"line": 2' in state()
        assert running.shows("We began.")
        page.write_text("{% block main %}\n{% endif %}\n")
        until(lambda: running.get(NOTE_PAGE) and "endif" in state())
        assert running.shows("We began.")
        page.write_text(good.replace("{% block", "<!-- mended -->{% block", 1))
        until(lambda: running.get(NOTE_PAGE) and '"notices": []' in state())


def test_a_large_file_is_sent_in_pieces_and_one_that_is_gone_is_not_found(preview: Preview) -> None:
    answer = preview.get("/harbour/files/DOC-1/plan.txt")
    assert (answer.status, answer.body) == (200, b"The plan.\n")
    assert answer.headers["content-length"] == "10"


def test_the_day_is_the_one_that_was_asked_for(preview: Preview) -> None:
    assert preview.said(f"as of {DAY}")
    assert "23 November 2026" in preview.get("/harbour/").text
