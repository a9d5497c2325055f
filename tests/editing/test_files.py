"""A file that the program writes is the old one or the new one, whatever it stands on."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from portalgen.editing.files import replace_file


def test_what_a_link_leads_to_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "link.pdf").symlink_to("below/report.pdf")
    replace_file(tmp_path / "link.pdf", b"new")
    assert (tmp_path / "link.pdf").is_symlink()
    assert (tmp_path / "below/report.pdf").read_bytes() == b"new"
    assert os.listdir(tmp_path / "below") == ["report.pdf"]


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["cat", tmp_path / "pipe"], stdout=subprocess.PIPE) as reader:
        replace_file(tmp_path / "pipe", b"new")
        assert reader.communicate()[0] == b"new"
    assert (tmp_path / "pipe").is_fifo()


def test_a_file_keeps_who_may_read_it(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").touch(0o640)
    replace_file(tmp_path / "report.pdf", b"new")
    assert (tmp_path / "report.pdf").stat().st_mode & 0o777 == 0o640
