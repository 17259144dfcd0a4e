"""A training from its beginning to a weight file, and on from where it was killed."""

import csv
import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from harness import load_model, train_model
from harness.cli.app import app
from harness.errors import ArgumentError, HarnessError, ModelError
from harness.models import read_state, training_of
from harness.training import answers_over_time, confusion_figure, curves_figure, over_time_figure, weights_figure

pl = pytest.importorskip("lightning.pytorch", reason="training needs Lightning (the extra [train])")

MODEL = {"widths": [4, 6], "size": 16, "channels": 1, "mean": [0.3], "std": [0.35], "t_rc": 2.0}
RECIPE = {"epochs": 3, "batch_size": 32, "steps": 3, "rotation": 5.0, "flip": False}
DATA = {"samples": 96, "shown": "noise", "held_out": 40}
COMMAND = ["train", "dyrcnn_x2", "-r", "dynvision", "-d", "digits", "--fast"]


def train(folder: Path, name: str = "a", **options):
    out = folder / f"{name}.safetensors"
    arguments = {"model_args": MODEL, "recipe_args": RECIPE, "data_args": DATA, "told": False, **options}
    return train_model("dyrcnn_x2", "dynvision", "digits", out=out, fast=True, **arguments)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("trained")


@pytest.fixture(scope="module")
def trained(folder):
    return train(folder)


class Killed(RuntimeError):
    """In place of a signal."""


class Killer(pl.Callback):
    def on_train_batch_end(self, trainer, module, outputs, batch, number):
        if (trainer.current_epoch, number) == (1, 1):
            raise Killed


def test_a_killed_training_goes_on_to_the_same_weights(folder, trained):
    with pytest.raises(Killed):
        train(folder, "b", trainer={"callbacks": [Killer()]})
    assert not (folder / "b.safetensors").exists()
    train(folder, "b")
    assert (folder / "b.safetensors").read_bytes() == trained.path.read_bytes()
    curves = [(folder / f"{name}.training" / "1-classification" / "curve.csv").read_text() for name in "ab"]
    assert curves[0] == curves[1]


def test_another_seed_gives_other_weights(folder, trained):
    other = train(folder, "c", seed=1, recipe_args=RECIPE | {"epochs": 1})
    state, own = read_state(other.path), read_state(trained.path)
    assert not torch.equal(state["layer1.conv.weight"], own["layer1.conv.weight"])


def test_the_file_says_how_it_was_made(trained):
    said = training_of(trained.path)
    assert said == trained.header
    assert said["model"] == "dyrcnn_x2" and said["recipe"] == "dynvision" and said["data"] == "digits"
    assert said["arguments"]["widths"] == [4, 6] and said["arguments"]["classes"] == list("0123456789")
    assert said["metric"] == "accuracy" and len(said["data_digest"]) == 64
    assert said["trained_on"] == "handwritten digits, noise" and "torch" in said["versions"]


def test_the_best_weights_by_validation_are_kept(trained):
    with (trained.curves["classification"]).open() as file:
        epochs = list(csv.DictReader(file))
    assert [int(row["epoch"]) for row in epochs] == [1, 2, 3]
    assert trained.metric[1] == pytest.approx(max(float(row["validation_accuracy"]) for row in epochs), abs=1e-6)


def test_a_model_takes_its_arguments_from_the_file(trained):
    model = load_model("dyrcnn_x2", weights=str(trained.path))
    assert model.classes == tuple("0123456789") and model.preprocessing.size == 16
    assert model.digest() == load_model("dyrcnn_x2", weights=str(trained.path), **trained.header["arguments"]).digest()


def test_a_mismatch_names_the_argument(trained):
    with pytest.raises(ModelError, match=r"widths was \[4, 6\] in training and is \[4, 8\] here"):
        load_model("dyrcnn_x2", weights=str(trained.path), widths=[4, 8])
    with pytest.raises(ModelError, match="holds weights of 'dyrcnn_x2', not of 'dyrcnn_x4'"):
        load_model("dyrcnn_x4", weights=str(trained.path))


