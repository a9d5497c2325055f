"""Draw a client's content at random, with random marks, and take out of it by the contract's words whatever stays.

`draw_site` makes the whole; `public_part` is the same content as a team would have written it that has nothing to
hide. Both must make the same site, byte for byte. What stays says `canary<number>`, all else `shown<number>`.
The rules are written here a second time on purpose, from docs and not from the code.
"""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Callable
from random import Random
from typing import Any

Fields = dict[str, Any]

KINDS = {
    "requirements": "REQ", "changes": "CR", "milestones": "MS", "deliverables": "DEL", "meetings": "M", "decisions": "DEC",
    "actions": "ACT", "risks": "RSK", "issues": "ISS", "reports": "REP", "documents": "DOC", "feedback": "FB", "surveys": "SVY",
    "approvals": "APR", "communications": "COM", "lessons": "LL", "pages": "PG",
}  # fmt: skip
STATUS = {
    "requirements": "proposed approved in_progress implemented validated rejected deferred withdrawn",
    "changes": "submitted assessing waiting_for_approval approved rejected postponed merged implemented",
    "deliverables": "planned in_progress submitted in_review accepted conditionally_accepted not_accepted",
    "meetings": "planned held agreed cancelled", "decisions": "decided superseded revoked proposed",
    "actions": "open in_progress done blocked cancelled", "risks": "proposed assessing approved closed rejected occurred",
    "issues": "open postponed resolved closed", "documents": "issued superseded draft",
    "feedback": "new acknowledged answered closed", "surveys": "open closed",
    "approvals": "requested approved changes_requested declined expired revoked", "lessons": "captured reviewed adopted rejected",
}  # fmt: skip
DAYS = {
    "requirements": "raised_on approved_on validated_on", "changes": "submitted_on decided_on implemented_on",
    "milestones": "baseline forecast met_on cancelled_on", "deliverables": "due submitted_on decided_on", "meetings": "date",
    "decisions": "date applies_from", "actions": "due requested_on received_on", "risks": "identified_on review_on target_date",
    "issues": "raised_on resolved_on target_date", "reports": "date", "documents": "date", "feedback": "date answered_on",
    "surveys": "opened_on closed_on", "approvals": "requested_on decided_on", "communications": "date",
}  # fmt: skip
PROSE = {
    "requirements": "statement rationale verification", "changes": "category reason if_not_done decision_note", "deliverables": "conditions",
    "meetings": "place", "decisions": "consequences", "risks": "category cause event effect action", "issues": "category resolution",
    "feedback": "answer", "surveys": "question", "approvals": "conditions", "lessons": "category phase context effect recommendation",
}  # fmt: skip
LISTS = {
    "deliverables": "criteria",
    "meetings": "agenda",
    "decisions": "options",
    "reports": "achieved next decisions_needed",
    "lessons": "applied_in",
}
PEOPLE = {
    "requirements": "requested_by", "changes": "requested_by decided_by", "deliverables": "reviewer acceptor", "meetings": "attendees apologies",
    "decisions": "decided_by", "issues": "raised_by", "reports": "author", "approvals": "decided_by", "communications": "from to",
}  # fmt: skip
IDS = {
    "requirements": {"milestone": "milestones", "deliverable": "deliverables", "parent": "requirements"},
    "milestones": {"depends_on": "milestones", "deliverables": "deliverables"}, "deliverables": {"milestone": "milestones"},
    "meetings": {"next_meeting": "meetings"}, "actions": {"blocks": ""}, "documents": {"supersedes": "documents"},
    "feedback": {"resulted_in": ""}, "approvals": {"subject": ""},
}  # fmt: skip
MANY = ("depends_on", "deliverables", "blocks", "resulted_in", "subject", "attendees", "apologies")
LINKS = (
    "related",
    "depends_on",
    "blocks",
    "raised_in",
    "resulted_in",
    "affects",
    "supersedes",
    "duplicates",
    "mitigates",
    "evidenced_by",
)
INTERNAL_ONLY = {
    "requirements": {"estimate": "3w", "difficulty": None}, "milestones": {"confidence": None}, "feedback": {"from": None},
    "approvals": {"evidence": None},
}  # fmt: skip
BEFORE_SUBMISSION = ("planned", "in_progress")
DECIDED = ("approved", "changes_requested", "declined")


