"""Names of files: whatever strangers call them, they lie where they are put."""

from __future__ import annotations

import string
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from geo.base.file_names import safe_name


@given(st.text(max_size=300))
def test_the_name_of_a_file_is_safe_on_any_disk(name: str) -> None:
    """Whatever it is called, it lies in the folder it is put into."""
    safe = safe_name(name)

    assert safe == Path(safe).name
    assert safe.strip(". ") != ""
    assert len(safe.encode()) <= 255
    assert not set(safe) & set('/\\:*?"<>|\0' + string.whitespace.replace(" ", ""))
    assert safe_name(safe) == safe


def test_a_usual_name_stays_as_it_is() -> None:
    """Letters of any script, too: the table is called by it."""
    assert safe_name("Напади 2023 (final).xlsx") == "Напади 2023 (final).xlsx"
    assert safe_name("C:\\my tables\\a.csv") == "a.csv"
    assert safe_name("../../etc/passwd") == "passwd"
