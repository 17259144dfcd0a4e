"""A study: models with grids of arguments and seeds, and benchmarks, as one YAML file describes them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from harness.checks import Strict, checked
from harness.data import read_yaml
from harness.errors import ArgumentError, HarnessError
from harness.host import host, select_models
from harness.scoring import Rerun, benchmarks_here
from harness.studies.trainings import Training

Arguments = dict[str, Any]
Named = tuple[str, Arguments]
"""An identifier and arguments."""
Entry = TypeVar("Entry")
ExecutorName = Literal["local", "slurm", "ray"]


class _Strict(Strict):
    model_config = ConfigDict(frozen=True)


class _Entry(_Strict, BaseModel):
    """One or many of a kind.

    Attributes:
        arguments: what each is loaded with.
        grid: argument -> its values; all combinations are taken.
    """

    arguments: Arguments = {}
    grid: dict[str, Annotated[list[Any], Field(min_length=1)]] = {}

    @model_validator(mode="after")
    def _once(self) -> "_Entry":
        if twice := sorted(self.arguments.keys() & self.grid.keys()):
            raise ValueError(f"the argument '{twice[0]}' stands both in `arguments` and in `grid`; leave one of them")
        return self

    @property
    def variants(self) -> list[Arguments]:
        """One set of arguments for each combination of the grid."""
        return [
            {**self.arguments, **dict(zip(self.grid, values, strict=True))} for values in product(*self.grid.values())
        ]


class TrainEntry(_Entry):
    """How the models of an entry are trained before they are scored.

    Attributes:
        recipe, data: identifiers.
        arguments, grid: of the recipe.
        data_arguments: of the training set.
    """

    recipe: str
    data: str
    data_arguments: Arguments = {}


class ModelEntry(_Entry, BaseModel):
    """Models of a study.

    Attributes:
        model: an identifier, a pattern, `tag:...` or `all`.
        seeds: values of the argument `seed`; of the training, if there is one.
        train: how they are trained first, if they are.
    """

    model: str
    seeds: list[int] = []
    train: TrainEntry | None = None

    @model_validator(mode="after")
    def _seed_once(self) -> "ModelEntry":
        if self.seeds and "seed" in {*self.arguments, *self.grid}:
            raise ValueError("the seed stands both in `seeds` and among the arguments; leave one of them")
        return self

    @model_validator(mode="after")
    def _weights_once(self) -> "ModelEntry":
        if self.train is not None and "weights" in self.grid:
            raise ValueError("weights that a training begins with stand in `arguments`, not in `grid`")
        return self

    @property
    def variants(self) -> list[Arguments]:
        """One set of arguments for each combination of the grid and each seed."""
        seeds: list[Arguments] = [{"seed": seed} for seed in self.seeds] or [{}]
        return [{**variant, **seed} for variant in super().variants for seed in seeds]


class BenchmarkEntry(_Entry):
    """Benchmarks of a study.

    Attributes:
        benchmark: an identifier, a pattern, `tag:...`, `suite:...` or `all`.
    """

    benchmark: str


class RunEntry(_Strict, BaseModel):
    """How a study is run, unless the command line says otherwise.

    Attributes:
        executor: where: in processes of this machine, as jobs of a SLURM cluster, or as tasks of a Ray cluster.
        jobs: processes or jobs at once; two processes where there are two cores, if None.
        device, batch_size: see `harness.RunOptions`.
        timeout_minutes: after which a pair is given up, as failed.
        split_minutes: that the pairs of a model may be expected to take, as earlier results tell; above them, its pairs are divided
            among several jobs. On SLURM `timeout_min` counts where it is shorter.
        retries: how often a pair is tried again that failed by memory, by reading or writing, or with its process.
        rerun: what is computed anew and replaced (activations, ceilings or scores), and the moment (seconds since the epoch) before
            which what is stored does not count; `--rerun` says now.
        slurm: parameters of submitit's `AutoExecutor.update_parameters`, such as `slurm_partition` or `mem_gb`.
        ray_address: of a cluster that runs already; one is started on this machine if None.
    """

    executor: ExecutorName = "local"
    jobs: Annotated[int, Field(ge=1)] | None = None
    device: str | None = None
    batch_size: Annotated[int, Field(ge=1)] | None = None
    timeout_minutes: Annotated[float, Field(gt=0)] = 240
    split_minutes: Annotated[float, Field(gt=0)] = 120
    retries: Annotated[int, Field(ge=0)] = 2
    rerun: dict[Rerun, float] = {}
    slurm: dict[str, Any] = {}
    ray_address: str | None = None


def _entry(key: str) -> BeforeValidator:
    return BeforeValidator(lambda entry: {key: entry} if isinstance(entry, str) else entry)


class Study(_Strict, BaseModel):
    """Models and benchmarks to be scored on each other, and how.

    Attributes:
        study: its name, in letters, digits, `_` and `-`.
        summary: one line.
        models, benchmarks: words, or entries with arguments and grids.
        run: how.
    """

    study: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$")]
    summary: str = ""
    models: Annotated[list[Annotated[ModelEntry, _entry("model")]], Field(min_length=1)]
    benchmarks: Annotated[list[Annotated[BenchmarkEntry, _entry("benchmark")]], Field(min_length=1)]
    run: RunEntry = RunEntry()


@dataclass(frozen=True)
class Expansion:
    """Models and benchmarks of a study, one by one.

    Attributes:
        models, benchmarks: identifiers with their arguments, each once.
        absent: benchmarks that were meant by a word for many and whose data are not on this machine.
        trainings: of the models that are trained first, whose argument `weights` is the path of their training.
    """

    models: list[Named]
    benchmarks: list[Named]
    absent: list[str]
    trainings: list[Training] = field(default_factory=list)


@checked(ArgumentError)
def read_study(path: str | Path) -> Study:
    """The study that a YAML file describes.

    An entry `base: FILE`, relative to the file, names another one from which what is not said is taken: mappings are merged at
    every depth, lists and values replaced.

    Raises:
        HarnessError: in one sentence that names the entry that is wrong or not known.
    """
    path = Path(path)
    try:
        return Study.model_validate(_merged(path, ()))
    except ValidationError as error:
        [first, *more] = error.errors(include_url=False)
        place = ".".join(map(str, first["loc"])) or "the file"
        said = first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            said = "there is no such entry"
        others = f" ({len(more)} more of such kind)" if more else ""
        raise HarnessError(f"'{path}' is not a study: {place}: {said}{others} (docs/studies.md)") from None


def _merged(path: Path, above: tuple[Path, ...]) -> dict[str, Any]:
    if path.resolve() in above:
        raise HarnessError(f"'{path}' is its own base; remove one `base` of {', '.join(p.name for p in above)}")
    entries = read_yaml(path)
    base = entries.pop("base", None)
    if base is None:
        return entries
    if not isinstance(base, str):
        raise HarnessError(f"'{path}' has base: {base}; give the name of a file")
    return _deep({**_merged(path.parent / base, (*above, path.resolve()))}, entries)


def _deep(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    both = {**under, **over}
    for key in under.keys() & over.keys():
        if isinstance(under[key], Mapping) and isinstance(over[key], Mapping):
            both[key] = _deep(under[key], over[key])
    return both


@checked(ArgumentError)
def expand(study: Study) -> Expansion:
    """The models and benchmarks of a study, one by one.

    Raises:
        HarnessError: for a name that no plugin offers, and where none of the benchmarks has its data here.
    """
    models = [each for entry in study.models for name in select_models(entry.model) for each in _models(name, entry)]
    benchmarks: list[Named] = []
    absent: list[str] = []
    for entry in study.benchmarks:
        chosen, lacking = benchmarks_here(entry.benchmark)
        absent += lacking
        for name, own in chosen:
            if own and (entry.arguments or entry.grid):
                raise HarnessError(f"{entry.benchmark} gives '{name}' arguments of its own; name it to give it others")
            benchmarks += [(name, {**own, **variant}) for variant in entry.variants]
    if not benchmarks:
        raise HarnessError(
            f"the data of no benchmark of '{study.study}' are here (harness data list): {', '.join(absent)}"
        )
    trainings = _unique(training for _, training in models if training)
    return Expansion(_unique(named for named, _ in models), _unique(benchmarks), list(dict.fromkeys(absent)), trainings)


def _models(name: str, entry: ModelEntry) -> list[tuple[Named, Training | None]]:
    """Every variant of a model, with its training; arguments of one that is trained are read from its weights.

    Raises:
        UnknownIdentifier: for a recipe or a training set that no plugin offers.
    """
    train = entry.train
    if train is None:
        return [((name, variant), None) for variant in entry.variants]
    for registry, identifier in ((host().recipes, train.recipe), (host().training_sets, train.data)):
        registry.get(identifier)
    trainings = [
        _training(name, entry, train, variant, recipe_args)
        for variant in entry.variants
        for recipe_args in train.variants
    ]
    return [((name, {"weights": str(training.path)}), training) for training in trainings]


def _training(name: str, entry: ModelEntry, train: TrainEntry, variant: Arguments, recipe_args: Arguments) -> Training:
    swept = {key: variant[key] for key in entry.grid} | {key: recipe_args[key] for key in train.grid}
    seed = variant.get("seed", 0)
    swept |= {"seed": seed} if entry.seeds else {}
    return Training(
        name,
        train.recipe,
        train.data,
        {key: value for key, value in variant.items() if key != "seed"},
        recipe_args,
        train.data_arguments,
        seed,
        "-".join(f"{key}={value}" for key, value in swept.items()),
    )


def _unique(entries: Iterable[Entry]) -> list[Entry]:
    """Each once, in the order of the first."""
    found: list[Entry] = []
    for entry in entries:
        if entry not in found:
            found.append(entry)
    return found