class Site:
    """A client's content as values, and the marks on it."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.numbers = itertools.count(1000)
        self.settings: Fields = {}
        self.client: Fields = {}
        self.people: dict[str, Fields] = {}
        self.shared: dict[str, Fields] = {}
        self.projects: dict[str, Fields] = {}
        """By folder; empty for the client's own; without any, the client is one project."""
        self.records: list[Fields] = []
        """With `kind` and `project`, which are taken off when written."""
        self.contract: Fields | None = None
        self.rows: dict[str, list[Fields]] = {}
        self.files: dict[str, str] = {}

    def word(self, *, shown: bool) -> str:
        return f"{'shown' if shown else 'canary'}{next(self.numbers)}"

    def may(self, chance: float) -> bool:
        return self.random.random() < chance


def draw_site(random: Random) -> Site:
    """Return the content of a client."""
    site = Site(random)
    for kind in random.sample(list(KINDS), random.randint(0, 4)):
        (site.settings if site.may(0.5) else site.client.setdefault("visibility", {}))[kind] = random.choice(
            ["client", "internal"]
        )
    for people, name in ((site.people, "own"), (site.shared, "shared")):
        for number in range(random.randint(1, 3)):
            people[f"{name}-{number}"] = {"visibility": "internal"} if site.may(0.4) else {}
    folders = random.choice([[], [], [""], ["one"], ["one", "two"], ["one", "two", "three"]])
    for folder in folders:
        site.projects[folder] = {"visibility": "internal"} if site.may(0.3) else {}
    for number in range(random.randint(3, 16)):
        kind = random.choice(list(KINDS))
        record: Fields = {
            "kind": kind,
            "project": random.choice([*folders, ""]),
            "id": f"{KINDS[kind]}-{number}",
        }
        if site.may(0.5):
            record["visibility"] = random.choice(["client", "internal"])
        if kind in STATUS and site.may(0.7):
            record["status"] = random.choice(STATUS[kind].split())
        if kind == "meetings":
            for name in ("decisions", "actions"):
                record[name] = [_nested(site) for _ in range(random.randint(0, 3))]
        site.records.append(record)
    _fill(site)
    return site


def _nested(site: Site) -> Fields:
    fields: Fields = {}
    if site.may(0.5):
        fields["visibility"] = site.random.choice(["client", "internal", "internal"])
    return fields


