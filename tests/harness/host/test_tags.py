"""One thing has one word: tags are a closed vocabulary that the guide explains."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness import ModelSpec, errors
from harness.cli import app
from harness.errors import RenamedWarning
from harness.host import TAGS
from harness.host.plugin_host import DISTRIBUTION, host
from harness.host.tags import SYNONYMS, nearest

GUIDE = Path(__file__).parents[3] / "docs" / "plugins.md"


@pytest.fixture(autouse=True)
def nothing_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "_told", set())


def spec(*tags: str) -> ModelSpec:
    return ModelSpec("net", load="my_lab:net", summary="", tags=tags)


def test_the_guide_explains_every_word_and_no_other() -> None:
    section = GUIDE.read_text().partition("### Tags\n")[2].partition("\n###")[0]
    cells = "".join(
        line.partition("| ")[2].partition(" | ")[2] for line in section.splitlines() if line.startswith("| ")
    )
    assert set(re.findall(r"`([^`]+)`", cells)) == set(TAGS)


def test_every_word_is_used_or_may_come_with_imported_data() -> None:
    registries = (host().models, host().stimuli, host().benchmarks)
    used = {
        tag
        for registry in registries
        for each in registry
        if registry.plugin(each.identifier).distribution == DISTRIBUTION
        for tag in each.tags
    }
    assert set(TAGS) - used <= {"beta", "bold", "calcium", "eeg", "imported", "lfp", "meg", "mua", "spikes"}


def test_words_of_ones_own_are_taken_in_silence(recwarn: pytest.WarningsRecorder) -> None:
    assert spec("recurrent", "x-my_lab").tags == ("recurrent", "x-my_lab")
    assert not [warning for warning in recwarn if warning.category is RenamedWarning]


def test_an_old_word_becomes_the_one_of_the_vocabulary() -> None:
    with pytest.warns(RenamedWarning, match="'static images' is now 'images'"):
        assert spec("static images").tags == ("images",)
    assert set(SYNONYMS.values()) <= set(TAGS) and not set(SYNONYMS) & set(TAGS)


def test_an_unknown_word_gets_a_notice() -> None:
    with pytest.warns(RenamedWarning, match="the tag 'tiny' is not in the vocabulary.*call it 'x-tiny'"):
        assert spec("tiny").tags == ("tiny",)


@pytest.mark.parametrize(
    ("word", "first"), [("behavior", "behaviour"), ("v1", "V1"), ("surround", "context"), ("textur", "textures")]
)
def test_the_nearest_words(word: str, first: str) -> None:
    assert nearest(word, set(TAGS))[0] == first


def test_an_unknown_tag_is_answered_with_the_nearest() -> None:
    failed = CliRunner().invoke(app, ["list", "models", "--tag", "recurent"])
    assert "unknown tag 'recurent'; did you mean recurrent" in failed.stderr
    assert failed.exit_code == 1
