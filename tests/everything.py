"""A client in whose content every field that the schema knows is filled, with words that tell what may leave.

Each text is `shown<number>` where its field is published and `canary<number>` where it is not, so that a test can
look for both in a site. A field that is added to the schema is filled here without anybody thinking of it.
"""

from __future__ import annotations

import itertools
import json
import types
import typing
from typing import Any

from portalgen.content import schema
from portalgen.content.roles import marker_of
from portalgen.content.schema.check import json_schema_of
from portalgen.content.values import Marker, RefTo
from portalgen.portal import published

NEVER = frozenset({"internal", "tags", "visibility", "client_title", "client_summary"})
"""Of a record: not filled by the general rule."""
FIRST_ID = {
    "requirements": "REQ-1", "changes": "CR-1", "milestones": "MS-1", "deliverables": "DEL-1", "documents": "DOC-1",
    "meetings": "M-1", "decisions": "DEC-1", "actions": "ACT-1", "risks": "RSK-1", "issues": "ISS-1", "reports": "REP-1",
    "feedback": "FB-1", "surveys": "SVY-1", "approvals": "APR-1", "communications": "COM-1", "lessons": "LL-1", "pages": "PAGE-1",
}  # fmt: skip
STATUS = {
    "deliverables": "accepted", "changes": "approved", "approvals": "approved", "surveys": "closed", "requirements": "validated",
    "milestones": "", "communications": "", "pages": "",
}  # fmt: skip


