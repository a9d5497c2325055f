"""What is generated in docs/ is current."""

from __future__ import annotations

import generate
import pytest


@pytest.mark.parametrize("name", generate.generated())
def test_a_generated_page_is_current(name: str) -> None:
    path = generate.DOCS / name
    assert path.exists(), f"make docs writes docs/{name}"
    assert path.read_text(encoding="utf-8") == generate.generated()[name], "make docs writes it anew"