def test_training_goes_on_from_given_weights(folder, trained):
    options = {
        "model_args": MODEL | {"weights": str(trained.path)},
        "recipe_args": RECIPE | {"epochs": 1, "rate": 1e-9},
    }
    again = train(folder, "d", **options)
    before, after = read_state(trained.path), read_state(again.path)
    assert all(torch.allclose(before[name], after[name], atol=1e-6) for name in before)
    assert training_of(again.path)["begun_with"] == str(trained.path)


def test_another_training_in_the_same_folder_is_refused(folder, trained):
    with pytest.raises(HarnessError, match="holds another training"):
        train(folder, recipe_args=RECIPE | {"epochs": 4})


def test_a_folder_in_which_nothing_was_trained_takes_another_training(folder):
    with pytest.raises(ModelError, match="batch_size of Phase must be a whole number from 1"):
        train(folder, "none", recipe_args={**RECIPE, "batch_size": 0})
    assert train(folder, "none", recipe_args={**RECIPE, "epochs": 1}).path.is_file()


def test_weights_beyond_all_numbers_are_no_outcome(folder):
    for _ in range(2):  # nor is there anything to go on from
        with pytest.raises(ModelError, match=r"weights are no longer numbers after epoch 1.*smaller rate"):
            train(folder, "nan", recipe_args={**RECIPE, "epochs": 1, "rate": 1e30})
    assert not (folder / "nan.safetensors").exists()


def test_a_signal_is_one_sentence(folder):
    class Signal(pl.Callback):
        def on_train_batch_end(self, trainer, module, outputs, batch, number):
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(HarnessError, match="the same call goes on from its last epoch"):
        train(folder, "signal", trainer={"callbacks": [Signal()]})


def test_other_classes_are_refused(folder):
    with pytest.raises(ModelError, match="a read-out of 3 classes, and 'digits' has 10"):
        train(folder, "e", model_args=MODEL | {"classes": ["a", "b", "c"]})


def test_foreign_checkpoints_keep_loading(folder, trained):
    state = {f"model.{name}": value for name, value in read_state(trained.path).items()}
    torch.save({"state_dict": state, "epoch": 3}, folder / "theirs.ckpt")
    loaded = load_model("dyrcnn_x2", weights=str(folder / "theirs.ckpt"), **trained.header["arguments"])
    own = load_model("dyrcnn_x2", weights=str(trained.path))
    assert torch.equal(loaded.network.layer1.conv.weight, own.network.layer1.conv.weight)


def test_the_record_of_a_score_says_what_the_weights_were_trained_on(trained):
    from harness import score_model

    score = score_model(
        "dyrcnn_x2", "Digits-decoding", model_args={"weights": str(trained.path)}, benchmark_args={"per_digit": 6}
    )
    assert score.attrs["provenance"]["trained_on"] == "handwritten digits, noise"


def test_tensorboard_logs_besides(folder, trained):
    pytest.importorskip("tensorboard")
    train(folder, "f", trainer={"logger": "tensorboard"}, recipe_args=RECIPE | {"epochs": 1})
    assert list((folder / "f.training").rglob("events.out.tfevents.*"))
    with pytest.raises(ArgumentError, match="tensorboard or wandb"):
        train(folder, "g", trainer={"logger": "paper"})


def test_a_logger_that_is_not_installed_is_one_sentence(folder, monkeypatch):
    monkeypatch.setattr("lightning.pytorch.loggers.wandb._WANDB_AVAILABLE", False)
    with pytest.raises(HarnessError, match="the logger wandb is not installed; pip install wandb"):
        train(folder, "h", trainer={"logger": "wandb"})


def test_each_phase_is_a_run_of_weights_and_biases(tmp_path, monkeypatch):
    pytest.importorskip("wandb")
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.setenv("WANDB_SILENT", "true")
    options = {"model_args": {"dataset": "mnist", "size": 16, "channels": 4}, "trainer": {"logger": "wandb"}}
    out = tmp_path / "c.safetensors"
    train_model("cordsnet_r2", "cordsnet", "digits", out=out, fast=True, only=2, told=False, **options)
    for phase, number in (("1-twin", b"validation_accuracy"), ("2-imitation", b"validation_remainder")):
        [run] = (tmp_path / "c.training" / phase).rglob("*.wandb")
        assert number in run.read_bytes() and f"c/{phase}".encode() in run.read_bytes()


