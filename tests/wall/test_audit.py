"""The audit lists what leaves and what stays, says what a commit exposes, and ends with 4 where the output leaks."""

from __future__ import annotations

import base64
import html
import io
import json
import os
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from msgspec.structs import replace
from sites import DAY, REPOSITORY, build_at, tree_of, write_tree
from wall.company import SLUGS, write_company

from portalgen.audit.leaks import SHORTEST, Search, needles_of
from portalgen.audit.report import Audit, as_text, as_value, audit
from portalgen.cli import run
from portalgen.pipeline import Job

SECRET = "They will not pay for the second phase"
SMALL = {
    "content/acme/client.yaml": "name: Acme Corporation\ninternal: They never answer before ten\n",
    "content/acme/requirements.yaml": (
        "# We promised this in the bar\n"
        "- id: REQ-1\n  title: The shop shows opening hours\n  difficulty: The calendar has no interface\n  tags: [unloved work]\n"
        f"  body: |\n    Hours in four languages.\n\n    ::: internal\n    {SECRET}. 真的不行了。\n    :::\n"
        "- {id: REQ-2, title: A cheaper way to host it, visibility: internal}\n"
        "- {id: REQ-3, title: Their budget is a lie, client_title: Payment in the shop, statement: Money comes in quickly}\n"
    ),
    "content/birch/client.yaml": "name: Birch and Sons\n",
    "content/birch/risks.yaml": "- {id: RSK-1, title: The roof of the warehouse may fall, likelihood: 1, impact: 1}\n",
}


def audited(root: Path, *, revision: str = "", clients: tuple[str, ...] = ()) -> Audit:
    job = Job(
        source=root,
        output=root / "public",
        clients=clients,
        as_of=DAY,
        now=datetime(2026, 11, 23, tzinfo=UTC),
    )
    return audit(job, revision=revision)


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    root = write_tree(tmp_path / "source", SMALL)
    assert build_at(root, root / "public", jobs=1).status == 0
    return root


def test_a_built_portal_has_no_leak(portal: Path) -> None:
    found = audited(portal)
    assert (found.leaks, found.status) == ((), 0)
    assert found.files == len(tree_of(portal / "public" / "acme")) + len(tree_of(portal / "public" / "birch"))


def test_the_list_says_of_every_field_whether_it_leaves_and_why_not(portal: Path) -> None:
    items = {(item.owner, item.field, item.text): item.why for item in audited(portal).clients[0].items}
    assert items["REQ-1", "title", "The shop shows opening hours"] == ""
    assert items["REQ-1", "body", "Hours in four languages."] == ""
    assert items["REQ-1", "difficulty", "The calendar has no interface"] == "for the team alone"
    assert items["REQ-1", "tags.1", "unloved work"] == "the team's own notes"
    assert items["REQ-2", "title", "A cheaper way to host it"] == "visibility: internal"
    assert items["REQ-3", "title", "Their budget is a lie"] == "client_title stands in its place"
    assert items["REQ-3", "client_title", "Payment in the shop"] == ""
    assert items["", "internal", "They never answer before ten"] == "the team's own notes"
    assert [why for (_, field, text), why in items.items() if field == "body" and SECRET in text] == [
        "an internal block"
    ]


def test_the_list_in_words_names_places_and_shows_no_internal_text(portal: Path) -> None:
    text = as_text(audited(portal))
    assert "content/acme/requirements.yaml:12: requirements REQ-2: visibility: internal" in text
    assert "content/acme/requirements.yaml:4: requirements REQ-1 difficulty: for the team alone" in text
    assert "requirements REQ-1: id, title, body" in text
    assert not any(secret in text for secret in (SECRET, "cheaper way", "never answer", "no interface"))


def test_the_list_for_programs_has_the_same(portal: Path) -> None:
    value = json.loads(json.dumps(as_value(audited(portal))))
    held = value["clients"][0]["held_back"]
    wanted = {
        "kind": "requirements",
        "owner": "REQ-2",
        "field": "title",
        "path": "content/acme/requirements.yaml",
        "line": 12,
        "why": "visibility: internal",
    }
    assert wanted in held
    assert SECRET not in json.dumps(value)


