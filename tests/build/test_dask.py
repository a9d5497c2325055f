"""A real scheduler and two workers make the same bytes as this machine alone, also when one of them is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from build.some_clients import write_clients
from click.testing import CliRunner
from sites import DAY, build_at, tree_of

from portalgen.cli import portalgen
from portalgen.pipeline import Job, Outcome, build

pytest.importorskip("distributed")

CLIENTS = int(os.environ.get("PORTALGEN_DASK_CLIENTS", "24"))


@dataclass(frozen=True, slots=True)
class Cluster:
    address: str
    workers: list[subprocess.Popen[bytes]]


@contextmanager
def _cluster(folder: Path) -> Iterator[Cluster]:
    """Run a scheduler and two workers on loopback, each a process of its own."""
    from distributed import Client

    about = folder / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    common = ["--scheduler-file", str(about), "--no-dashboard"]
    scheduler = subprocess.Popen(
        [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", *common], cwd=folder, **quiet
    )
    more = ["--nthreads", "1", "--no-nanny", "--host", "127.0.0.1", "--local-directory", str(folder)]
    workers = [subprocess.Popen([*dask, "worker", *more, *common], cwd=folder, **quiet) for _ in range(2)]
    try:
        while not about.exists():
            assert scheduler.poll() is None
        with Client(scheduler_file=str(about), timeout=60) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(2, timeout=60)
            yield Cluster(client.scheduler.address, workers)
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def _build(source: Path, output: Path, cluster: Cluster, *, kills: bool = False) -> Outcome:
    def progress(_slug: str, done: int, _all: int) -> None:
        if kills and done == 1:
            cluster.workers[0].send_signal(signal.SIGKILL)

    now = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)
    job = Job(source=source, output=output, as_of=DAY, now=now, scheduler=cluster.address, progress=progress)
    return build(job)


def _sites(output: Path) -> dict[str, bytes]:
    return {name: data for name, data in tree_of(output).items() if not name.startswith(".portalgen/")}


@pytest.mark.slow
def test_workers_make_the_same_bytes_and_a_lost_worker_loses_no_site(tmp_path: Path) -> None:
    source = write_clients(tmp_path / "source", CLIENTS)
    build_at(source, tmp_path / "here")
    with _cluster(tmp_path) as cluster:
        outcome = _build(source, tmp_path / "there" / "public", cluster)
        assert (outcome.status, outcome.sites) == (0, CLIENTS)
        assert _sites(tmp_path / "there" / "public") == _sites(tmp_path / "here")

        outcome = _build(source, tmp_path / "lost" / "public", cluster, kills=True)
        assert cluster.workers[0].wait() == -signal.SIGKILL
        assert (outcome.status, outcome.sites) == (0, CLIENTS)
        assert _sites(tmp_path / "lost" / "public") == _sites(tmp_path / "here")


def test_a_scheduler_that_is_not_there_ends_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portalgen.build.dask._WAIT_SECONDS", 1)
    source = write_clients(tmp_path, 1)
    arguments = ["build", "--source", str(source), "--executor", "dask", "--scheduler", "tcp://127.0.0.1:9"]
    result = CliRunner().invoke(portalgen, arguments, standalone_mode=False)
    assert (result.return_value, "no Dask scheduler" in result.stderr) == (2, True)


def test_dask_and_the_address_of_its_scheduler_go_together() -> None:
    result = CliRunner().invoke(portalgen, ["build", "--executor", "dask"])
    assert (result.exit_code, "go together" in result.stderr) == (2, True)
