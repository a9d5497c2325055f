"""Real text is neither refused without reason nor lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portalgen.content.markdown.body import parse_body, plain_text, render_body
from portalgen.content.yaml.places import read_front_matter
from tests.content.markdown.test_html import assert_harmless

SAMPLES = Path(__file__).parents[3].parent / "shared" / "samples" / "content"
FILES = sorted(SAMPLES.rglob("*.md")) if SAMPLES.is_dir() else []

pytestmark = pytest.mark.skipif(not FILES, reason="NO SAMPLES: ../shared/samples is not there")

_WORD = re.compile(r"[^\W_]{5,}")
# What is in the text as typed and not on the page: comments, addresses, tags, entities, the names of references.
_UNSEEN = re.compile(
    r"<!--.*?-->|\]\([^)]*\)|<[^>]*>|^\s*\[[^\]]*\]:.*$|https?://\S+|^\s*(?:```|~~~).*$|&#?\w+;|\]\[[^\]]*\]|\[\^[^\]]*\]",
    re.DOTALL | re.MULTILINE,
)


@pytest.mark.parametrize("client", sorted({path.relative_to(SAMPLES).parts[0] for path in FILES}))
def test_the_bodies_of_a_client_have_no_errors_and_lose_no_words(client: str) -> None:
    lost: dict[str, set[str]] = {}
    for path in sorted((SAMPLES / client).rglob("*.md")):
        name = path.relative_to(SAMPLES).as_posix()
        _, text, first_line, _ = read_front_matter(path.read_bytes().decode(), name)
        body, problems = parse_body(text, name, first_line=first_line)
        assert [str(problem) for problem in problems if problem.severity == "error"] == []
        html = render_body(body, lambda link: None, name="b").at("")
        # Without spaces, since a line break between Chinese characters is none.
        seen = "".join(plain_text(body).split()) + html + " ".join(link.target for link in body.links)
        missing = {word for word in _WORD.findall(_UNSEEN.sub(" ", text)) if word not in seen}
        covered = " ".join(text.split("\n")[problem.place.line - first_line] for problem in problems)
        if missing := {word for word in missing if word not in covered}:
            lost[name] = missing
    assert lost == {}


def test_the_html_of_some_real_bodies_is_harmless() -> None:
    for path in FILES[::20]:
        text = read_front_matter(path.read_bytes().decode(), "a.md")[1]
        assert_harmless(render_body(parse_body(text, "a.md")[0], lambda link: "x.html", name="b").at(""))
