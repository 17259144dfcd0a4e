"""BibTeX is read field by field, and what is not BibTeX is refused."""

import pytest

from harness.errors import DescriptionError
from harness.host import citations, host

TWO = """@article{lab2020,
    author = {Ada Lab and Eve {van der} Lab},
    title = "The {V1} of
        monkeys, e.g. at lab@example.org",
    year = 2020,
}

@misc{nothing,}"""


def test_fields_are_read_without_braces_and_line_breaks() -> None:
    first, second = citations(TWO)
    assert first == {
        "author": "Ada Lab and Eve van der Lab",
        "title": "The V1 of monkeys, e.g. at lab@example.org",
        "year": "2020",
    }
    assert second == {} and citations("") == []


@pytest.mark.parametrize(
    "text", ["Lab et al. (2020)", "@article{lab", "@article{lab, title = {Open}", "@article{lab, title = {A}} and more"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(DescriptionError, match="BibTeX cannot be read"):
        citations(text)


def test_what_is_registered_can_be_read_and_has_titles() -> None:
    kinds = (host().models, host().benchmarks, host().datasets)
    texts = {spec.identifier: getattr(spec, "bibtex", "") for kind in kinds for spec in kind}
    assert len(texts) > 200
    untitled = [name for name, text in texts.items() if any("title" not in entry for entry in citations(text))]
    assert untitled == []
