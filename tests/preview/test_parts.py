"""The parts of the preview: what is seen, what is remembered, how a page is dressed, how faults are told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from portalgen.content.files.attachments import attach
from portalgen.preview import memory
from portalgen.preview.dress import dress, relaxed
from portalgen.preview.look import is_told_of, look
from portalgen.preview.memory import Memory
from portalgen.preview.notices import as_data, notice_of_fault, notices_of
from portalgen.problems import Place, Problem
from portalgen.site.render import POLICY
from tests.preview.served import NOTE, note, small

# --- look


def test_a_change_shows_in_the_stamps_of_its_client_alone(tmp_path: Path) -> None:
    source = small(tmp_path)
    before = look(source, ())
    (source / NOTE).write_text(note("Other."))
    after = look(source, (), before=before)
    assert before.clients["harbour"] != after.clients["harbour"]
    assert before.clients["orchard"] is after.clients["orchard"]
    assert (before.shared, before.names) == (after.shared, after.names)


def test_a_time_that_was_set_back_does_not_hide_a_change(tmp_path: Path) -> None:
    source = small(tmp_path)
    before, about = look(source, ()), (source / NOTE).stat()
    (source / NOTE).write_text(note("We bEgan."))
    os.utime(source / NOTE, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert look(source, ()).clients != before.clients


def test_litter_and_what_is_written_beside_the_content_is_not_looked_at(tmp_path: Path) -> None:
    source = small(tmp_path)
    before = look(source, ())
    for name in (
        "content/harbour/.x.swp",
        "content/harbour/x~",
        "content/harbour/4913",
        "public/harbour/index.html",
    ):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text("x")
    assert look(source, ()) == before


def test_a_file_that_steers_a_host_is_looked_at_since_it_is_a_mistake(tmp_path: Path) -> None:
    source = small(tmp_path)
    before = look(source, ())
    (source / "content/harbour/.htaccess").write_text("x")
    assert look(source, ()).clients != before.clients


def test_looking_at_one_client_leaves_the_others_as_they_were_seen(tmp_path: Path) -> None:
    source = small(tmp_path)
    before = look(source, ())
    (source / NOTE).write_text(note("Other."))
    (source / "content/orchard/client.yaml").write_text("name: Another\n")
    after = look(source, (), before=before, only=["harbour"])
    assert after.clients["harbour"] != before.clients["harbour"]
    assert after.clients["orchard"] is before.clients["orchard"]


def test_a_source_that_is_not_there_is_seen_as_empty(tmp_path: Path) -> None:
    assert look(tmp_path / "nowhere", ()).clients == {}


def test_a_commit_is_seen(tmp_path: Path) -> None:
    source = small(tmp_path)
    (source / ".git/logs").mkdir(parents=True)
    (source / ".git/logs/HEAD").write_text("one\n")
    before = look(source, ())
    (source / ".git/logs/HEAD").write_text("one\ntwo\n")
    assert look(source, ()).git != before.git


def test_the_system_need_not_tell_of_modes(tmp_path: Path) -> None:
    source = small(tmp_path)
    before = look(source, ())
    (source / NOTE).chmod(0o600)
    after = look(source, ())
    assert after != before
    assert not is_told_of(before, after)
    (source / NOTE).write_text(note("Other."))
    assert is_told_of(after, look(source, ()))


# --- memory


def test_a_body_is_parsed_once_and_forgotten_when_nobody_asks_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parsed: list[str] = []
    real = memory.parse_body

    def counted(text: str, path: str) -> object:
        parsed.append(text)
        return real(text, path)

    monkeypatch.setattr(memory, "parse_body", counted)
    kept = Memory()
    for texts in (["one", "two"], ["one", "two"], ["one"], ["one"], ["one", "two"]):
        means = kept.means()
        for text in texts:
            means.parse(text, "a.md")
    assert parsed == ["one", "two", "two"]


def test_a_body_s_problems_are_told_each_time_and_cannot_be_spoilt() -> None:
    kept = Memory()
    first = kept.means().parse("::: internal\nnever closed", "a.md")[1]
    assert first
    told = list(first)
    first.clear()
    assert kept.means().parse("::: internal\nnever closed", "a.md")[1] == told


def test_a_file_is_read_again_only_when_it_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plan.txt").write_text("one")
    reads: list[str] = []

    def counted(source: Path, paths: list[str]) -> object:
        reads.extend(paths)
        return attach(source, paths)

    monkeypatch.setattr(memory, "attach", counted)
    kept = Memory()
    first = kept.means().attach(tmp_path, ["plan.txt"])[0]["plan.txt"]
    assert kept.means().attach(tmp_path, ["plan.txt"])[0]["plan.txt"] is first
    (tmp_path / "plan.txt").write_text("other")
    assert kept.means().attach(tmp_path, ["plan.txt"])[0]["plan.txt"].sha256 != first.sha256
    assert reads == ["plan.txt", "plan.txt"]


# --- dress

PAGE = (
    b'<!DOCTYPE html>\n<html lang="en">\n<head>\n<title>Scope</title>\n'
    b'<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; script-src &#39;self&#39;">\n'
    b"</head>\n<body>\n<p>&lt;/head&gt; and </head> in a text</p>\n</body>\n</html>\n"
)


def test_a_page_stays_as_it_is_but_for_its_head() -> None:
    page, _ = dress(PAGE, {"client": "acme", "build": "1"})
    assert page.count(b"/_preview/page.js") == 1
    assert page.index(b"/_preview/page.js") < page.index(b"</head>")
    assert page.endswith(PAGE[PAGE.index(b"</head>") :])
    assert b'data-client="acme"' in page


def test_what_the_script_is_told_cannot_break_out() -> None:
    page, _ = dress(PAGE, {"client": "acme", "address": '"><script>alert(1)</script>'})
    assert b"<script>alert" not in page


def test_a_policy_stays_strict() -> None:
    assert relaxed(POLICY) == POLICY + "; connect-src 'self'"
    assert "unsafe" not in relaxed(POLICY)
    alone = "default-src 'none'; style-src 'sha256-x='; base-uri 'none'"
    assert relaxed(alone) == (
        "default-src 'none'; style-src 'sha256-x=' 'self'; base-uri 'none'; script-src 'self'; connect-src 'self'"
    )
    assert relaxed("script-src 'none'").startswith("script-src 'self'")


def test_the_team_s_mark_is_the_first_thing_on_the_page() -> None:
    page, _ = dress(PAGE, {"client": "acme"}, of_team="A <b> & Co")
    assert b"<title>INTERNAL: Scope" in page
    after = page[page.index(b"<body>") + len(b"<body>") :].lstrip()
    assert after.startswith(b'<aside class="portalgen-internal"')
    assert b"A &lt;b&gt; &amp; Co" in page


# --- notices


def test_a_notice_shows_the_lines_around_its_place(tmp_path: Path) -> None:
    source = small(tmp_path)
    problem = Problem(
        Place("content/harbour/risks.yaml", 3, 5), "bad-number", "'x' is no number", "write one"
    )
    (notice,) = notices_of([problem], source)
    assert notice.place == "content/harbour/risks.yaml:3:5"
    assert [number for number, _ in notice.lines] == [1, 2, 3, 4]
    assert notice.lines[2][1] == "  likelihood: 2"
    assert as_data(notice, has_lines=False)["lines"] == []


def test_errors_come_before_warnings_and_warnings_without_lines(tmp_path: Path) -> None:
    source = small(tmp_path)
    place = Place("content/harbour/risks.yaml", 1, 1)
    found = notices_of([Problem(place, "gap", "a"), Problem(place, "bad-number", "b")], source)
    assert [(one.severity, bool(one.lines)) for one in found] == [("error", True), ("warning", False)]


@pytest.mark.parametrize(
    "path", ["../secret.txt", "/etc/passwd", "content/harbour/link.yaml", "content/harbour"]
)
def test_no_line_of_a_file_outside_the_content_is_shown(tmp_path: Path, path: str) -> None:
    source = small(tmp_path)
    (tmp_path / "secret.txt").write_text("SECRET")
    (source / "content/harbour/link.yaml").symlink_to(tmp_path / "secret.txt")
    assert notices_of([Problem(Place(path), "bad-number", "x")], source)[0].lines == ()


def test_what_would_steer_the_reader_s_eye_is_spelt_out(tmp_path: Path) -> None:
    source = small(tmp_path)
    (source / "content/harbour/risks.yaml").write_text("- id: \u202e1\x1b[31m\n")
    (notice,) = notices_of([Problem(Place("content/harbour/risks.yaml"), "bad-number", "'\u202e'")], source)
    assert notice.message == "'\\u202e'"
    assert notice.lines[0][1] == "- id: \\u202e1\\x1b[31m"


def test_a_fault_that_is_no_template_s_is_called_ours() -> None:
    try:
        raise KeyError("x")
    except KeyError as error:
        assert "a fault of portalgen" in notice_of_fault(error, [Path("/themes/default")]).message


def test_a_template_without_a_file_is_the_theme_s_fault_without_a_place() -> None:
    environment = Environment(loader=DictLoader({"a": "{% if %}"}))
    with pytest.raises(Exception, match="Expected an expression") as found:
        environment.get_template("a")
    notice = notice_of_fault(found.value)
    assert notice.message.startswith("the theme: ")
    assert notice.place == ""