def test_the_command_line(folder, trained):
    out = folder / "cli.safetensors"
    settings = ["--set", "widths=[4,6],size=16,channels=1,steps=3", "--set", "recipe.epochs=1", "--set", "held_out=40"]
    command = [*COMMAND, "--out", str(out), "--json", *settings]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    told = json.loads(done.output[done.output.index("{") :])
    assert told["arguments"]["widths"] == [4, 6] and told["recipe_arguments"]["epochs"] == 1
    assert told["data_arguments"]["held_out"] == 40


def test_settings_say_whose_they_are_also_among_others(tmp_path):
    words = [*COMMAND, "--out", str(tmp_path / "a.safetensors")]
    gone = CliRunner().invoke(app, [*words, "--set", "size=16,model.weights=/nowhere/a.safetensors"])
    assert gone.exit_code == 1 and "/nowhere/a.safetensors" in gone.stderr
    strange = CliRunner().invoke(app, [*words, "--set", "size=16,network.weights=a"])
    assert strange.exit_code == 1 and "'network' of 'network.weights' is none of model, recipe, data" in strange.stderr


def test_what_lightning_does_not_know_and_a_folder_in_place_of_a_file_are_refused(folder, tmp_path):
    with pytest.raises(ArgumentError, match="Lightning's Trainer has no argument 'epochs'"):
        train(folder, "strange", trainer={"epochs": 3})
    with pytest.raises(ArgumentError, match="is a folder; give the weight file a name"):
        train_model("dyrcnn_x2", "dynvision", "digits", model_args=MODEL, out=tmp_path, fast=True)


def test_a_training_in_mixed_precision(folder):
    mixed = train(folder, "mixed", trainer={"precision": "bf16-mixed"}, recipe_args=RECIPE | {"epochs": 1})
    assert all(value.dtype == torch.float32 for value in read_state(mixed.path).values())


def test_two_trainings_at_once_into_one_file_train_once(folder, monkeypatch):
    """The second waits for the first, and finds it finished."""
    fits, once = [], pl.Trainer.fit
    monkeypatch.setattr(pl.Trainer, "fit", lambda *args, **options: (fits.append(1), once(*args, **options)))
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: train(folder, "both", recipe_args=RECIPE | {"epochs": 1}), range(2))
    assert first == second and len(fits) == 1


def test_a_fast_training_of_a_large_model_sees_small_images(tmp_path):
    quick = train_model("dyrcnn_x4", "dynvision", "digits", out=tmp_path / "x.safetensors", fast=True, told=False)
    assert quick.header["arguments"]["size"] == 32 and quick.header["data_arguments"]["size"] == 32


def test_figures_of_curves_and_weights(folder, trained):
    for name in ("curves", "weights"):
        out = folder / f"{name}.png"
        done = CliRunner().invoke(app, ["figure", name, str(trained.path), "--out", str(out)])
        assert done.exit_code == 0, done.output
        assert out.read_bytes()[1:4] == b"PNG"
    panels = curves_figure(trained.path).axes
    assert {panel.get_title() for panel in panels} >= {"loss", "accuracy", "cross entropy", "activity"}
    assert {panel.get_ylabel() for panel in weights_figure(trained.path).axes} == {"feedforward", "lateral", "skip"}
    with pytest.raises(HarnessError, match="there is no training"):
        curves_figure(folder / "nothing.safetensors")


def test_curves_of_several_seeds_are_means_with_bands(folder, trained):
    other = train(folder, "bands", seed=2)
    [panel] = [one for one in curves_figure(trained.path, other.path).axes if one.get_title() == "accuracy"]
    drawn = next(line for line in panel.lines if line.get_label() == "validation").get_ydata()
    each = [list(csv.DictReader(next(iter(one.curves.values())).open())) for one in (trained, other)]
    means = [sum(float(row["validation_accuracy"]) for row in rows) / 2 for rows in zip(*each, strict=True)]
    assert drawn == pytest.approx(means) and len(panel.collections) == 2


