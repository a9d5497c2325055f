"""Say what each file of a client's folder is for: by its place and name alone, before anything is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Literal

from msgspec import Struct

from portalgen.content.read import ClientFolder
from portalgen.kinds import KINDS
from portalgen.problems import Place, Problem, nearest

ONE_FILE = ("client", "people", "contract", "responsibilities", "communication-plan", "project")
"""The files of which a client has one."""
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
OUR_NAMES = frozenset(KINDS) | {
    "index", "needs-you", "whats-new", "timeline", "scope", "people", "contract", "search", "404", "data", "feed",
    "calendar", "files", "assets",
}  # fmt: skip
"""Names that the site itself uses: no project folder can have one."""


class RecordFile(Struct, frozen=True):
    path: str
    kind: str
    project: str
    """The project's folder, empty in the client's own."""
    form: Literal["list", "record"]


class Layout(Struct, frozen=True, kw_only=True):
    """Paths from the source folder."""

    client: str | None
    people: str | None
    contract: str | None
    responsibilities: str | None
    communication_plan: str | None
    projects: Mapping[str, str]
    """Project folder (empty: the client's own) → its project.yaml."""
    records: tuple[RecordFile, ...]

    def paths(self) -> Iterable[str]:
        """Return every file that is read, each once."""
        single = (self.client, self.people, self.contract, self.responsibilities, self.communication_plan)
        return (
            *(path for path in single if path),
            *self.projects.values(),
            *(file.path for file in self.records),
        )


def lay_out(folder: ClientFolder) -> tuple[Layout, list[Problem]]:
    """Return what each file is for, and a problem for every text file that is for nothing."""
    problems: list[Problem] = []
    inside = {path.removeprefix(f"{folder.path}/"): path for path in folder.texts}
    single = {name: inside[f"{name}.yaml"] for name in ONE_FILE if f"{name}.yaml" in inside}
    if "client" not in single and not any(name.startswith("client.") for name in inside):
        problems.append(
            Problem(
                Place(folder.path),
                "missing-file",
                f"'{folder.slug}' has no client.yaml",
                "write one with a line 'name: …', or begin the folder's name with _ if it is no client",
            )
        )
    projects = _projects(inside, folder, problems)
    records, others = [], {*single.values(), *projects.values()}
    for relative, path in inside.items():
        parts = tuple(relative.split("/"))
        if parts[-1] == "README.md" or path in others:
            continue
        project = parts[0] if parts[0] in projects else ""
        file = record_file(path, parts[1:] if project else parts, project)
        if file:
            records.append(file)
        else:
            problems.append(_for_nothing(path, parts[1:] if project else parts, is_in_project=bool(project)))
    layout = Layout(
        client=single.get("client"),
        people=single.get("people"),
        contract=single.get("contract"),
        responsibilities=single.get("responsibilities"),
        communication_plan=single.get("communication-plan"),
        projects=projects,
        records=tuple(records),
    )
    return layout, problems


def _projects(inside: Mapping[str, str], folder: ClientFolder, problems: list[Problem]) -> dict[str, str]:
    projects = {}
    for relative, path in inside.items():
        parts = relative.split("/")
        if len(parts) != 2 or parts[1] != "project.yaml":
            continue
        name = parts[0]
        if name in OUR_NAMES:
            problems.append(
                Problem(
                    Place(path),
                    "bad-name",
                    f"a project's folder cannot be called '{name}': the site has a page of that name",
                    "rename the folder",
                )
            )
        elif not SLUG.fullmatch(name):
            problems.append(
                Problem(
                    Place(path),
                    "bad-name",
                    f"'{name}' is no name for a project's folder",
                    "use lower-case letters, digits and single hyphens",
                )
            )
        projects[name] = path
    if "project.yaml" in inside:
        if projects:
            others = ", ".join(sorted(projects))
            problems.append(
                Problem(
                    Place(inside["project.yaml"]),
                    "two-projects",
                    f"there is a project.yaml here and one below, in {others}",
                    "give each project a folder of its own",
                )
            )
        projects[""] = inside["project.yaml"]
    return projects


def record_file(path: str, parts: tuple[str, ...], project: str) -> RecordFile | None:
    """Return what a file holds, by its path and by what follows its project's folder in it; None for no records."""
    kind = parts[0].removesuffix(".yaml")
    if kind not in KINDS:
        return None
    if len(parts) == 1:
        return RecordFile(path, kind, project, "list") if parts[0].endswith(".yaml") else None
    return RecordFile(path, kind, project, "record") if parts[-1].endswith((".yaml", ".md")) else None


def _for_nothing(path: str, parts: tuple[str, ...], *, is_in_project: bool) -> Problem:
    name = parts[0]
    stem, ending = (name, "") if len(parts) > 1 else name.rsplit(".", 1)
    known = (*KINDS, "project") if is_in_project else (*KINDS, *ONE_FILE)
    guess = stem if stem in known else nearest(stem, known)
    if len(parts) > 1 and stem in KINDS:
        hint = f"call it {PurePosixPath(parts[-1]).stem}.yaml"
    elif guess and len(parts) > 1:
        hint = f"did you mean the folder '{guess}/'?"
    elif guess:
        hint = f"did you mean '{guess}.yaml'?"
    elif is_in_project and stem in ONE_FILE:
        hint = "it belongs into the client's folder"
    elif len(parts) > 1:
        hint = f"a project's folder has a project.yaml; the kinds are {', '.join(KINDS)}"
    else:
        hint = f"a page of the team's own goes into pages/; the kinds are {', '.join(KINDS)}"
    if ending == "md" and stem in KINDS:
        hint = f"put Markdown records into the folder '{stem}/', one to a file"
    return Problem(Place(path), "unknown-file", f"'{'/'.join(parts)}' is read for nothing", hint)
