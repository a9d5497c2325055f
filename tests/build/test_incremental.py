"""A build after any history of edits is a clean build, byte for byte, and says the same."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from build.some_clients import files_of
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sites import tree_of, write_tree

from portalgen.build.unchanged import cache_folder, repeat
from portalgen.cli import run
from portalgen.site.render import forget_themes

HISTORIES = int(os.environ.get("PORTALGEN_HISTORIES", "12"))
SLUGS = ("acme", "bakery")
DAYS = ("2026-11-19", "2026-11-21", "2026-12-02")
SETTINGS = ("", "risk: {medium: 2, high: 5}\n", "visibility: {meetings: internal}\n", "theme: own\n")
BODIES = (
    "See [[REQ-1]].",
    "# A title\n\n* one\n* two\n",
    "Nothing to add, REQ-2 aside.",
    "Of [[REQ-77]].",
    "",
)
TITLES = ("Log in", "Log in once", "See [[REQ-2]]")
CLIENT = ("", "locale: nl\n", "brand: {colour: '#123456'}\n", "url: https://portal.example.org\n")
WORDS = (
    "",
    "Lost, {{ client.name }}?",
    "{{ portal.areas | map(attribute='lists.risks') | map('length') | list }}",
    "{% for each in portal.areas %}{% for one in each.lists.all() %}{{ one.title }}{% endfor %}{% endfor %}",
    "{% for url in page.records %}{{ page.records[url].title }}{% endfor %}",
    "{{ portal.as_of }} {{ portal.revision }} {{ portal.own and portal.own.lists.meetings | length }}",
    "{{ portal.projects | length }} {{ portal.projects[0].derived.news | length }} {{ portal.people }}",
    "{{ 'REQ-1' in portal.projects[0].derived.retold.stories }} {{ area.history }}",
)
"""What a team's own theme may look at on a record's page."""
KINDS = {
    "risks": "likelihood: 3\nimpact: 4\n",
    "actions": "owner: Ada\ndue: 2026-11-20\n",
    "pages": "order: 3\n",
}


class Histories(RuleBasedStateMachine):
    """Edits of two clients, with builds between them that keep their caches."""

    @initialize()
    def begin(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="histories-"))
        for slug in SLUGS:
            write_tree(self.root / "source/content" / slug, files_of(slug))
        write_tree(
            self.root / "source",
            {
                "themes/own/theme.yaml": "extends: default\n",
                "content/_shared/people.yaml": "ada: {name: Ada Byron}\n",
            },
        )
        self.day = DAYS[0]
        self.count = 0
        self.steps = 0

    @rule(
        slug=some.sampled_from(SLUGS), kind=some.sampled_from(sorted(KINDS)), body=some.sampled_from(BODIES)
    )
    def add(self, slug: str, kind: str, body: str) -> None:
        if not self._is_here(slug):
            return
        self.count += 1
        text = (
            f"---\nid: {kind[:3].upper()}-{self.count}\ntitle: New {self.count}\n{KINDS[kind]}---\n\n{body}\n"
        )
        self._write(f"content/{slug}/{kind}/new-{self.count}.md", text)

    @rule(data=some.data(), line=some.sampled_from(["\nOne more line.\n", "\n[[MS-1]] is near.\n"]))
    def edit(self, data: Any, line: str) -> None:
        if path := self._some_record(data):
            self._write(path, self._read(path) + line)

    @rule(slug=some.sampled_from(SLUGS), day=some.sampled_from(DAYS))
    def move_a_milestone(self, slug: str, day: str) -> None:
        if not self._is_here(slug):
            return
        path = f"content/{slug}/milestones.yaml"
        lines = self._read(path).splitlines()
        self._write(
            path, "\n".join(f"  forecast: {day}" if "forecast" in line else line for line in lines) + "\n"
        )

    @rule(data=some.data())
    def rename(self, data: Any) -> None:
        if path := self._some_record(data):
            self.count += 1
            (self.root / "source" / path).rename(
                (self.root / "source" / path).with_name(f"name-{self.count}.md")
            )

    @rule(data=some.data())
    def delete(self, data: Any) -> None:
        if path := self._some_record(data):
            (self.root / "source" / path).unlink()

    @rule(data=some.data())
    def toggle_visibility(self, data: Any) -> None:
        if path := self._some_record(data):
            text, mark = self._read(path), "visibility: internal\n"
            self._write(
                path, text.replace(mark, "") if mark in text else text.replace("---\n", f"---\n{mark}", 1)
            )

    @rule(slug=some.sampled_from(SLUGS))
    def toggle_client(self, slug: str) -> None:
        folder, away = self.root / "source/content" / slug, self.root / "source/content" / f"_{slug}"
        if folder.exists():
            folder.rename(away)
        else:
            away.rename(folder)

    @rule(name=some.sampled_from(["Ada Byron", "Ada King"]))
    def rename_a_shared_person(self, name: str) -> None:
        self._write("content/_shared/people.yaml", f"ada: {{name: {name}}}\n")

    @rule(slug=some.sampled_from(SLUGS), number=some.integers(1, 2), title=some.sampled_from(TITLES))
    def call_a_requirement(self, slug: str, number: int, title: str) -> None:
        if not self._is_here(slug):
            return
        path = f"content/{slug}/requirements.yaml"
        lines = self._read(path).splitlines()
        at = next(at for at, line in enumerate(lines) if f"id: REQ-{number}" in line)
        lines[at + 1] = f"  title: {title}"
        self._write(path, "\n".join(lines) + "\n")

    @rule(slug=some.sampled_from(SLUGS), more=some.sampled_from(CLIENT))
    def change_a_client(self, slug: str, more: str) -> None:
        if self._is_here(slug):
            self._write(f"content/{slug}/client.yaml", f"name: Client {slug}\n{more}")

    @rule(slug=some.sampled_from(SLUGS), has_project=some.booleans())
    def toggle_a_project(self, slug: str, has_project: bool) -> None:
        """A second project beside what stands in the client's own folder, with a record in it."""
        if not self._is_here(slug):
            return
        folder = self.root / "source/content" / slug / "shop"
        if has_project:
            base = f"content/{slug}/shop"
            self._write(f"{base}/project.yaml", "name: Shop\n")
            self._write(
                f"{base}/risks/late.md",
                "---\nid: R-9\ntitle: Late\nlikelihood: 2\nimpact: 4\n---\n\n[[REQ-1]]\n",
            )
        elif folder.exists():
            shutil.rmtree(folder)

    @rule(colour=some.sampled_from(["red", "blue"]), words=some.sampled_from(WORDS))
    def change_theme(self, colour: str, words: str) -> None:
        self._write("themes/own/styles/9-own.css", f"h1 {{ color: {colour} }}\n")
        page = self.root / "source/themes/own/templates/layouts/record.html"
        page.unlink(missing_ok=True)
        if words:
            extended = (Path("themes/default/templates/layouts/record.html")).read_text("utf-8")
            self._write(
                str(page.relative_to(self.root / "source")),
                extended.replace("{% block head %}", words + "{% block head %}"),
            )

    @rule(text=some.sampled_from(SETTINGS))
    def change_settings(self, text: str) -> None:
        self._write("portalgen.yaml", text)

    @rule(day=some.sampled_from(DAYS))
    def change_day(self, day: str) -> None:
        self.day = day

    @rule(data=some.data(), how=some.sampled_from(["cut", "foreign", "gone"]))
    def spoil_a_cache(self, data: Any, how: str) -> None:
        boxes = sorted(
            path for path in Path(cache_folder(str(self.root / "public"))).glob("*") if path.is_file()
        )
        if not boxes:
            return
        box = data.draw(some.sampled_from(boxes))
        if how == "cut":
            box.write_bytes(box.read_bytes()[:-1])
        elif how == "gone":
            box.unlink()
        else:
            box.write_bytes(data.draw(some.sampled_from(boxes)).read_bytes())

    @invariant()
    def build_now_and_then(self) -> None:
        """Build after every second edit, so that the cache that is found is now older, now as new as can be."""
        self.steps += 1
        if self.steps % 2 == 0:
            self._build("public")

    def teardown(self) -> None:
        if not hasattr(self, "root"):
            return
        try:
            status, said = self._build("public")
            clean, clean_said = self._build("clean", "--no-cache")
            assert (status, said) == (clean, clean_said)
            if status == 0:
                assert _sites(self.root / "public") == _sites(self.root / "clean")
        finally:
            shutil.rmtree(self.root)

    def _build(self, output: str, *more: str) -> tuple[int | None, str]:
        """Run the command as `portalgen` does, and return its status and the problems that it names."""
        arguments = ["build", "--source", str(self.root / "source"), "--output", str(self.root / output)]
        arguments += ["--as-of", self.day, *more]
        forget_themes()
        said = io.StringIO()
        with redirect_stdout(io.StringIO()), redirect_stderr(said):
            status = repeat(arguments) if not more else None
            status = run([*arguments, "--jobs", "1"]) if status is None else status
        return status, said.getvalue()

    def _some_record(self, data: Any) -> str | None:
        source = self.root / "source"
        found = sorted(str(path.relative_to(source)) for path in source.glob("content/[!_]*/*/*.md"))
        return data.draw(some.sampled_from(found)) if found else None

    def _is_here(self, slug: str) -> bool:
        return (self.root / "source/content" / slug).exists()

    def _read(self, path: str) -> str:
        return (self.root / "source" / path).read_text("utf-8")

    def _write(self, path: str, text: str) -> None:
        write_tree(self.root / "source", {path: text})


def _sites(output: Path) -> dict[str, bytes]:
    return {name: data for name, data in tree_of(output).items() if not name.startswith(".portalgen/")}


@pytest.fixture
def _at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).resolve().parents[2])
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


@pytest.mark.slow
@pytest.mark.usefixtures("_at_home")
def test_a_build_after_any_history_of_edits_is_a_clean_build() -> None:
    made = settings(
        max_examples=HISTORIES,
        stateful_step_count=9,
        deadline=None,
        database=None,
        # Each try is a second's work: the history that failed is told as it was, not made shorter.
        phases=[Phase.generate],
        derandomize=HISTORIES <= 12,
        suppress_health_check=list(HealthCheck),
    )
    run: Callable[..., None] = run_state_machine_as_test
    run(Histories, settings=made)
