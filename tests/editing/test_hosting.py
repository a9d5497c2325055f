"""nginx and Caddy, the real ones, with the configuration that portalgen makes: client A's password opens A and not B."""

from __future__ import annotations

import base64
import http.client
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from editing.tools import program
from sites import build_at, write_tree

from portalgen import cli
from portalgen.hosting import HostedSite, HostingError, Server, caddy, nginx, site_at

SECONDS = 20
PASSWORDS = {"alder": "alder's secret", "birch": "birch's secret"}
# What `caddy hash-password` makes of them, at the least cost: its own takes a second for each wrong password.
BCRYPT = {
    "alder": "$2b$04$abcdefghijklmnopqrstuu564Bt73sH33cTXO50utQ2TyaMnKV.Ca",
    "birch": "$2b$04$abcdefghijklmnopqrstuuFDWJDk7Rz0H/YpHnA6AR7iQji2eukdS",
}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two clients and their sites; one of them says where it stands."""
    folder = tmp_path_factory.mktemp("hosted")
    os.chmod(folder, 0o755)
    write_tree(
        folder,
        {
            "content/alder/client.yaml": "name: Alder Clinic\n",
            "content/alder/milestones.yaml": "- {id: MS-1, title: Opening, baseline: 2026-12-01}\n",
            "content/alder/reports.yaml": "- {id: R-1, title: On track, date: 2026-11-20, health: on_track}\n",
            "content/birch/client.yaml": "name: Birch Bank\nurl: https://bank.example/\n",
        },
    )
    assert build_at(folder, folder / "public").sites == 2
    return folder


class Host:
    """A server that is asked by name."""

    def __init__(self, port: int, name_of: dict[str, str]) -> None:
        self._port = port
        self._name_of = name_of

    def get(
        self, client: str, path: str, password: str = "", *, method: str = "GET"
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of what the host of `client` says; `client` may be any name."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=SECONDS)
        headers = {"Host": self._name_of.get(client, client)}
        if password:
            headers["Authorization"] = "Basic " + base64.b64encode(f"lena:{password}".encode()).decode()
        connection.putrequest(method, path, skip_host=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def started(command: list[str], port: int, log: Path, environment: dict[str, str]) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, **environment})
        try:
            until = time.monotonic() + SECONDS
            while time.monotonic() < until:
                assert process.poll() is None, log.read_text(encoding="utf-8")
                with socket.socket() as knock:
                    if knock.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(SECONDS)


def configuration(
    portal: Path, server: str, port: int, work: Path, capsys: pytest.CaptureFixture[str]
) -> str:
    capsys.readouterr()
    arguments = ["--domain", "portals.example", "--listen", f"127.0.0.1:{port}"]
    arguments += ["--root", str(portal / "public"), "--passwords", str(work), "--source", str(portal)]
    assert cli.run(["hosting", server, *arguments]) == 0
    return capsys.readouterr().out


@pytest.fixture(params=["nginx", "caddy"])
def host(
    request: pytest.FixtureRequest, portal: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[Host]:
    """Each of the two servers, with the generated configuration."""
    port = free_port()
    server = program(request.param)
    os.chmod(tmp_path, 0o755)
    made = configuration(portal, request.param, port, tmp_path, capsys)
    name_of = {"alder": "alder.portals.example", "birch": "bank.example"}
    environment = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    if request.param == "nginx":
        openssl = program("openssl")
        for client, password in PASSWORDS.items():
            told = subprocess.run(
                [openssl, "passwd", "-6", password], capture_output=True, text=True, check=True
            ).stdout
            (tmp_path / f"{client}.users").write_text(f"lena:{told}", encoding="utf-8")
        (tmp_path / "portals.conf").write_text(made, encoding="utf-8")
        user = "user root;\n" if os.geteuid() == 0 else ""
        (tmp_path / "nginx.conf").write_text(
            f"{user}daemon off;\npid {tmp_path}/pid;\nerror_log stderr;\nevents {{ }}\nhttp {{\n"
            f"access_log off;\ninclude /etc/nginx/mime.types;\nclient_body_temp_path {tmp_path}/b;\nproxy_temp_path {tmp_path}/p;\n"
            f"fastcgi_temp_path {tmp_path}/f;\nuwsgi_temp_path {tmp_path}/u;\nscgi_temp_path {tmp_path}/s;\n"
            f"include {tmp_path}/portals.conf;\n}}\n",
            encoding="utf-8",
        )
        command = [server, "-e", "stderr", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    else:
        for client, told in BCRYPT.items():
            (tmp_path / f"{client}.caddy").write_text(f"lena {told}\n", encoding="utf-8")
        (tmp_path / "Caddyfile").write_text("{\n\tadmin off\n}\n" + made, encoding="utf-8")
        command = [server, "run", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile")]
    with started(command, port, tmp_path / "log", environment):
        yield Host(port, name_of)


pytestmark = pytest.mark.slow


def test_the_password_of_a_client_opens_its_site_and_no_other(host: Host) -> None:
    for client, other, name in (("alder", "birch", b"Alder Clinic"), ("birch", "alder", b"Birch Bank")):
        status, headers, body = host.get(client, "/", PASSWORDS[client])
        assert (status, headers["content-type"].lower()) == (200, "text/html; charset=utf-8")
        assert name in body
        for path in (
            "/",
            "/index.html",
            "/data.json",
            "/assets/portal.css",
            "/404.html",
            "/nothing",
            "/_headers",
        ):
            assert host.get(client, path)[0] == 401
            assert host.get(client, path, PASSWORDS[other])[0] == 401
            assert host.get(client, path, "wrong")[0] == 401


def test_every_answer_has_the_headers_that_the_site_asks_for(host: Host, portal: Path) -> None:
    asked = re.findall(
        r"^  ([\w-]+): (.+)$", (portal / "public/alder/_headers").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(asked) >= 4
    for path in ("/", "/data.json", "/milestones/MS-1.html", "/nothing-here"):
        _, headers, _ = host.get("alder", path, PASSWORDS["alder"])
        for name, value in asked:
            assert headers[name.lower()] == value, path
        assert headers["cache-control"] == "private, no-cache"
    assert "frame-ancestors 'none'" in dict(asked)["Content-Security-Policy"]


def test_a_page_that_is_not_there_is_told_of_in_the_sites_own_words(host: Host) -> None:
    status, headers, body = host.get("alder", "/no/such/page.html", PASSWORDS["alder"])
    assert (status, headers["content-type"].lower()) == (404, "text/html; charset=utf-8")
    assert b"No such page" in body


def test_without_a_password_a_client_and_a_name_that_is_none_answer_alike(host: Host) -> None:
    def told(name: str) -> tuple[int, str, bytes]:
        status, headers, body = host.get(name, "/")
        assert headers.get("server", "nginx") == "nginx"
        return status, headers["www-authenticate"].lower().replace(', charset="utf-8"', ""), body

    assert told("alder") == told("birch") == told("nobody.portals.example") == told("127.0.0.1")
    assert host.get("nobody.portals.example", "/", PASSWORDS["alder"])[0] == 401


def test_no_way_leads_out_of_the_sites_folder(host: Host) -> None:
    for path in (
        "/../birch/index.html",
        "/..%2fbirch/index.html",
        "/assets/..%2f..%2fbirch/data.json",
        "/.portalgen/",
        "//birch/index.html",
    ):
        status, _, body = host.get("alder", path, PASSWORDS["alder"])
        assert status in (400, 404), path
        assert b"Birch" not in body
    assert host.get("alder", "/_headers", PASSWORDS["alder"])[0] == 404
    assert host.get("alder", "/", PASSWORDS["alder"], method="POST")[0] in (405, 403)


def test_calendar_and_feed_have_their_types(host: Host) -> None:
    assert host.get("alder", "/calendar.ics", PASSWORDS["alder"])[1]["content-type"].startswith(
        "text/calendar"
    )
    assert host.get("alder", "/feed.xml", PASSWORDS["alder"])[1]["content-type"].startswith(
        "application/atom+xml"
    )


HEADERS = "/*\n  X-Robots-Tag: noindex\n"


def test_a_site_stands_at_its_url_or_at_its_name_below_the_domain() -> None:
    assert site_at("alder", "", "portals.example", HEADERS).host == "alder.portals.example"
    assert site_at("alder", "https://Alder.example/", "portals.example", HEADERS).host == "alder.example"


@pytest.mark.parametrize(
    ("url", "domain", "headers", "said"),
    [
        ("", "", HEADERS, "has no 'url'"),
        ("https://portal.example/alder/", "", HEADERS, "a host name of its own"),
        ("", "portals.example", "", "run portalgen build first"),
        ("", "a b", HEADERS, "no host name"),
        ("", "x;}", HEADERS, "no host name"),
    ],
)
def test_what_cannot_be_served_is_refused(url: str, domain: str, headers: str, said: str) -> None:
    with pytest.raises(HostingError, match=said):
        site_at("alder", url, domain, headers)


def test_two_clients_at_one_name_are_refused() -> None:
    sites = [
        HostedSite(slug=slug, host="portal.example", headers=(("A", "b"),)) for slug in ("alder", "birch")
    ]
    for make in (nginx, caddy):
        with pytest.raises(HostingError, match="alder and birch would both stand at portal.example"):
            make(sites, Server())


def test_with_tls_plain_http_leads_there_and_the_certificate_is_named(tmp_path: Path) -> None:
    sites = [HostedSite(slug="alder", host="alder.example", headers=(("A", "b"),))]
    text = nginx(sites, Server(certificate="/c/{client}.pem", key="/c/{host}.key"))
    assert "return 301 https://$host$request_uri;" in text
    assert 'ssl_certificate "/c/alder.pem";\n    ssl_certificate_key "/c/alder.example.key";' in text
    assert "https://alder.example {" in caddy(sites, Server())


def test_a_sentence_says_who_can_read_what(portal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for server in ("nginx", "caddy"):
        assert cli.run(["hosting", server, "--domain", "p.example", "--source", str(portal)]) == 0
        said = capsys.readouterr().out
        assert "Who can read what" in said
        assert "/etc/portals/<client>" in said