def _fill(site: Site) -> None:
    """Give all of it words: which, depends on who will read them."""
    random = site.random
    held = held_ids(site)
    site.client |= {"name": site.word(shown=True), "internal": site.word(shown=False)}
    if site.may(0.5):
        site.client |= {"since": "2019-01-01", "status": "dormant", "preferences": [site.word(shown=False)]}
    for people in (site.people, site.shared):
        for person in people.values():
            is_shown = person.get("visibility") != "internal"
            person |= {
                "name": site.word(shown=is_shown),
                "interest": site.word(shown=False),
                "internal": {"note": site.word(shown=False)},
            }
            if site.may(0.5):
                person |= {"role": site.word(shown=is_shown), "responsibilities": [site.word(shown=is_shown)]}
    site.client["lead"] = _person(site)
    for project in site.projects.values():
        is_shown = project.get("visibility") != "internal"
        project |= {
            "name": site.word(shown=is_shown),
            "objectives": [site.word(shown=is_shown)],
            "manager": _person(site),
            "internal": site.word(shown=False),
        }
        project |= {
            "steering": [_person(site), _person(site)],
            "budget": {"baseline": "10 EUR", "spent": "5 EUR"},
        }
        if site.may(0.5):
            project["order"] = random.randint(1, 5)
    # An approval may yet have to stay, because of what it approves.
    visible = [
        record["id"] for record in site.records if record["id"] not in held and record["kind"] != "approvals"
    ]
    for record in site.records:
        _fill_record(site, record, held, visible)
    if site.may(0.6):
        _fill_contract(site)
    for _ in range(random.randint(0, 3)):
        row = {
            "activity": site.word(shown=True),
            "responsible": [_person(site)],
            "accountable": [_person(site)],
            "consulted": [_person(site), _person(site)],
        }
        if site.may(0.4):
            row |= {"visibility": "internal", "activity": site.word(shown=False)}
        elif not {*row["responsible"], *row["accountable"]}.isdisjoint(_strangers(site)):
            row["activity"] = site.word(shown=False)
        site.rows.setdefault("responsibilities", []).append(row | {"internal": site.word(shown=False)})
    for _ in range(random.randint(0, 2)):
        is_shown = site.may(0.6)
        row = {
            "audience": site.word(shown=is_shown),
            "content": site.word(shown=is_shown),
            "responsible": _person(site),
        }
        site.rows.setdefault("communication-plan", []).append(
            row | ({} if is_shown else {"visibility": "internal"})
        )


def _person(site: Site) -> str:
    plain = [f"Somebody {next(site.numbers)}"]
    return site.random.choice([*site.people, *site.shared, *plain])


def _fill_record(site: Site, record: Fields, held: set[str], visible: list[str]) -> None:
    random, kind = site.random, record["kind"]
    is_shown = record["id"] not in held
    is_early = kind == "deliverables" and record.get("status", "planned") in BEFORE_SUBMISSION
    has_title, has_summary = site.may(0.2), site.may(0.2)
    whole = is_shown and not is_early

    def word() -> str:
        return site.word(shown=whole)

    def prose() -> str:
        text = site.word(shown=whole and not has_summary)
        # The id of what stays is an error in what a client reads; here only what may be named is.
        return f"{text} [[{random.choice(visible)}]]" if visible and site.may(0.3) else text

    record["title"] = site.word(shown=is_shown and not has_title)
    record |= {
        "internal": [site.word(shown=False), {"x": site.word(shown=False)}],
        "tags": [site.word(shown=False)],
    }
    if has_title:
        record["client_title"] = site.word(shown=is_shown)
    if has_summary:
        record["client_summary"] = site.word(shown=whole) + (
            f" and [[{random.choice(visible)}]]" if visible and site.may(0.5) else ""
        )
    if site.may(0.6):
        record["owner"] = _person(site)
    for name in DAYS.get(kind, "").split():
        if site.may(0.6):
            record[name] = f"2026-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
    for name in PROSE.get(kind, "").split():
        if site.may(0.4):
            record[name] = prose()
    for name in LISTS.get(kind, "").split():
        if site.may(0.4):
            record[name] = [prose() for _ in range(random.randint(1, 2))]
    for name in PEOPLE.get(kind, "").split():
        if site.may(0.6):
            record[name] = [_person(site), _person(site)] if name in MANY else _person(site)
    for name, target in IDS.get(kind, {}).items():
        known = [other["id"] for other in site.records if not target or other["kind"] == target]
        if known and (site.may(0.6) or name == "subject"):
            record[name] = (
                random.choices(known, k=random.randint(1, 3)) if name in MANY else random.choice(known)
            )
    everything = [other["id"] for other in site.records]
    if site.may(0.6):
        record["links"] = {random.choice(LINKS): random.choices(everything, k=2) for _ in range(2)}
    if site.may(0.3):
        record["source"] = random.choice([*everything, site.word(shown=False)])
    for name, value in INTERNAL_ONLY.get(kind, {}).items():
        if site.may(0.5):
            record[name] = value or f"{site.word(shown=False)} of ours"
    if kind == "approvals":
        record["decided_by"] = record.get("decided_by") or _person(site)
        record["decided_on"] = record.get("decided_on") or "2026-02-02"
    if kind in ("requirements", "milestones") and site.may(0.5):
        record["acceptance"] = [
            _criterion(site, shown=whole and not has_summary) for _ in range(random.randint(1, 3))
        ]
    if kind == "requirements":
        record |= {
            "priority": random.choice(["must", "should", "could", "wont"]),
            "weight": random.choice(["1", "2.5", "10"]),
        }
    if kind in ("risks", "issues"):
        record |= {"impact": str(random.randint(1, 5))} | (
            {"likelihood": str(random.randint(1, 5))} if kind == "risks" else {}
        )
    if kind == "changes" and site.may(0.6):
        record["impact"] = _impact(site, shown=whole and not has_summary)
    if kind == "reports":
        record["health"] = random.choice(["on_track", "at_risk", "off_track", "on_hold", "complete"])
    if kind == "surveys":
        record |= {
            "type": random.choice(["csat", "nps"]),
            "responses": [_response(site) for _ in range(random.randint(0, 6))],
        }
    if kind == "documents" and site.may(0.6):
        name = f"file{random.randint(1, 4)}.txt"
        folder = f"{record['project']}/" if record["project"] else ""
        site.files[f"{folder}{name}"] = f"the text of {name}"
        record["file"] = name
    if site.may(0.7):
        record["body"] = _body(site, visible, held, shown=whole and not has_summary)
    for name in ("decisions", "actions"):
        for row in record.get(name, []) if kind == "meetings" else ():
            is_row_shown = _is_nested_shown(site, record, name, row, held)
            row |= {
                "title": site.word(shown=is_row_shown),
                "internal": site.word(shown=False),
                "links": {"related": random.choices(everything, k=1)},
            }
            if name == "actions":
                row |= {"owner": _person(site), "due": "2026-12-01"}


