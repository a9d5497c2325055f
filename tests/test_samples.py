"""Real content that nobody here wrote becomes complete sites. Skipped where the samples are not at hand."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from sites import SAMPLES, build_at, dead_links

from portalgen.kinds import KINDS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason="NO SAMPLES beside the repository"),
]
CLIENTS = ("k8s-sig-storage", "openeuler-tc", "rust-leadership-council", "strictdoc")


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("samples") / "public"
    outcome = build_at(SAMPLES, output)
    assert outcome.status == 0, [str(problem) for problem in outcome.problems if problem.severity == "error"]
    assert outcome.sites == 4
    return output


@pytest.mark.parametrize("client", CLIENTS)
def test_every_record_of_the_source_is_in_data_json_and_has_a_page(sites: Path, client: str) -> None:
    data = json.loads((sites / client / "data.json").read_text(encoding="utf-8"))
    published = {kind: [record for project in data["projects"] for record in project[kind]] for kind in KINDS}
    assert Counter({kind: len(records) for kind, records in published.items() if records}) == records_in(
        client
    )
    missing = [
        record["page"]
        for records in published.values()
        for record in records
        if not (sites / client / record["page"]).is_file()
    ]
    assert missing == []


def records_in(client: str) -> Counter[str]:
    """Count the records of the source by kind, without portalgen."""
    found: Counter[str] = Counter()
    for path in (SAMPLES / "content" / client).rglob("*"):
        kind = path.relative_to(SAMPLES / "content" / client).parts[0].removesuffix(".yaml")
        if path.is_file() and kind in KINDS:
            found[kind] += (
                len(yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader))
                if path.name == f"{kind}.yaml"
                else 1
            )
    return found


@pytest.mark.parametrize("client", CLIENTS)
def test_every_link_inside_a_site_leads_to_a_file_of_it(sites: Path, client: str) -> None:
    assert dead_links(sites / client) == []


@pytest.mark.parametrize("client", CLIENTS)
def test_every_record_is_linked_from_another_page(sites: Path, client: str) -> None:
    site = sites / client
    data = json.loads((site / "data.json").read_text(encoding="utf-8"))
    pages = {record["page"] for project in data["projects"] for kind in KINDS for record in project[kind]}
    linked = {
        address
        for page in site.glob("*.html")
        for address in re.findall(r'href="([^"#]+)', page.read_text(encoding="utf-8"))
    }
    assert sorted(pages - linked)[:5] == []


def test_the_chinese_site_is_in_chinese(sites: Path) -> None:
    site = sites / "openeuler-tc"
    home = (site / "meetings.html").read_text(encoding="utf-8")
    assert '<html lang="zh-Hans"' in home or '<html lang="zh-CN"' in home
    menu = re.sub(r"<[^>]+>", " ", home[home.index("<nav") : home.index("</nav>")])
    assert re.findall(r"[A-Za-z]{3,}", menu) == []
    assert re.search(r"\d{1,2}月\d{1,2}日", home)
