"""The JSON Schemas as files of a portal's repository, for editors that know no other way to them."""

from __future__ import annotations

import json

from portalgen.schemas import NAMES, json_schema


def schema_files() -> dict[str, str]:
    """Return the text of every schema that an editor needs, by file name."""
    return {
        f"{name}.schema.json": json.dumps(json_schema(name), ensure_ascii=False, separators=(",", ":")) + "\n"
        for name in NAMES
        if name != "data"
    }