def _criterion(site: Site, *, shown: bool) -> Fields:
    is_internal = site.may(0.3)
    row = {
        "criterion": site.word(shown=shown and not is_internal),
        "note": site.word(shown=shown and not is_internal),
        "internal": site.word(shown=False),
    }
    return row | ({"visibility": "internal"} if is_internal else {"met": "yes"})


def _impact(site: Site, *, shown: bool) -> Fields:
    def of(kind: str) -> list[str]:
        return [record["id"] for record in site.records if record["kind"] == kind]

    random = site.random
    impact: Fields = {"quality": site.word(shown=shown), "cost": "100 EUR"}
    if of("requirements"):
        impact["scope"] = {
            name: [random.choice(of("requirements"))]
            for name in random.sample(["adds", "changes", "removes"], 2)
        }
    if of("milestones"):
        impact["schedule"] = {random.choice(of("milestones")): "+10d" for _ in range(2)}
    return impact


def _response(site: Site) -> Fields:
    row = {
        "from": f"{site.word(shown=False)} Smith",
        "date": "2026-02-03",
        "score": str(site.random.randint(0, 10)),
        "comment": site.word(shown=False),
    }
    return row | ({"visibility": "internal"} if site.may(0.3) else {})


def _body(site: Site, visible: list[str], held: set[str], *, shown: bool) -> list[tuple[str, str]]:
    """Return paragraphs, each with what it is: `text`, `held`, or a `link` to something that stays."""
    parts: list[tuple[str, str]] = []
    for _ in range(site.random.randint(1, 5)):
        match site.random.choice(["text", "text", "link", "block", "nested", "comment", "list", "picture"]):
            case "text":
                link = f" [[{site.random.choice(visible)}]]" if visible and site.may(0.4) else ""
                parts.append(("text", site.word(shown=shown) + link))
            case "link":
                target = (
                    f"../{site.word(shown=False)}.md"
                    if not held or site.may(0.5)
                    else f"../risks/{site.random.choice(sorted(held))}.md"
                )
                parts.append(("link", f'[{site.word(shown=shown)}]({target} "{site.word(shown=False)}")'))
            case "picture":
                parts.append(
                    (
                        "link",
                        f'![{site.word(shown=shown)}]({site.word(shown=False)}.png "{site.word(shown=False)}")',
                    )
                )
            case "block":
                parts.append(
                    ("held", f"::: internal\n{site.word(shown=False)}\n\n# {site.word(shown=False)}\n:::")
                )
            case "nested":
                parts.append(
                    (
                        "held",
                        f"::: internal\n> {site.word(shown=False)}\n\n::: note\n- {site.word(shown=False)}\n:::\n{site.word(shown=False)}\n:::",
                    )
                )
            case "comment":
                parts.append(("held", f"<!-- {site.word(shown=False)}\n\n{site.word(shown=False)} -->"))
            case "list":
                # Two lists with a comment between them are two, and without it one: so a text ends each.
                parts.append(
                    (
                        "text",
                        f"- {site.word(shown=shown)}\n- {site.word(shown=shown)}\n\n{site.word(shown=shown)}",
                    )
                )
    return parts


