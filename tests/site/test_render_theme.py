"""A theme of one's own says only what is different; the rest comes from the theme that it extends."""

from __future__ import annotations

from pathlib import Path

import pytest

from portalgen.cli import run
from portalgen.site.render import render_site
from portalgen.site.theme import ThemeNotFound, ThemeOutside, load_theme
from tests.site import sample
from tests.sites import write_tree


def a_theme(folder: Path, **files: str) -> Path:
    for name, text in {"theme.yaml": "name: own\nextends: default\n", **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def test_a_theme_changes_two_files_and_nothing_else_breaks(tmp_path: Path) -> None:
    folder = a_theme(
        tmp_path / "themes" / "own",
        **{
            "templates/components/turn/turn.html": "{% macro turn(words) %}<mark>{{ words }}</mark>{% endmacro %}",
            "templates/components/turn/turn.css": ".own { color: red; }",
        },
    )
    own = render_site(sample.rich(), load_theme("own", near=tmp_path))
    default = render_site(sample.rich(), load_theme())
    assert own.keys() == default.keys()
    assert b"<mark>5</mark>" in own["index.html"]
    assert b'class="turn"' not in own["index.html"]
    assert b".own { color: red; }" in own["assets/portal.css"]
    assert own["requirements/REQ-3.html"] == default["requirements/REQ-3.html"].replace(
        b'<span class="turn">5</span>', b"<mark>5</mark>"
    )
    assert load_theme(str(folder)).languages == load_theme().languages


def test_what_cannot_be_built_for_want_of_its_theme_is_not_well_for_check_either(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_tree(tmp_path, {"content/acme/client.yaml": "name: Acme\n", "portalgen.yaml": "theme: gone\n"})
    for command in ("check", "build"):
        assert run([command, "--source", str(tmp_path)]) == 2
        assert capsys.readouterr().err.startswith("portalgen: no theme 'gone': a theme is a folder")


def test_styles_for_paper_come_last() -> None:
    styles = load_theme().styles.decode()
    assert styles.index(".board {") < styles.index("@page {")


def test_comments_stay_in_the_theme_and_licences_and_texts_go_along(tmp_path: Path) -> None:
    css = '/*! by Ann */\n/* why */\n\n.own::before { content: "/* no comment */"; } /* two\nlines */\n.end { color: red; }\n'
    folder = a_theme(tmp_path / "own", **{"styles/6-own.css": css})
    styles = load_theme(str(folder)).styles.decode()
    assert styles.endswith(
        '/*! by Ann */\n.own::before { content: "/* no comment */"; }\n.end { color: red; }\n'
    )
    assert "/* " not in styles.replace("/* no comment */", "")


def test_a_theme_that_is_not_there_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(ThemeNotFound, match=f"no theme 'gone'.*{tmp_path}"):
        load_theme("gone", near=tmp_path)


def test_an_icon_that_is_no_drawing_is_a_fault_of_the_theme(tmp_path: Path) -> None:
    folder = a_theme(tmp_path / "own", **{"icons/late.svg": "nothing"})
    with pytest.raises(AssertionError, match="is no icon"):
        load_theme(str(folder))


def test_a_theme_in_themes_extends_none_that_stands_elsewhere(tmp_path: Path) -> None:
    a_theme(tmp_path / "elsewhere")
    own = a_theme(tmp_path / "themes/own", **{"theme.yaml": "name: own\nextends: ../elsewhere\n"})
    with pytest.raises(
        ThemeOutside, match=r"'own' extends '\.\./elsewhere', which is a path: write the name of"
    ):
        load_theme("own", near=tmp_path)
    # One that is given by its path is looked at wherever it stands, with all that it extends.
    (own / "theme.yaml").write_text(f"name: own\nextends: {tmp_path / 'elsewhere'}\n", "utf-8")
    assert tmp_path / "elsewhere" in load_theme(str(own)).folders


def test_a_theme_in_themes_is_no_link_to_elsewhere(tmp_path: Path) -> None:
    a_theme(tmp_path / "elsewhere")
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes/own").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(ThemeOutside, match="'own' is a link out of themes/"):
        load_theme("own", near=tmp_path)
    with pytest.raises(ThemeOutside):
        load_theme("..", near=a_theme(tmp_path))
