"""A choice among results by words: identifiers, patterns, tags, suites."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

from harness.checks import checked
from harness.errors import ArgumentError, UnknownIdentifier
from harness.host import ALL, SUITE, TAG, SuiteSpec, host
from harness.results.result import Result, described


@checked(ArgumentError)
def choose(results: Sequence[Result], models: Sequence[str] = (), benchmarks: Sequence[str] = ()) -> list[Result]:
    """The results of some models on some benchmarks, in their order.

    Args:
        models: words of which one must hold: an identifier, one with arguments as results show it (`net(seed=1)`), a pattern over
            either, `tag:recurrent`, or `all`; all if none is given.
        benchmarks: likewise, or `suite:core-v1`, which stands for its benchmarks with the arguments that it gives them.

    Raises:
        UnknownIdentifier: for a suite that nobody registered, and a word for which there is no result.
    """
    suites = {word: host().suites.get(word.removeprefix(SUITE)) for word in benchmarks if word.startswith(SUITE)}
    for kind, words in (("model", models), ("benchmark", benchmarks)):
        for word in words:
            if not any(_means(word, kind, result, suites) for result in results):
                raise UnknownIdentifier(f"there is no result of a {kind} '{word}' (harness results list)")
    return [
        result
        for result in results
        if (not models or any(_means(word, "model", result, suites) for word in models))
        and (not benchmarks or any(_means(word, "benchmark", result, suites) for word in benchmarks))
    ]


def _means(word: str, kind: str, result: Result, suites: dict[str, SuiteSpec]) -> bool:
    identifier, name, tags = _of(kind, result)
    if word == ALL:
        return True
    if kind == "benchmark" and word in suites:
        suite = suites[word]
        return identifier in suite.benchmarks and result.benchmark_arguments == suite.arguments.get(identifier, {})
    if word.startswith(TAG):
        return word.removeprefix(TAG) in tags
    return word in (identifier, name) or fnmatchcase(identifier, word) or fnmatchcase(name, word)


def _of(kind: str, result: Result) -> tuple[str, str, Any]:
    if kind == "model":
        return result.model, result.model_name, result.tags
    spec = described(result.benchmark)
    return result.benchmark, result.benchmark_name, spec.tags if spec else ()