def _fill_contract(site: Site) -> None:
    random = site.random
    is_shown = site.may(0.7)

    def row(**fields: Any) -> Fields:
        is_internal = site.may(0.3)
        name = next(iter(fields))
        fields[name] = site.word(shown=is_shown and not is_internal)
        return (
            fields
            | ({"visibility": "internal"} if is_internal else {})
            | {"internal": site.word(shown=False)}
        )

    milestones = [record["id"] for record in site.records if record["kind"] == "milestones"]
    payments = [row(title="", amount="5 EUR") for _ in range(2)]
    for payment in payments:
        if milestones and site.may(0.5):
            payment["milestone"] = random.choice(milestones)
    amendments = []
    for _ in range(3):
        is_signed = site.may(0.5)
        amendment = {
            "description": site.word(shown=is_shown and is_signed),
            "status": "signed" if is_signed else "draft",
        }
        amendments.append(amendment)
    changes = [record["id"] for record in site.records if record["kind"] == "changes"]
    if changes:
        amendments[0]["changes"] = random.choices(changes, k=2)
    documents = [record["id"] for record in site.records if record["kind"] == "documents"]
    site.contract = {
        "title": site.word(shown=is_shown), "internal": site.word(shown=False), "status": "active" if is_shown else "pending",
        "obligations": [row(text="", party="client") for _ in range(2)], "payments": payments, "amendments": amendments,
        "documents": random.choices(documents, k=2) if documents else [],
    }  # fmt: skip


# --- who sees what, by the contract's words


def _default(site: Site, kind: str) -> str:
    """Return the kind's visibility: from client.yaml, else portalgen.yaml, else the built-in one."""
    built_in = "internal" if kind in ("communications", "lessons") else "client"
    return str(site.client.get("visibility", {}).get(kind) or site.settings.get(kind) or built_in)


def _is_internal(site: Site, record: Fields) -> bool:
    return (
        (record.get("visibility") or _default(site, record["kind"])) == "internal"
        or site.projects.get(record["project"], {}).get("visibility") == "internal"
        or (record["kind"] == "documents" and record.get("status") == "draft")
    )


def _is_nested_shown(site: Site, meeting: Fields, kind: str, row: Fields, held: set[str]) -> bool:
    return meeting["id"] not in held and (row.get("visibility") or _default(site, kind)) != "internal"


def _strangers(site: Site) -> set[str]:
    return {
        key
        for people in (site.people, site.shared)
        for key, person in people.items()
        if person.get("visibility") == "internal"
    }


def held_ids(site: Site) -> set[str]:
    """Return the ids of records that stay by their own marks."""
    return {record["id"] for record in site.records if _is_internal(site, record)}