def test_answers_are_those_of_the_validation(trained):
    answers = answers_over_time(trained.path)
    assert answers.shares.shape[1:] == (RECIPE["steps"], 10) and answers.times.tolist() == [2.0, 4.0, 6.0]
    assert answers.shares.sum(2) == pytest.approx(1, abs=1e-5)
    right = (answers.shares.argmax(2) == answers.labels).mean(0)
    assert answers.accuracy == pytest.approx(right) and (answers.confidence >= answers.shares.mean(2).mean(0)).all()
    silent = answers_over_time(trained.path, shown="held")
    assert len(silent.labels) == len(answers.labels) and not (silent.shares == answers.shares).all()


def test_a_confusion_matrix_has_what_is_shown_in_rows(trained):
    [panel] = confusion_figure(trained.path).axes
    matrix = np.asarray(panel.images[0].get_array())
    answers = answers_over_time(trained.path)
    shown, named = answers.labels[:, -1], answers.shares[:, -1].argmax(1)
    assert matrix.sum(1) == pytest.approx([float((shown == digit).any()) for digit in range(10)])
    assert matrix[3, named[shown == 3][0]] == pytest.approx((named[shown == 3] == named[shown == 3][0]).mean())


def test_accuracy_and_confidence_over_time_for_each_value(trained):
    accuracy, confidence, largest, when = over_time_figure([trained.path], {"noise": [0.0, 0.5]}).axes
    answers = answers_over_time(trained.path, noise=0.5)
    assert accuracy.lines[1].get_ydata() == pytest.approx(answers.accuracy)
    assert confidence.lines[1].get_ydata() == pytest.approx(answers.confidence)
    assert largest.lines[0].get_ydata()[1] == pytest.approx(answers.accuracy.max())
    assert when.lines[0].get_ydata()[1] == answers.times[answers.accuracy.argmax()]
    with pytest.raises(ArgumentError, match="one argument of the training set"):
        over_time_figure([trained.path], {"noise": [0], "shown": ["held"]})


def test_dashed_lines_are_the_same_network_without_recurrence_or_another(trained, tmp_path):
    answers = answers_over_time(trained.path, {"cut_recurrence": True})
    assert not (answers.shares == answers_over_time(trained.path).shares).all()
    cut = over_time_figure([trained.path], {"noise": [0.5]}, {"cut_recurrence": True})
    dashed = [line for line in cut.axes[0].lines if line.get_linestyle() == "--"]
    assert dashed[0].get_ydata() == pytest.approx(
        answers_over_time(trained.path, {"cut_recurrence": True}, noise=0.5).accuracy
    )
    assert "cut_recurrence True" in [text.get_text() for text in cut.legends[0].get_texts()]
    same = over_time_figure([trained.path], {"noise": [0.5]}, [trained.path]).axes[0]
    assert [*same.lines[0].get_ydata()] == [*next(one for one in same.lines if one.get_linestyle() == "--").get_ydata()]
    drawn, out = CliRunner(), tmp_path / "with_and_without.png"
    words = ["figure", "over-time", str(trained.path), "--over", "noise=[0.5]", "--out", str(out)]
    assert drawn.invoke(app, [*words, "--against", "cut_recurrence=true"]).exit_code == 0 and out.is_file()
    refused = drawn.invoke(app, [*words, "--against", "cut_recurence=true"])
    assert refused.exit_code == 1 and "cut_recurrence" in refused.stderr and "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["curves", "a.safetensors", "--against", "cut_recurrence=true"], "curves takes no --against"),
        (["confusion", "nothing.safetensors"], "does not say what it was trained on"),
        (["over-time", "nothing.safetensors"], "needs --over"),
        (["weights", "a.safetensors", "b.safetensors"], "of one subject, not of 2"),
        (["unrolling", "pixels"], "is no recurrent model"),
        (["eigenvectors", "pixels"], "is no recurrent model"),
    ],
)
def test_a_figure_that_cannot_be_drawn_is_refused_in_one_sentence(arguments, message):
    done = CliRunner().invoke(app, ["figure", *arguments])
    assert done.exit_code == 1 and message in done.stderr
