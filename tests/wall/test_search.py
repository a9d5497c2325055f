"""The search that all tests of the wall rest on finds a word in every form that it promises to find."""

from __future__ import annotations

import pytest
from wall.search import forms, found_in

WORD = "canary4711"


@pytest.mark.parametrize("form", forms(WORD))
def test_a_word_is_found_in_each_form(form: str) -> None:
    data = b'{"text": "before ' + forms(WORD)[form] + b' after"}'
    if form == "zip":
        data = forms(WORD)[form]
    assert found_in({"page.html": data}, [WORD]) == {(WORD, "page.html")}


def test_a_word_is_found_in_the_name_of_a_file() -> None:
    assert found_in({"files/DOC-1/Canary4711.pdf": b""}, [WORD, "canary4712"]) == {
        (WORD, "files/DOC-1/Canary4711.pdf")
    }


def test_nothing_is_found_where_nothing_is() -> None:
    assert found_in({"page.html": b"canary471", "other.html": b"1 canary 4711"}, [WORD]) == set()
