"""Ridge regression with a penalty for every target, side by side with scikit-learn's RidgeCV and himalaya's KernelRidgeCV.

    OMP_NUM_THREADS=1 python performance/ridge.py [--pairs 3] [--targets 1000] [--device cuda]

Two problems: as many features as a pooled layer has (1,200 samples, 1,600 features), and 25 times as many features as samples (600
samples, 15,000 features). Signal of many sizes in noise of many sizes, 19 penalties, 5 folds, a penalty for every target; 300 more
samples are predicted. RidgeCV chooses penalties for every target by leave-one-out only; by folds it has one for all.

CPU time of the whole way from features to predictions. Ratios are what counts: both sides of a pair run one after the other on
the same machine, and the median over pairs is given with its range. With --device, wall time of ours there against ours on the CPU.
"""

import argparse
import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from harness.metrics.regression import PENALTIES, cross_gram, fit_ridge_cv, gram, mean_variance
from harness.metrics.statistics import Split, k_fold, r_squared

PROBLEMS = {"1,200 samples, 1,600 features": (1200, 1600), "600 samples, 15,000 features": (600, 15000)}
NEW, FOLDS = 300, 5


@dataclass(frozen=True)
class Problem:
    """Training samples X (n, p), Y (n, t), folds and penalties; X_new and Y_new are to be predicted."""

    X: np.ndarray
    Y: np.ndarray
    X_new: np.ndarray
    Y_new: np.ndarray
    splits: list[Split]
    alphas: np.ndarray

    @property
    def folds(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """As scikit-learn wants them."""
        return [(split.train, split.test) for split in self.splits]


def problem(n: int, p: int, targets: int, precision: str) -> Problem:
    """Features with a spectrum like a layer's (variance falls with the inverse of the rank), targets of all reliabilities."""
    random = np.random.default_rng(0)
    X = random.standard_normal((n + NEW, p)) / np.sqrt(1 + np.arange(p))
    signal = X @ random.standard_normal((p, targets))
    signal /= signal.std(0)
    Y = signal + np.geomspace(0.3, 10, targets) * random.standard_normal(signal.shape)
    X, Y = X.astype(precision), Y.astype(precision)
    alphas = PENALTIES * mean_variance(gram(X[:n]))
    return Problem(X[:n], Y[:n], X[n:], Y[n:], k_fold(n, FOLDS), alphas.astype(precision))


def ours(given: Problem) -> np.ndarray:
    """Predictions by this project's ridge regression."""
    precision = str(given.X.dtype)
    fit = fit_ridge_cv(gram(given.X, precision), given.Y, given.splits)
    return fit.predict(cross_gram(given.X_new, given.X, precision))


def himalaya(given: Problem) -> np.ndarray:
    """By himalaya's kernel ridge regression: the same folds, penalties and choice."""
    from himalaya.kernel_ridge import KernelRidgeCV

    model = KernelRidgeCV(alphas=given.alphas, cv=given.folds, fit_intercept=True, warn=False)
    return model.fit(given.X, given.Y).predict(given.X_new)


def leave_one_out(given: Problem) -> np.ndarray:
    """By scikit-learn's RidgeCV with a penalty for every target."""
    from sklearn.linear_model import RidgeCV

    return RidgeCV(given.alphas, alpha_per_target=True).fit(given.X, given.Y).predict(given.X_new)


def shared_penalty(given: Problem) -> np.ndarray:
    """By scikit-learn's RidgeCV with the same folds and one penalty for all targets."""
    from sklearn.linear_model import RidgeCV

    return RidgeCV(given.alphas, cv=given.folds).fit(given.X, given.Y).predict(given.X_new)


PEERS: dict[str, Callable[[Problem], np.ndarray]] = {
    "himalaya KernelRidgeCV": himalaya,
    "RidgeCV, leave-one-out, penalty for every target": leave_one_out,
    "RidgeCV, 5 folds, one penalty": shared_penalty,
}


def cpu(run: Callable[[Problem], np.ndarray], given: Problem) -> tuple[float, np.ndarray]:
    """CPU seconds, and the predictions."""
    begin = time.process_time()
    predicted = run(given)
    return time.process_time() - begin, predicted


def compare(given: Problem, pairs: int) -> None:
    """Print CPU time and held-out R2 of ours and of each peer, and the ratio over pairs."""
    for name, peer in PEERS.items():
        ratios, seconds, others = [], [], []
        for number in range(pairs):
            order = (ours, peer) if number % 2 else (peer, ours)
            results = {run: cpu(run, given) for run in order}
            seconds.append(results[ours][0])
            others.append(results[peer][0])
            ratios.append(others[-1] / seconds[-1])
            r2 = [float(np.mean(r_squared(results[run][1], given.Y_new))) for run in (ours, peer)]
        print(
            f"  {name}: {statistics.median(others):.2f} s, ours {statistics.median(seconds):.2f} s, "
            f"ratio {statistics.median(ratios):.3g} ({min(ratios):.3g} to {max(ratios):.3g}); "
            f"mean R2 {r2[1]:.4f}, ours {r2[0]:.4f}",
            flush=True,
        )


def compare_devices(given: Problem, device: str, pairs: int) -> None:
    """Print wall time of ours on a device against the CPU, the first call on the device not counted, and the largest difference."""
    import torch

    X, X_new, Y = (torch.as_tensor(values, device=device) for values in (given.X, given.X_new, given.Y))
    precision = str(given.X.dtype)

    def there() -> np.ndarray:
        fit = fit_ridge_cv(gram(X, precision), Y, given.splits)
        return fit.predict(cross_gram(X_new, X, precision)).cpu().numpy()

    there()
    walls = []
    for run in (lambda: ours(given), there) * pairs:
        begin = time.perf_counter()
        predicted = run()
        walls.append((time.perf_counter() - begin, predicted))
    here, away = (statistics.median(wall for wall, _ in walls[start::2]) for start in (0, 1))
    apart = np.abs(walls[0][1] - walls[1][1]).max() / np.abs(walls[0][1]).max()
    print(f"  {device}: {away:.3f} s, CPU {here:.3f} s, largest difference {apart:.1e} of the largest prediction")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problem", type=int, nargs="+", default=[0, 1], help="the first, the second, or both")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--targets", type=int, default=1000)
    parser.add_argument("--precision", nargs="+", default=["float64", "float32"])
    parser.add_argument("--device", help="compare this torch device with the CPU, instead of peers")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    for name, (n, p) in [list(PROBLEMS.items())[number] for number in arguments.problem]:
        for precision in arguments.precision:
            print(f"{name}, {arguments.targets} targets, {precision}")
            given = problem(n, p, arguments.targets, precision)
            if arguments.device:
                compare_devices(given, arguments.device, arguments.pairs)
            else:
                compare(given, arguments.pairs)


if __name__ == "__main__":
    main()