def zipped(text: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:t>{text}</w:t>")
    return packed.getvalue()


FORMS = {
    "plain": SECRET.encode(), "lower case": SECRET.lower().encode(), "capitals": SECRET.upper().encode(),
    "HTML": SECRET.replace("p", "&#112;").encode(), "JSON": json.dumps(SECRET.replace("p", "þ")).replace("\\u00fe", "\\u0070").encode(),
    "percent": quote(SECRET).encode(), "base64": base64.b64encode(SECRET.encode()), "base64, one later": base64.b64encode(b"x" + SECRET.encode()),
    "base64 of UTF-16": base64.b64encode(SECRET.encode("utf-16-le")), "UTF-16": SECRET.encode("utf-16"), "UTF-16, big end first": SECRET.encode("utf-16-be"),
    "zip": zipped(SECRET), "marked": b"They <em>will</em> not&nbsp;pay\n  for the <b>sec</b>ond phase", "in an attribute": f'<p title="{SECRET}">'.encode(),
    "in a comment": f"<!-- {SECRET} -->".encode(), "Chinese alone": "x真的不行了y".encode(), "Chinese, escaped": html.escape("真的不行了").encode("ascii", "xmlcharrefreplace"),
}  # fmt: skip


def test_an_internal_text_that_is_planted_in_the_output_is_found_in_every_form(portal: Path) -> None:
    """In a page, in data.json, and in a file of no known type."""
    planted = set()
    site = portal / "public" / "acme"
    page, data = (site / "requirements" / "REQ-1.html").read_bytes(), (site / "data.json").read_bytes()
    for form, written in FORMS.items():
        for name, before in (("html", page), ("json", data), ("bin", b"")):
            file = f"planted/{form}.{name}".replace(" ", "-")
            (site / file).parent.mkdir(exist_ok=True)
            (site / file).write_bytes(written if form == "zip" else before + written)
            planted.add(f"acme/{file}")
    found = audited(portal)
    assert found.status == 4
    assert {leak.file for leak in found.leaks} == planted
    assert {(leak.item.find().path, leak.item.find().line) for leak in found.leaks} == {
        ("content/acme/requirements.yaml", 9)
    }


@pytest.mark.parametrize(
    ("planted", "line"),
    [
        ("The calendar has no interface", 4), ("unloved work", 5), ("Their budget is a lie", 13), ("A cheaper way to host it", 12),
        ("We promised this in the bar", 1),
    ],
)  # fmt: skip
def test_fields_records_and_comments_are_found_with_their_place(
    portal: Path, planted: str, line: int
) -> None:
    (portal / "public" / "acme" / "index.html").open("a").write(planted)
    found = audited(portal)
    assert [(leak.item.find().path, leak.item.find().line) for leak in found.leaks] == [
        ("content/acme/requirements.yaml", line)
    ]


def test_another_clients_text_is_a_leak_though_it_is_published_there(portal: Path) -> None:
    (portal / "public" / "acme" / "index.html").open("a").write("The roof of the warehouse may fall")
    assert [(leak.file, leak.client) for leak in audited(portal).leaks] == [("acme/index.html", "birch")]


def test_a_text_in_the_name_of_a_file_is_found(portal: Path) -> None:
    (portal / "public" / "acme" / "files" / "REQ-1").mkdir(parents=True)
    (portal / "public" / "acme" / "files" / "REQ-1" / f"{quote(SECRET)}.pdf").write_bytes(b"%PDF-")
    assert audited(portal).status == 4


def test_what_the_client_reads_anyway_is_no_leak(tmp_path: Path) -> None:
    more = "- {id: REQ-9, title: Hours in four languages, visibility: internal, internal: The shop shows opening hours}\n"
    root = write_tree(
        tmp_path, SMALL | {"content/acme/requirements.yaml": SMALL["content/acme/requirements.yaml"] + more}
    )
    build_at(root, root / "public", jobs=1)
    assert audited(root).status == 0


def test_what_the_site_itself_says_is_no_leak(tmp_path: Path) -> None:
    """An internal note may say by chance what a heading of ours says, or a day."""
    more = "- {id: REQ-9, title: Scope and requirements, visibility: internal, internal: [What needs you, 23 November 2026, Waiting for approval]}\n"
    root = write_tree(
        tmp_path, SMALL | {"content/acme/requirements.yaml": SMALL["content/acme/requirements.yaml"] + more}
    )
    build_at(root, root / "public", jobs=1)
    assert audited(root).status == 0


def test_a_leak_is_told_by_its_first_letters_only(portal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (portal / "public" / "acme" / "index.html").open("a").write(SECRET)
    assert run(["audit", "--source", str(portal), "--as-of", "2026-11-23"]) == 4
    said = capsys.readouterr()
    assert (
        "LEAK acme/index.html: content/acme/requirements.yaml:9 (requirements REQ-1 body), an internal block: “theywillnotp…”"
        in said.out
    )
    assert "second phase" not in said.out + said.err


def test_without_an_output_the_audit_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = write_tree(tmp_path, SMALL)
    assert run(["audit", "--source", str(root), "--as-of", "2026-11-23"]) == 0
    assert "There is no output to search: build first" in capsys.readouterr().out


def test_a_client_with_errors_ends_with_1_and_its_old_site_is_searched(portal: Path) -> None:
    write_tree(portal, {"content/acme/risks.yaml": "- {id: RSK-1, titel: x}\n"})
    assert audited(portal).status == 1
    (portal / "public" / "acme" / "index.html").open("a").write(SECRET)
    assert audited(portal).status == 4


def test_a_public_record_that_became_internal_is_found_in_the_old_site(portal: Path) -> None:
    """Until the next build the old site still says it."""
    text = (
        (portal / "content/birch/risks.yaml")
        .read_text()
        .replace("impact: 1", "impact: 1, visibility: internal")
    )
    write_tree(portal, {"content/birch/risks.yaml": text})
    assert audited(portal).status == 4
    build_at(portal, portal / "public", jobs=1)
    assert audited(portal).status == 0


@pytest.mark.slow
def test_the_canary_company_has_no_leak_and_every_planted_word_is_found(tmp_path: Path) -> None:
    company = write_company(tmp_path / "source")
    root = company.root
    # A word alone is shorter than what is looked for: make texts of them.
    for path in root.glob("content/*/**/*.yaml"):
        path.write_text(path.read_text().replace('"canary', '"a longer text with canary'), encoding="utf-8")
    assert build_at(root, root / "public").sites == len(SLUGS)
    assert [str(leak) for leak in audited(root).leaks] == []
    word = max(word for word in company.internal if word in (root / "content/acme/risks.yaml").read_text())
    with (root / "public" / "birch-and-sons" / "people.html").open("a") as page:
        page.write(f"A Longer Text with {word.upper()}")
    assert audited(root).status == 4


def test_short_texts_days_and_numbers_are_not_looked_for(portal: Path) -> None:
    item = audited(portal).clients[0].items[0]
    texts = [
        "short",
        "a – b – c – d – e",
        "23 November 2026",
        "1,200.50 EUR",
        "2026-11-23 10:00",
        "x" * (SHORTEST - 1),
    ]
    assert [list(needles_of([replace(item, text=text, is_text=True)], "acme")) for text in texts] == [
        []
    ] * len(texts)
    search = Search()
    for needle in needles_of([replace(item, text="四个汉字。好", is_text=True)], "acme"):
        search.add(needle)
    assert [needle.letters for needle in search.unparted] == ["四个汉字"]


# --- --diff


def git(root: Path, *arguments: str) -> str:
    names = {
        f"GIT_{who}_{what}": "x@x.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    environment = os.environ | names | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(
        ["git", *arguments], cwd=root, env=environment, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def committed(tmp_path: Path) -> Path:
    root = write_tree(tmp_path / "source", SMALL)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    return root


def exposed(root: Path, revision: str = "HEAD") -> list[tuple[str, str, str, str]]:
    return [
        (shift.item.owner, shift.item.field, shift.item.text, shift.before)
        for shift in audited(root, revision=revision).exposed
    ]


def edit(root: Path, old: str, new: str) -> None:
    path = root / "content/acme/requirements.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_nothing_is_newly_exposed_where_nothing_changed(committed: Path) -> None:
    assert exposed(committed) == []


def test_a_record_that_is_no_longer_internal_is_newly_exposed_with_all_its_fields(committed: Path) -> None:
    edit(committed, ", visibility: internal}", "}")
    found = exposed(committed)
    assert ("REQ-2", "title", "A cheaper way to host it", "visibility: internal") in found
    assert {owner for owner, *_ in found} == {"REQ-2"}


def test_a_block_that_is_no_longer_internal_is_newly_exposed(committed: Path) -> None:
    edit(committed, "    ::: internal\n", "")
    edit(committed, "    :::\n", "")
    assert [(owner, text) for owner, _, text, _ in exposed(committed)] == [
        ("REQ-1", f"{SECRET}. 真的不行了。")
    ]


def test_a_new_kind_default_exposes_every_record_of_the_kind(committed: Path) -> None:
    write_tree(committed, {"content/acme/lessons.yaml": "- {id: LL-1, title: We learnt something}\n"})
    assert exposed(committed) == []
    write_tree(committed, {"portalgen.yaml": "visibility: {lessons: client}\n"})
    assert [(owner, field) for owner, field, *_ in exposed(committed)] == [("LL-1", "id"), ("LL-1", "title")]


def test_a_changed_text_and_a_new_record_are_newly_exposed(committed: Path) -> None:
    edit(committed, "Hours in four languages.", "Hours in five languages.")
    edit(committed, "- {id: REQ-3", "- {id: REQ-4, title: Quite new}\n- {id: REQ-3")
    assert exposed(committed) == [
        ("REQ-1", "body", "Hours in five languages.", "changed"),
        ("REQ-4", "id", "REQ-4", ""),
        ("REQ-4", "title", "Quite new", ""),
    ]


def test_what_was_moved_to_another_file_or_place_in_its_list_is_not_newly_exposed(committed: Path) -> None:
    edit(
        committed,
        "- {id: REQ-3, title: Their budget is a lie, client_title: Payment in the shop, statement: Money comes in quickly}\n",
        "",
    )
    write_tree(
        committed,
        {
            "content/acme/requirements/pay.yaml": "id: REQ-3\nstatement: Money comes in quickly\ntitle: Their budget is a lie\nclient_title: Payment in the shop\n"
        },
    )
    assert exposed(committed) == []


def test_what_became_internal_is_newly_hidden(committed: Path) -> None:
    edit(committed, "  difficulty: The", "  visibility: internal\n  difficulty: The")
    hidden = audited(committed, revision="HEAD").hidden
    assert ("REQ-1", "title", "visibility: internal") in [
        (shift.item.owner, shift.item.field, shift.before) for shift in hidden
    ]
    assert "Newly hidden since HEAD: 3" in as_text(audited(committed, revision="HEAD"))


def test_a_new_client_is_newly_exposed_and_another_is_not_asked_for(committed: Path) -> None:
    write_tree(committed, {"content/cedar/client.yaml": "name: Cedar\n"})
    found = audited(committed, revision="HEAD").exposed
    assert [(shift.client, shift.item.text) for shift in found] == [("cedar", "Cedar")]
    assert audited(committed, revision="HEAD", clients=("acme",)).exposed == ()


@pytest.mark.parametrize("revision", ["no-such-thing", "--output=here", "HEAD:content", "-h", ""])
def test_a_revision_that_is_none_ends_with_2_and_runs_nothing(
    committed: Path, revision: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run(["audit", "--source", str(committed), "--as-of", "2026-11-23", f"--diff={revision}"])
    assert status == (2 if revision else 0)
    assert not (committed / "here").exists()
    assert not Path("here").exists()
    if revision:
        assert "git knows no commit" in capsys.readouterr().err


def test_without_git_there_is_nothing_to_compare_with(
    portal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit", "--source", str(portal), "--diff", "HEAD"]) == 2
    assert "nothing to compare with" in capsys.readouterr().err


def test_attributes_filters_and_links_of_a_commit_have_no_say_in_the_comparison(committed: Path) -> None:
    """A pull request could bring them along."""
    marker = committed.parent / "ran"
    write_tree(committed, {".gitattributes": "*.yaml export-ignore filter=evil\ncontent/** export-subst\n"})
    git(committed, "config", "filter.evil.smudge", f"touch {marker}")
    (committed / "content" / "acme" / "link.txt").symlink_to("/etc/passwd")
    (committed / "content" / "evil").symlink_to("/etc")
    git(committed, "add", "-A")
    git(committed, "commit", "-q", "-m", "second")
    (committed / "content" / "acme" / "link.txt").unlink()
    (committed / "content" / "evil").unlink()
    edit(committed, ", visibility: internal}", "}")
    assert {owner for owner, *_ in exposed(committed)} == {"REQ-2"}
    assert not marker.exists()


@pytest.mark.slow
def test_the_demonstration_company_has_no_leak(tmp_path: Path) -> None:
    build_at(REPOSITORY, tmp_path / "public")
    job = Job(
        source=REPOSITORY, output=tmp_path / "public", as_of=DAY, now=datetime(2026, 11, 23, tzinfo=UTC)
    )
    assert [str(leak.item) for leak in audit(job).leaks] == []
