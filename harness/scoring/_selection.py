"""Benchmarks that are meant by one word, without those whose data are not on this machine."""

from harness.data import is_here
from harness.host import Selected, host, is_selection, select_benchmarks


def benchmarks_here(wanted: str) -> tuple[Selected, list[str]]:
    """The benchmarks that a word means and can be run here, and the identifiers of those whose data are not here.

    One that is named by its identifier always counts as the former: what it lacks is then its result.

    Args:
        wanted: see `harness.host.select_benchmarks`.
    """
    chosen = select_benchmarks(wanted)
    if not is_selection(wanted):
        return chosen, []
    here = [pair for pair in chosen if all(map(is_here, host().benchmarks.get(pair[0]).data_of(pair[0])))]
    return here, [pair[0] for pair in chosen if pair not in here]
