"""Scores as notebooks show them: the number, and what it means."""

from typing import Any

from harness.notebooks import facts_table


def score_table(score: Any) -> str:
    """A table of a scalar score; any other array as xarray shows it."""
    if score.ndim:
        return str(score._repr_html_())
    found = score.attrs
    ceiling, error = found.get("ceiling"), found.get("error")
    pair = " on ".join(filter(None, [found.get("model_identifier"), found.get("benchmark_identifier")]))
    facts = {
        "score": f"{float(score):.3f}" + (f" ± {error:.3f}" if isinstance(error, float) else ""),
        "meaning": "1 is as good as the data allow; ± is the standard error",
        "ceiling": None if ceiling is None else f"{float(ceiling):.3f}",
        "notes": "; ".join(map(str, dict(found.get("details") or {}).get("notes") or ())),
    }
    return facts_table(pair or "score", facts)
