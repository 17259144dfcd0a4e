"""What notebooks show of stimuli, models, scores and results, and bars of extractions."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from harness import FrameModel, Preprocessing, Recording, StimulusSet, extract
from harness.assemblies._shown import score_table
from harness.benchmarks import make_score
from harness.notebooks import Drawing, facts_table, notebook_bars, shown_by
from harness.notebooks.kernel import Bar
from harness.results import Result

PNG = b"\x89PNG"


@pytest.fixture
def stimuli() -> StimulusSet:
    images = {f"grey{at}": np.full((8, 8), at / 4, dtype=np.float32) for at in range(4)}
    return StimulusSet.from_images("greys <i>", images, duration=20)


def model() -> FrameModel:
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 1))
    return FrameModel("net", network, preprocessing=Preprocessing(8), regions={"V1": "0"}, visual_degrees=5)


def test_a_stimulus_set_is_shown_with_a_contact_sheet(stimuli: StimulusSet) -> None:
    shown = stimuli._repr_html_()
    assert "greys &lt;i&gt;" in shown and "up to 20 ms" in shown and "src='data:image/png;base64,iVBOR" in shown


def test_without_a_path_a_contact_sheet_is_a_drawing(stimuli: StimulusSet) -> None:
    drawing = stimuli.show()
    assert isinstance(drawing, Drawing) and drawing._repr_png_().startswith(PNG)
    assert repr(drawing) == "<Drawing of 'greys <i>', for notebooks; give a path to write it to a file>"


def test_models_scores_and_results_are_tables() -> None:
    assert all(word in model()._repr_html_() for word in ("net", "V1: 0", "5 degrees, 8 pixels", ">8<", "given"))
    score = make_score(0.5, error=0.1, ceiling=make_score(0.8, error=None), details={"notes": ["few units"]})
    assert all(word in score_table(score) for word in ("0.500 ± 0.100", ">0.800<", "few units"))
    result = Result(model="net", benchmark="Lab2020", status="not measurable", message="no <V4>")
    assert all(word in result._repr_html_() for word in ("net on Lab2020", "not measurable", "no &lt;V4&gt;"))


def test_a_list_of_results_has_a_line_for_each() -> None:
    scored = Result(
        model="net", benchmark="Lab2020", status="scored", score=0.5, error=0.1, details={"much": [0] * 999}
    )
    absent = Result(
        model="net", model_arguments={"seed": 1}, benchmark="Lab2020", status="not measurable", message="no V4"
    )
    assert repr([scored, absent]) == (
        "[<Result of net on Lab2020: 0.500 ± 0.100>, <Result of net(seed=1) on Lab2020: not measurable>]"
    )


def test_empty_facts_are_left_out() -> None:
    assert "nothing" not in facts_table("title", {"nothing": "", "some": 0}) and ">0<" in facts_table("t", {"some": 0})


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A notebook as far as the harness can tell: what is displayed is written down."""
    texts: list[str] = []
    formatters = {}
    html = SimpleNamespace(for_type=formatters.__setitem__)
    shell = SimpleNamespace(kernel=True, display_formatter=SimpleNamespace(formatters={"text/html": html}))

    def display(text: str, display_id: bool) -> SimpleNamespace:
        texts.append(text)
        return SimpleNamespace(update=texts.append)

    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(HTML=str, display=display))
    return SimpleNamespace(texts=texts, formatters=formatters)


def test_extractions_have_bars_in_notebooks_alone(
    kernel: SimpleNamespace, stimuli: StimulusSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.notebooks.kernel.SHOWN_AFTER", 0.0)
    extract(model(), stimuli, Recording(["0"], [(0, 20)]))
    assert kernel.texts[0].startswith("<progress value='0' max='4'></progress> net sees greys &lt;i&gt;: 0/4 stimuli")
    assert kernel.texts[-1] == ""
    monkeypatch.delitem(sys.modules, "IPython")
    assert notebook_bars() == ()


def test_what_is_over_at_once_shows_no_bar(kernel: SimpleNamespace) -> None:
    moment = SimpleNamespace(model="a", stimuli="b", stimuli_total=4, stimuli_done=2, seconds=0.1, finished=False)
    bar = Bar()
    bar(moment)
    assert kernel.texts == []
    moment.seconds = 2.0
    bar(moment)
    assert kernel.texts == ["<progress value='2' max='4'></progress> a sees b: 2/4 stimuli, 2 s left"]


def test_foreign_classes_are_shown_by_a_function(kernel: SimpleNamespace) -> None:
    shown_by(int, str)
    assert kernel.formatters == {int: str}