class Everything:
    """The files of the client, and the words that stand in them."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1000)
        self.shown: dict[str, str] = {}
        """Word → `kind.field` that publishes it."""
        self.canaries: dict[str, str] = {}
        self.files = self._files()
        text = "\n".join(self.files.values())
        # What a rule below put something else in the place of is not in the content.
        self.shown = {word: where for word, where in self.shown.items() if word in text}
        self.canaries = {word: where for word, where in self.canaries.items() if word in text}

    def word(self, where: str, *, is_published: bool) -> str:
        word = f"{'shown' if is_published else 'canary'}{next(self._numbers)}"
        (self.shown if is_published else self.canaries)[word] = where
        return word

    def _files(self) -> dict[str, str]:
        files: dict[str, Any] = {
            "client.yaml": self._mapping(schema.Client, published.Client, "client")
            | {
                "locale": "en",
                "timezone": "UTC",
                "theme": None,
                "visibility": {},
                "url": "https://portal.example/",
                "lead": "ines",
                "currency": "EUR",
            },
            "project.yaml": self._mapping(schema.Project, published.Project, "project")
            | {"visibility": None, "budget": {"baseline": "100 EUR", "spent": "50 EUR", "show": "yes"}},
            "contract.yaml": self._mapping(schema.Contract, published.Contract, "contract")
            | {"status": "active", "visibility": None},
            "people.yaml": {
                "ines": self._mapping(schema.Person, published.Person, "person")
                | {"visibility": None, "key": None},
                "hidden": {"name": self.word("person.hidden", is_published=False), "visibility": "internal"},
            },
            "responsibilities.yaml": [
                self._mapping(schema.Responsibility, published.Responsibility, "responsibility")
                | {"visibility": None}
            ],
            "communication-plan.yaml": [
                self._mapping(schema.CommunicationRow, published.CommunicationRow, "plan")
                | {"visibility": None}
            ],
            "note.txt": "a note",
            "evidence.txt": "proof",
        }
        for kind, model in schema.RECORDS.items():
            record = self._mapping(model, published.RECORDS[kind], kind)
            record |= {
                "id": FIRST_ID[kind],
                "visibility": "client",
                "body": self._body(kind),
                "client_title": None,
                "client_summary": None,
            }
            if STATUS.get(kind):
                record["status"] = STATUS[kind]
            hidden = {
                "id": f"{kind}-hidden", "visibility": "internal", "title": self.word(f"{kind}.title", is_published=False),
                "body": self.word(f"{kind}.body", is_published=False),
            }  # fmt: skip
            if kind == "approvals":
                hidden["subject"] = "REQ-1"
                record |= {"evidence": "evidence.txt"}
            if kind == "surveys":
                record["responses"] = [
                    record["responses"][0] | {"score": "4", "visibility": None} for _ in range(3)
                ]
            if kind == "meetings":
                record |= {
                    "next_meeting": "2026-04-01",
                    "decisions": [self.word("decisions.title", is_published=True)],
                    "actions": [],
                }
            files[f"{kind}.yaml"] = [record, hidden]
        return {
            f"content/acme/{name}": content
            if isinstance(content, str)
            else json.dumps(_pruned(content), ensure_ascii=False, indent=1) + "\n"
            for name, content in files.items()
        }

    def _body(self, kind: str) -> str:
        shown, hidden, comment = (
            self.word(f"{kind}.body", is_published=is_published) for is_published in (True, False, False)
        )
        return f"{shown}\n\n::: internal\n{hidden}\n:::\n\n<!-- {comment} -->\n"

    def _mapping(self, model: type[schema.Strict], cls: type[Any] | None, where: str) -> dict[str, Any]:
        known = set(cls.__struct_fields__) if cls else set()
        return {
            info.key: self._value(
                model, name, info, f"{where}.{name}", is_published=name in known and name not in NEVER
            )
            for name, info in schema.fields_of(model).items()
        }

    def _value(
        self, model: type[schema.Strict], name: str, info: schema.Field, where: str, *, is_published: bool
    ) -> Any:
        if name in ("body", "source", "links"):
            return {"source": "REQ-1", "links": {"affects": ["CR-1"]}}.get(name)
        if name in ("internal", "preferences"):
            return {"note": self.word(where, is_published=False)}
        if name in ("file", "files", "logo"):
            return {"file": "note.txt", "files": ["note.txt"], "logo": None}[name]
        inner = _inner_model(info.annotation)
        if inner is not None:
            shown_as = (
                getattr(published, inner.__name__, None)
                if is_published or inner in (schema.Brand, schema.FeedbackWays)
                else None
            )
            value = self._mapping(inner, shown_as, where)
            if inner is schema.ScheduleImpact:
                return {"MS-1": "+10d"}
            if inner is schema.FeedbackWays:
                return {"email": "feedback@acme.example", "form": "https://acme.example/form"}
            if inner is schema.Brand:
                return {"colour": "#0b5670"}
            if inner is schema.Cadence:
                return {"report": "7d"}
            if inner is schema.Amendment:
                value |= {"status": "signed"}
            if issubclass(inner, schema.Row):
                value |= {"visibility": None}
            return [value] if typing.get_origin(_bare(info.annotation)) is list else value
        marker = None if name in NEVER else marker_of(model, name)
        if isinstance(marker, RefTo):
            return FIRST_ID[marker.kinds[0]] if marker.kinds else "REQ-1"
        if marker == Marker("person"):
            return "ines"
        return self._plain(model, name, where, is_published=is_published)

    def _plain(self, model: type[schema.Strict], name: str, where: str, *, is_published: bool) -> Any:
        found = json_schema_of(model)["properties"][schema.fields_of(model)[name].key]
        found = next((each for each in found.get("anyOf", [found]) if each.get("type") != "null"), found)
        while found.get("type") == "array":
            found = found["items"]
        if "enum" in found or "const" in found:
            return (found.get("enum") or [found["const"]])[0]
        match found:
            case {"format": "date"}:
                return "2026-03-04"
            case {"format": "uri"}:
                return "https://acme.example/x"
            case {"format": "email"}:
                return f"{self.word(where, is_published=is_published)}@acme.example"
            case {"pattern": pattern}:
                return {"^[A-Z]{3}$": "EUR"}.get(pattern, "3d" if "dwm" in pattern else "12.50 EUR")
            case {"type": ["boolean", "string"]}:
                return "yes"
            case {"type": "integer" | "number"}:
                return "3"
            case {"type": "object"}:
                return {}
        if name == "time":
            return "10:00"
        return self.word(where, is_published=is_published)


def _bare(annotation: Any) -> Any:
    """Return an annotation less `| None` and its metadata."""
    if typing.get_origin(annotation) in (types.UnionType, typing.Union):
        annotation = next(each for each in typing.get_args(annotation) if each is not type(None))
    return typing.get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation


def _inner_model(annotation: Any) -> type[schema.Strict] | None:
    bare = _bare(annotation)
    if typing.get_origin(bare) is list:
        bare = _bare(typing.get_args(bare)[0])
    return bare if isinstance(bare, type) and issubclass(bare, schema.Strict) else None


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: kept for key, item in value.items() if (kept := _pruned(item)) is not None}
    return [_pruned(item) for item in value] if isinstance(value, list) else value
