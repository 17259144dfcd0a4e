"""Shell completion of identifiers: `harness --install-completion`, then Tab."""

from collections.abc import Callable

from harness.cli._kinds import Kind

Completion = Callable[[str], list[tuple[str, str]]]


def completes(*kinds: Kind) -> Completion:
    """A completion of the beginning of an identifier: those of some kinds with their summaries, a family by its prefix alone."""

    def complete(incomplete: str) -> list[tuple[str, str]]:
        from harness.host import host

        found = {
            getattr(spec, "prefix", "") or spec.identifier: spec.summary
            for kind in kinds
            for spec in getattr(host(), kind)
        }
        return [(name, summary) for name, summary in found.items() if name.startswith(incomplete)]

    return complete


models, benchmarks, stimuli = completes(Kind.models), completes(Kind.benchmarks), completes(Kind.stimuli)
datasets, suites = completes(Kind.datasets), completes(Kind.suites)
recipes, training_sets = completes(Kind.recipes), completes(Kind.training_sets)
shown = completes(Kind.stimuli, Kind.datasets)
anything = completes(*Kind)