def public_part(whole: Site) -> Site:
    """Return the content as it would have been written with nothing to hide."""
    site = copy.copy(whole)
    site.settings, site.client, site.people = {}, dict(whole.client), {}
    strangers = _strangers(whole)
    held = held_ids(whole)
    records = copy.deepcopy([record for record in whole.records if record["id"] not in held])
    while lacking := [record["id"] for record in records if _lacks(record, held, strangers)]:
        held |= set(lacking)
        records = [record for record in records if record["id"] not in held]
    for name in ("internal", "since", "status", "preferences", "visibility"):
        site.client.pop(name, None)
    keep = _keeper(held, strangers)
    site.client = keep(site.client, ("lead",))
    site.people = {key: _of_person(person) for key, person in whole.people.items() if key not in strangers}
    site.shared = {key: _of_person(person) for key, person in whole.shared.items() if key not in strangers}
    site.projects = {
        folder: keep(
            {name: value for name, value in project.items() if name not in ("internal", "budget")},
            ("manager", "steering"),
        )
        for folder, project in whole.projects.items()
        if project.get("visibility") != "internal"
    }
    site.records = [_of_record(whole, record, held, strangers) for record in records]
    contract = whole.contract
    site.contract = (
        None if contract is None or contract["status"] == "pending" else _of_contract(contract, keep)
    )
    site.rows = {
        name: [
            keep(
                {key: value for key, value in row.items() if key != "internal"},
                ("responsible", "consulted") if name != "communication-plan" else ("responsible",),
            )
            for row in rows
            if row.get("visibility") != "internal"
            and not {*row.get("accountable", []), *(row["responsible"] if name == "responsibilities" else [])}
            & strangers
        ]
        for name, rows in whole.rows.items()
    }
    return site


def _lacks(record: Fields, held: set[str], strangers: set[str]) -> bool:
    if record["kind"] != "approvals":
        return False
    return set(record["subject"]) <= held or (
        record.get("status") in DECIDED and record["decided_by"] in strangers
    )


def _keeper(held: set[str], strangers: set[str]) -> Callable[[Fields, tuple[str, ...]], Fields]:
    """Return what takes ids and persons that stay out of the fields named, and a field with nothing left with them."""

    def keep(fields: Fields, names: tuple[str, ...]) -> Fields:
        found = dict(fields)
        for name in names:
            value = found.get(name)
            left = [
                one
                for one in (value if isinstance(value, list) else [value])
                if one not in held | strangers and one is not None
            ]
            found.pop(name, None)
            if left:
                found[name] = left if isinstance(value, list) else left[0]
        return found

    return keep


def _of_person(person: Fields) -> Fields:
    return {
        name: value for name, value in person.items() if name not in ("internal", "interest", "visibility")
    }


def _of_record(whole: Site, record: Fields, held: set[str], strangers: set[str]) -> Fields:
    kind = record["kind"]
    keep = _keeper(held, strangers)
    left = {
        "internal",
        "tags",
        "visibility",
        "client_title",
        "client_summary",
        "source",
        *INTERNAL_ONLY.get(kind, {}),
    }
    found = {name: value for name, value in record.items() if name not in left} | {"visibility": "client"}
    found["title"] = record.get("client_title") or record["title"]
    if kind == "deliverables" and record.get("status", "planned") in BEFORE_SUBMISSION:
        return {
            name: found[name]
            for name in ("kind", "project", "id", "title", "status", "due", "visibility")
            if name in found
        }
    everything = {other["id"] for other in whole.records}
    if record.get("source") in everything - held:
        found["source"] = record["source"]
    found = keep(found, ("owner", *PEOPLE.get(kind, "").split(), *IDS.get(kind, {})))
    if "links" in found:
        found["links"] = keep(found["links"], LINKS)
    if kind == "changes" and "impact" in found:
        found["impact"] = _of_impact(found["impact"], keep, held)
    if "acceptance" in found:
        rows = [row for row in found["acceptance"] if row.get("visibility") != "internal"]
        found["acceptance"] = [
            {name: value for name, value in row.items() if name != "internal"} for row in rows
        ]
    if kind == "surveys":
        found["responses"] = [
            {"score": row["score"]} for row in found["responses"] if row.get("visibility") != "internal"
        ]
    if kind == "lessons":
        found = keep(found, ("applied_in",))
    if record.get("file") in _held_files(whole, record["project"], held):
        del found["file"]
    found["body"] = [_shown_part(part) for part in found.get("body", []) if part[0] != "held"]
    if "client_summary" in record:
        for name in (*PROSE.get(kind, "").split(), *LISTS.get(kind, "").split(), "acceptance"):
            found.pop(name, None)
        if kind == "changes" and "impact" in found:
            found["impact"].pop("quality", None)
        found["body"] = [("text", record["client_summary"])]
    if kind == "meetings":
        for name in ("decisions", "actions"):
            found[name] = [
                keep(
                    {key: value for key, value in row.items() if key not in ("internal", "links")}, ("owner",)
                )
                | {"links": keep(row["links"], LINKS), "visibility": "client"}
                for row in record[name]
                if _is_nested_shown(whole, record, name, row, held)
            ]
    return found


