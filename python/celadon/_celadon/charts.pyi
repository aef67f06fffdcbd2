"""Types of the makers of charts."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from . import Chart

def information(
    title: str,
    description: str,
    abilities: Sequence[float],
    information: Sequence[float],
    standard_error: Sequence[float],
    words: Sequence[str],
) -> Chart: ...
def item_curves(
    title: str,
    description: str,
    item: str,
    abilities: Sequence[float],
    curves: Sequence[tuple[str, Sequence[float]]],
    observed: Sequence[tuple[int, float, float, int]],
    words: Sequence[str],
) -> Chart: ...
def score_distribution(
    title: str,
    description: str,
    scores: npt.NDArray[np.float64],
    n_bins: int,
    lowest: float,
    highest: float,
    mean: float,
    words: Sequence[str],
) -> Chart: ...
def wright_map(
    title: str,
    description: str,
    abilities: npt.NDArray[np.float64],
    n_bins: int,
    lowest: float,
    highest: float,
    items: Sequence[tuple[str, float]],
    words: Sequence[str],
) -> Chart: ...
def distractors(
    title: str,
    description: str,
    item: str,
    groups: Sequence[str],
    options: Sequence[tuple[str, bool, Sequence[float]]],
    words: Sequence[str],
) -> Chart: ...
def sp_chart(
    title: str,
    description: str,
    persons: Sequence[str],
    items: Sequence[str],
    right: npt.NDArray[np.uint8],
    s_curve: Sequence[int],
    p_curve: Sequence[int],
    words: Sequence[str],
) -> Chart: ...
