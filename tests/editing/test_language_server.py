"""What an editor says of content: asked of the real yaml-language-server, over its protocol."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from editing.language_server import LanguageServer
from editing.tools import from_npm
from sites import REPOSITORY

from portalgen.content.yaml.places import read_front_matter
from portalgen.editing.scaffold import Answers, plan_files, write_files

pytestmark = pytest.mark.slow

CLIENT = "content/alder-clinic"
ANSWERS = Answers(
    client="Alder Clinic",
    slug="alder-clinic",
    team="Lind",
    me="Maya Lind",
    mail="m@lind.example",
    currency="EUR",
    ci="none",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    """A server in a repository that `portalgen init` made."""
    folder = tmp_path_factory.mktemp("portals")
    list(write_files(folder, plan_files(ANSWERS, date(2026, 11, 23))))
    with LanguageServer(from_npm("yaml-language-server/bin/yaml-language-server"), folder) as found:
        yield found


def with_modeline(kind: str, text: str) -> str:
    return f"# yaml-language-server: $schema=../../.schemas/{kind}.schema.json\n{text}"


def say(server: LanguageServer, kind: str, text: str) -> list[tuple[int, int, str]]:
    """Return what is wrong with a file of a kind; lines are counted behind the modeline."""
    found = server.open(f"{CLIENT}/{kind}.yaml", with_modeline(kind, text))
    return [(line - 1, column, message) for line, column, message in found]


def offered(server: LanguageServer, kind: str, text: str) -> set[str]:
    """Return what could stand where `text` ends."""
    server.open(f"{CLIENT}/{kind}.yaml", with_modeline(kind, text))
    lines = text.split("\n")
    return set(server.complete(f"{CLIENT}/{kind}.yaml", len(lines) + 1, len(lines[-1]) + 1))


def test_nothing_is_wrong_with_what_init_makes(server: LanguageServer) -> None:
    paths = sorted(server.folder.rglob("content/**/*.yaml"))
    assert len(paths) > 10
    for path in paths:
        assert server.open(path.relative_to(server.folder).as_posix(), path.read_text(encoding="utf-8")) == []
    settings = (server.folder / "portalgen.yaml").read_text(encoding="utf-8")
    assert server.open("portalgen.yaml", settings) == []


def test_nothing_is_wrong_with_the_demonstration_its_front_matter_too(server: LanguageServer) -> None:
    kinds = {path.name.partition(".")[0] for path in (server.folder / ".schemas").iterdir()}
    count = 0
    for path in sorted((REPOSITORY / "content/harbour-museum").rglob("*")):
        parts = path.relative_to(REPOSITORY / "content/harbour-museum").parts
        kind = parts[0].removesuffix(".yaml")
        if path.suffix not in (".yaml", ".md") or kind not in kinds:
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".md":
            document = read_front_matter(text, path.name)[0]
            assert document
            text = document.text
        assert say(server, kind, text) == [], path
        count += 1
    assert count > 80


def test_an_unknown_key_is_underlined_where_it_stands(server: LanguageServer) -> None:
    assert say(server, "risks", "- id: RSK-1\n  title: X\n  likelihod: 3\n") == [
        (3, 3, "Property likelihod is not allowed.")
    ]


@pytest.mark.parametrize(
    ("kind", "text", "line", "column", "message"),
    [
        ("risks", "- id: R-1\n  status: opn\n", 2, 11, 'Value is not accepted. Valid values: "proposed", "assessing"'),
        ("risks", "- id: R-1\n  likelihood: 7\n", 2, 15, "Value is above the maximum of 5."),
        ("risks", "- id: R-1\n  review_on: soon\n", 2, 14, "A date is expected here, as YYYY-MM-DD"),
        ("risks", "- id: R-1\n  title: [x]\n", 2, 10, 'A text is expected here, not a list or a mapping'),
        ("risks", "- title: X\n", 1, 3, 'A risk in a list needs an id'),
        ("risks", "id: R-1\nescalated: perhaps\n", 2, 12, "yes or no is expected here"),
        ("changes", "id: C-1\nimpact: {schedule: {MS-2: soon}}\n", 2, 27, "A length of time is expected here"),
        ("changes", "id: C-1\nimpact: {cost: 12 euro}\n", 2, 16, "An amount of money is expected here"),
        ("client", "locale: en\n", 1, 1, 'Missing property "name".'),
        ("client", "name: X\nvisibility: {risks: hidden}\n", 2, 21, 'Valid values: "client", "internal"'),
        ("people", "jo:\n  nam: Jo\n", 2, 3, "Property nam is not allowed."),
        ("people", "jo: Jo Smith\n", 1, 5, ""),
        ("meetings", "date: 2026-01-01\nactions:\n  - title: A\n    status: doen\n", 4, 13, "Value is not accepted."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_line_and_column(
    server: LanguageServer, kind: str, text: str, line: int, column: int, message: str
) -> None:
    found = say(server, kind, text)
    assert any((at, where) == (line, column) and message in said for at, where, said in found), found


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("risks", "- id: R-1\n  title: 1.10\n- id: 7\n  title: true\n"),
        ("risks", "id: R-1\ntitle: X\nstatus:\nowner:\nlinks:\nlikelihood:\nreview_on:\n"),
        ("risks", "id: R-1\ntitle: X\nlinks: CR-1\nlikelihood: '3'\nescalated: no\n"),
        (
            "milestones",
            "- {id: M-1, title: X, depends_on: M-0, deliverables: [D-1], acceptance: done, value: 12.50}\n",
        ),
        ("changes", "id: C-1\nimpact: {schedule: +3d, scope: none, cost: -5 EUR}\n"),
        ("changes", "id: C-1\nimpact: {schedule: {MS-2: +10d}, scope: {adds: REQ-1}}\n"),
        ("reports", "date: 2026-01-01\nhealth: {overall: on_track, cost: at_risk}\nnext: Go on\n"),
        ("meetings", "decisions: We go\nactions: [Call, {title: Write, owner: maya-lind}]\ntime: 10:00\n"),
        ("people", "maya:\n  name: Maya Lind\njo: {name: Jo}\n"),
        ("people", "- {key: jo, name: Jo}\n"),
        ("risks", ""),
    ],
)
def test_what_check_takes_is_not_underlined(server: LanguageServer, kind: str, text: str) -> None:
    assert say(server, kind, text) == []


def test_keys_are_completed_in_a_list_and_in_a_file_of_its_own(server: LanguageServer) -> None:
    for text in ("- id: RSK-1\n  title: X\n  ", "id: RSK-1\ntitle: X\n"):
        keys = offered(server, "risks", text)
        assert {"likelihood", "impact", "review_on", "visibility"} <= keys
        assert not {"title", "priority"} & keys


def test_a_completed_key_is_followed_by_its_colon(server: LanguageServer) -> None:
    server.open(f"{CLIENT}/risks.yaml", with_modeline("risks", "id: R-1\n"))
    items = server.complete(f"{CLIENT}/risks.yaml", 3, 1)
    assert {name: items[name]["insertText"] for name in ("title", "owner", "review_on")} == {
        "title": "title: ",
        "owner": "owner: ",
        "review_on": "review_on: ",
    }


@pytest.mark.parametrize(
    ("kind", "text", "some", "none"),
    [
        ("requirements", "- id: R-1\n  priority: ", {"must", "should", "could", "wont"}, {"null", "true"}),
        ("reports", "health: ", {"on_track", "off_track"}, {"null"}),
        ("changes", "status: ", {"waiting_for_approval"}, {"open"}),
        ("risks", "escalated: ", {"true", "false"}, {"null"}),
        ("risks", "title: ", set(), {"true", "null", "RSK-1"}),
    ],
)
def test_states_and_other_words_are_completed(
    server: LanguageServer, kind: str, text: str, some: set[str], none: set[str]
) -> None:
    found = offered(server, kind, text)
    assert some <= found
    assert not none & found


@pytest.mark.parametrize(
    ("kind", "text", "some", "none"),
    [
        ("requirements", "- id: R-1\n  milestone: ", {"MS-1", "MS-2"}, {"RSK-1"}),
        ("milestones", "deliverables: [", {"DEL-1"}, {"MS-1"}),
        ("approvals", "subject: ", {"DEL-1", "MS-1", "2026-11-09-kickoff"}, {"maya-lind"}),
        ("risks", "links:\n  affects:\n    - ", {"REQ-1", "ACT-2"}, {"maya-lind"}),
        ("risks", "owner: ", {"maya-lind", "alex-rivera"}, {"MS-1", '""'}),
    ],
)
def test_ids_and_people_are_completed_where_they_belong(
    server: LanguageServer, kind: str, text: str, some: set[str], none: set[str]
) -> None:
    found = offered(server, kind, text)
    assert some <= found
    assert not none & found


def test_hovering_over_a_key_explains_it(server: LanguageServer) -> None:
    server.open(
        f"{CLIENT}/risks.yaml", with_modeline("risks", "likelihood: 3\nstatus: approved\ninternal: x\n")
    )
    told = [server.hover(f"{CLIENT}/risks.yaml", line, 2) for line in (2, 3, 4)]
    assert "#### likelihood" in told[0]
    assert "1 (rare) to 5 (almost certain)" in told[0]
    assert "check warns where it is missing" in told[0]
    assert "Allowed Values" in told[1]
    assert "`occurred`" in told[1]
    assert "never leaves the team" in told[2]


def test_front_matter_is_judged_where_the_editor_hands_it_over(server: LanguageServer) -> None:
    text = "# yaml-language-server: $schema=../../../.schemas/meetings.schema.json\ntitle: X\nstatus: hld\n"
    ((line, column, message),) = server.open(f"{CLIENT}/meetings/2026-11-20-x.yaml", text)
    assert (line, column) == (3, 9)
    assert '"held"' in message
