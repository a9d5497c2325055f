"""Ids of records that stay with the team are found in what a client reads, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from portalgen.portal.words import held_of, ids_among

HELD = held_of({id_.casefold(): id_ for id_ in ("REQ-9", "draft.2-b", "需求-1", "需求-12", "客户-需求-1")})


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("See REQ-9.", ["req-9"]), ("see req-9, Draft.2-B", ["req-9", "draft.2-b"]), ("REQ-90 and XREQ-9", []),
        ("见需求-1。", ["需求-1"]), ("见需求-12。", ["需求-12"]), ("需求-123", []), ("客户-需求-1好", ["客户-需求-1", "需求-1"]), ("需求", []),
    ],
)  # fmt: skip
def test_an_id_is_found_as_people_write_it(text: str, ids: list[str]) -> None:
    assert sorted(ids_among(text, HELD)) == sorted(ids)


def test_where_nothing_is_held_nothing_is_found() -> None:
    assert ids_among("REQ-9 需求-1", held_of({})) == []
