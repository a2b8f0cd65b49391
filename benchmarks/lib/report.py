"""Figures as `make bench` prints them: one JSON object a line."""

import json
from collections.abc import Sequence


def tell(bench: str, figure: str, value: float, unit: str, *, against: str = "", ratio: float | None = None,
         n: int = 0) -> None:  # fmt: skip
    """Print a figure; `ratio` is the value over that of `against`, measured in the same run."""
    line = {
        "bench": bench,
        "figure": figure,
        "value": round(value, 4),
        "unit": unit,
        "against": against or None,
        "ratio": None if ratio is None else round(ratio, 3),
        "n": n,
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
