"""A status report as PDF: one sheet, tagged, with its fonts, the same bytes whenever and wherever it is made."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace

from portalgen.cli import run
from portalgen.portal.published import Portal
from portalgen.site import pdf
from portalgen.site.pdf import NoPdf, report_pdf
from portalgen.site.theme import load_theme
from tests.site import sample
from tests.sites import REPOSITORY


def why_not() -> str:
    """Return why no PDF can be made and looked at on this machine; empty where it can."""
    missing = [name for name in ("pdfinfo", "pdftotext", "pdffonts") if not shutil.which(name)]
    if missing:
        return f"{', '.join(missing)} not found: apt-get install poppler-utils"
    try:
        pdf._weasyprint()
    except NoPdf as error:
        return str(error)
    return ""


needs_pdf = pytest.mark.skipif(bool(why_not()) and "CI" not in os.environ, reason=why_not())


@cache
def paper_of(language: str) -> bytes:
    portal = {"en": sample.rich, "zh": sample.chinese, "ar": sample.arabic}[language]()
    return report_pdf(portal, load_theme(), portal.projects[0].lists.reports[0], lambda _: None)


def asked(program: str, data: bytes, folder: Path, *options: str) -> str:
    path = folder / "report.pdf"
    path.write_bytes(data)
    last = ["-"] if program == "pdftotext" else []
    return subprocess.run([program, *options, path, *last], capture_output=True, text=True, check=True).stdout


def facts_of(data: bytes, folder: Path) -> dict[str, str]:
    lines = asked("pdfinfo", data, folder).splitlines()
    return {line.partition(":")[0]: line.partition(":")[2].strip() for line in lines}


@needs_pdf
@pytest.mark.parametrize("language", ["en", "zh", "ar"])
def test_a_usual_report_is_one_tagged_sheet_of_a4(language: str, tmp_path: Path) -> None:
    facts = facts_of(paper_of(language), tmp_path)
    assert (facts["Pages"], facts["Tagged"]) == ("1", "yes")
    assert "A4" in facts["Page size"]


@needs_pdf
def test_it_says_what_the_report_says_and_nothing_of_the_menu(tmp_path: Path) -> None:
    said = " ".join(asked("pdftotext", paper_of("en"), tmp_path).split())
    for words in (
        "On track.",
        "Recordings end on 4 December",
        "We need from you",
        "7 days later (ISS-3)",
        "As of 23 November 2026",
    ):
        assert words in said
    for words in ("Overview", "All pages", "News as a feed", "Other reports", "Search"):
        assert words not in said


@needs_pdf
def test_chinese_is_text_in_a_chinese_font(tmp_path: Path) -> None:
    said = asked("pdftotext", paper_of("zh"), tmp_path)
    assert "录音将于12月4日完成" in said
    assert "进展正常。" in said


@needs_pdf
@pytest.mark.parametrize("language", ["en", "zh", "ar"])
def test_every_font_is_in_the_file(language: str, tmp_path: Path) -> None:
    rows = asked("pdffonts", paper_of(language), tmp_path).splitlines()[2:]
    assert rows
    # name, type, encoding, embedded, subset, unicode, object, id
    assert all(re.search(r" yes +yes +yes +\d+ +\d+$", row) for row in rows), rows


@needs_pdf
def test_headings_lists_and_tables_are_told_to_a_screen_reader(tmp_path: Path) -> None:
    tree = asked("pdfinfo", paper_of("en"), tmp_path, "-struct")
    for tag in ("Document", "H1", "H2", "Table", "TH", "LI"):
        assert re.search(rf"^\s*{tag}\b", tree, re.MULTILINE), tag
    assert tree.count("H1") == 1


@needs_pdf
def test_its_day_is_the_reports_and_its_author_is_named(tmp_path: Path) -> None:
    facts = facts_of(paper_of("en"), tmp_path)
    assert facts["Author"] == "Ines Okafor"
    assert facts["CreationDate"].startswith("Fri Nov 20") == facts["ModDate"].startswith("Fri Nov 20")
    assert "2026" in facts["CreationDate"]


@needs_pdf
@pytest.mark.slow
def test_the_same_report_is_the_same_bytes_in_another_process_at_another_time(tmp_path: Path) -> None:
    made = []
    for number, seed in enumerate(("1", "2")):
        path = tmp_path / f"{number}.pdf"
        program = (
            "import time; from datetime import datetime, UTC\n"
            f"from portalgen.cli import run; raise SystemExit(run(['report', 'qinghe-library', '--as-of', '2026-11-23', '--output', {str(path)!r}]))"
        )
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "TZ": f"UTC{number * 5}",
            "PYTHONPATH": str(REPOSITORY),
        }
        environment.pop("SOURCE_DATE_EPOCH", None)
        subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, env=environment, check=True)
        made.append(path.read_bytes())
    assert made[0] == made[1]


@needs_pdf
def test_the_clock_that_others_set_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    paper_of.__wrapped__("en")
    assert os.environ["SOURCE_DATE_EPOCH"] == "1"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert paper_of.__wrapped__("en") == paper_of("en")
    assert "SOURCE_DATE_EPOCH" not in os.environ


@needs_pdf
@pytest.mark.parametrize(("url", "leads"), [("", False), ("https://portal.example/museum/", True)])
def test_links_lead_to_the_site_where_its_address_is_known(url: str, leads: bool, tmp_path: Path) -> None:
    portal = sample.rich()
    portal = replace(portal, client=replace(portal.client, url=url))
    data = report_pdf(portal, load_theme(), portal.projects[0].lists.reports[0], lambda _: None)
    links = asked("pdfinfo", data, tmp_path, "-url")
    assert ("https://portal.example/museum/milestones/MS-4.html" in links) == leads
    assert "portal.invalid" not in links
    assert "file:" not in links


@needs_pdf
def test_nothing_but_the_clients_own_files_is_read_for_a_picture() -> None:
    portal = sample.rich()
    report = replace(
        portal.projects[0].lists.reports[0],
        body=sample.body('<p><img src="ROOTfiles/DOC-1/plan.png" alt="Plan"><img src="file:///etc/hostname" alt="x"><img src="https://example.com/x.png" alt="y"></p>'),
    )  # fmt: skip
    project = portal.projects[0]
    lists = replace(project.lists, reports=(report, *project.lists.reports[1:]))
    portal = replace(portal, projects=(replace(project, lists=lists),))
    wanted: list[str] = []

    def read(address: str) -> None:
        wanted.append(address)

    report_pdf(portal, load_theme(), report, read)
    assert wanted == ["files/DOC-1/plan.png"]


def test_without_weasyprint_a_sentence_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    monkeypatch.chdir(tmp_path)
    assert run(["report", "harbour-museum", "--source", str(REPOSITORY)]) == 3
    assert capsys.readouterr().err == f"portalgen: {pdf.NEEDS}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["harbour-museum", "--id", "2026-W4"], "no report '2026-W4' that the client may see: did you mean '2026-W47'?"),
        (["harbour"], "there is no client 'harbour'"),
        (["lantern-press", "--theme", "gone"], "no theme 'gone'"),
    ],
)  # fmt: skip
def test_a_report_a_client_or_a_theme_that_is_not_there_is_said(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", *arguments, "--source", str(REPOSITORY)]) == 2
    assert said in capsys.readouterr().err


@needs_pdf
def test_the_command_writes_the_newest_report_and_names_the_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["report", "harbour-museum", "--source", str(REPOSITORY), "--as-of", "2026-11-23"]) == 0
    assert capsys.readouterr().out == "Wrote harbour-museum-2026-W47.pdf\n"
    assert (tmp_path / "harbour-museum-2026-W47.pdf").read_bytes().startswith(b"%PDF-")


@needs_pdf
def test_a_disk_that_is_too_small_keeps_the_old_pdf_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    old = tmp_path / "w47.pdf"
    old.write_bytes(b"the old one")
    command = f"ulimit -f 8; exec {sys.executable} -m portalgen.cli report harbour-museum --output {old}"
    ran = subprocess.run(["bash", "-c", command], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (3, "")
    assert ran.stderr == f"portalgen: {old}: File too large\n"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"w47.pdf": b"the old one"}


def test_a_client_with_errors_gets_no_pdf(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    client = tmp_path / "content" / "quay"
    client.mkdir(parents=True)
    (client / "client.yaml").write_text("name: Quay\nlocal: en\n", encoding="utf-8")
    assert run(["report", "quay", "--source", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "client.yaml:2:1: error:" in said
    assert "quay has errors, and no PDF was made." in said


def newest(portal: Portal) -> str:
    from portalgen.paper import find_report

    return find_report(portal).url


def test_of_several_projects_the_newest_report_is_taken() -> None:
    assert newest(sample.several()) == "loyalty-app/reports/2026-11-20.html"
