"""The Nu HTML checker and html-validate find nothing on any page, and no link of a site is dead."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from sites import dead_links

from tests.browser.conftest import tool
from tests.browser.places import ARABIC, CHINESE, ENGLISH, SEVERAL, pages_by_kind

pytestmark = pytest.mark.browser

SITES = (ENGLISH, SEVERAL, CHINESE, ARABIC, "lantern-press")
OF_FILES = ("Resource violates Content Security Policy", "Inline style violates Content Security Policy")
"""Nu knows neither 'self' of a file nor hashes; test_accessibility.py asks a browser about the policy."""


def nu(*paths: Path) -> list[str]:
    """Return what the Nu HTML checker says of files."""
    jar = tool("vnu-jar/build/dist/vnu.jar", "java")
    command = ["java", "-Xss4m", "-jar", str(jar), "--format", "json", "--exit-zero-always", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    found = json.loads(done.stderr)["messages"]
    return [
        f"{Path(each.get('url', '')).name}:{each.get('lastLine')}: {each['message']}"
        for each in found
        if not each["message"].startswith(OF_FILES)
    ]


def test_the_nu_checker_finds_nothing_on_any_page(public: Path) -> None:
    paths = [path for site in SITES for path in sorted((public / site).rglob("*.html"))]
    assert len(paths) > 300
    assert nu(*paths) == []


def test_the_nu_checker_does_find_what_is_wrong(tmp_path: Path) -> None:
    page = tmp_path / "wrong.html"
    page.write_text(
        '<!DOCTYPE html><html lang="en"><title>Wrong</title><p id="a"><p id="a">', encoding="utf-8"
    )
    assert any("Duplicate ID" in each for each in nu(page))


def test_html_validate_finds_nothing_on_any_kind_of_page(public: Path) -> None:
    program = tool("html-validate/bin/html-validate.mjs", "node")
    settings = Path(__file__).parent.parent / "htmlvalidate.json"
    paths = [str(public / site / each) for site in SITES for each in pages_by_kind(public / site).values()]
    assert len(paths) > 100
    done = subprocess.run(
        ["node", str(program), "--config", str(settings), "--formatter", "json", *paths],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    found = json.loads(done.stdout)
    assert [
        f"{Path(each['filePath']).name}:{said['line']}: {said['ruleId']}: {said['message']}"
        for each in found
        for said in each["messages"]
    ] == []


def test_no_link_is_dead(public: Path) -> None:
    assert [link for site in SITES for link in dead_links(public / site)] == []