def _of_impact(impact: Fields, keep: Callable[[Fields, tuple[str, ...]], Fields], held: set[str]) -> Fields:
    found = dict(impact)
    for name, value in (
        ("scope", keep(found.get("scope", {}), ("adds", "changes", "removes"))),
        ("schedule", {key: days for key, days in found.get("schedule", {}).items() if key not in held}),
    ):
        found.pop(name, None)
        if value:
            found[name] = value
    return found


def _of_contract(contract: Fields, keep: Callable[[Fields, tuple[str, ...]], Fields]) -> Fields:
    found = {name: value for name, value in contract.items() if name != "internal"}
    for name in ("obligations", "payments"):
        rows = [row for row in found[name] if row.get("visibility") != "internal"]
        found[name] = [
            keep({key: value for key, value in row.items() if key != "internal"}, ("milestone",))
            for row in rows
        ]
    found["amendments"] = [
        keep(row, ("changes",)) for row in found["amendments"] if row["status"] == "signed"
    ]
    return keep(found, ("documents",))


def _held_files(whole: Site, project: str, held: set[str]) -> set[str]:
    return {
        record["file"]
        for record in whole.records
        if record["id"] in held and "file" in record and record["project"] == project
    }


def _shown_part(part: tuple[str, str]) -> tuple[str, str]:
    """Return a paragraph; of a link to what stays, its label alone."""
    what, text = part
    return ("text", text[text.index("[") + 1 : text.index("]")]) if what == "link" else part


# --- as files


def files_of(site: Site, slug: str = "acme") -> dict[str, str]:
    """Return the content as files, by path from the source."""
    root = f"content/{slug}"
    files: dict[str, Any] = {
        "portalgen.yaml": {"visibility": site.settings} if site.settings else {},
        f"{root}/client.yaml": site.client,
    }
    files[f"{root}/people.yaml"] = site.people
    files["content/_shared/people.yaml"] = site.shared
    if site.contract is not None:
        files[f"{root}/contract.yaml"] = site.contract
    files |= {f"{root}/{name}.yaml": rows for name, rows in site.rows.items()}
    files |= {
        f"{root}/{folder}/project.yaml".replace("//", "/"): project
        for folder, project in site.projects.items()
    }
    for record in site.records:
        folder = f"{root}/{record['project']}".rstrip("/")
        fields = {name: value for name, value in record.items() if name not in ("kind", "project")}
        fields["body"] = "\n\n".join(text for _, text in fields.get("body", []))
        files.setdefault(f"{folder}/{record['kind']}.yaml", []).append(fields)
    texts = {path: json.dumps(value, indent=1) + "\n" for path, value in files.items() if value}
    return texts | {f"{root}/{path}": text for path, text in site.files.items()}
