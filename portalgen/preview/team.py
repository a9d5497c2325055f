"""Facts → what the team sees: the client's pages, made from all records. Nothing that is written knows this way.

The wall stays as it is: `publish` has one audience, and the pipeline of `build` never comes here. This way opens the
facts themselves before they are published, for the preview alone, which keeps what comes out in memory.
"""

from __future__ import annotations

from typing import Any, TypeVar

from msgspec.structs import replace

from portalgen.content import schema
from portalgen.content.read import read_client
from portalgen.content.resolve import Facts, resolve
from portalgen.content.validate import validate
from portalgen.pipeline import Job, Means, Prepared, day_of, rules_of, words_of
from portalgen.portal.derive import derive
from portalgen.portal.publish import publish
from portalgen.portal.visible import select
from portalgen.source import Source

_Model = TypeVar("_Model", bound=schema.Strict)


def prepare_for_team(source: Source, slug: str, job: Job, means: Means) -> Prepared:
    """Return the portal of a client without errors as its team would read it: every record, draft, project and person.

    Blocks and comments that a body keeps from the client stay out of it, and so does what git remembers.
    """
    folder, _ = read_client(source.root, slug)
    content, _ = validate(folder, source.people, source.people_unread, parse=means.parse)
    if content is None:
        raise AssertionError(f"{slug} has no client.yaml, and was prepared without errors")
    facts = open_facts(resolve(content, source.settings)[0])
    visible, _ = select(facts)
    attachments, _ = means.attach(source.root, visible.files)
    digests = {path: means.digest(source.root, path) for path in visible.evidence}
    words = words_of(content, source, job)
    publication, _ = publish(facts, visible, attachments, digests, day_of(content, job)[0], words)
    portal = derive(publication.portal, publication.responses, rules_of(facts))
    return Prepared(portal=portal, files=publication.files, theme=content.client.fields.theme or "")


def open_facts(facts: Facts) -> Facts:
    """Return the facts as if nothing of them stayed with the team."""
    content = facts.content
    opened = replace(
        content,
        people={key: replace(one, fields=_open(one.fields)) for key, one in content.people.items()},
        projects={
            name: one and replace(one, fields=_open(one.fields)) for name, one in content.projects.items()
        },
        contract=content.contract and replace(content.contract, fields=_open(content.contract.fields)),
        responsibilities=tuple(replace(one, fields=_open(one.fields)) for one in content.responsibilities),
        communication_plan=tuple(
            replace(one, fields=_open(one.fields)) for one in content.communication_plan
        ),
    )
    records = {id_: replace(entry, fields=_open(entry.fields)) for id_, entry in facts.records.items()}
    return replace(facts, content=opened, records=records, held_back={}, held_projects=frozenset())


def _open(model: _Model) -> _Model:
    """Return the model, and every one inside it, without a word of who may see it."""
    update: dict[str, Any] = {}
    for name in model.typed:
        value = getattr(model, name)
        if name == "visibility" and not isinstance(value, dict):
            update[name] = None
        elif isinstance(value, schema.Strict):
            update[name] = _open(value)
        elif isinstance(value, list) and any(isinstance(one, schema.Strict) for one in value):
            update[name] = [_open(one) if isinstance(one, schema.Strict) else one for one in value]
    return model.but(**update) if update else model
