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
def profile(
    title: str,
    description: str,
    rows: Sequence[tuple[str, str, Sequence[float], str, str, int]],
    words: Sequence[str],
) -> Chart:
    """Indices of one unit, each on an axis of its own.

    A row is its label, the words of its value, six positions in [0, 1] (value, lower, upper, reference, previous, target; NaN for none),
    the two ends of its axis, and its depth. words: value, interval, reference, previous, target of the legend.
    """

def caterpillar(
    title: str,
    description: str,
    values: Sequence[float],
    lower: Sequence[float],
    upper: Sequence[float],
    own: int,
    reference: float,
    words: Sequence[str],
) -> Chart:
    """Units without names in ascending order of value; lower and upper may be empty. words: y title, x title, own unit, reference."""

def gradient(
    title: str,
    description: str,
    lines: Sequence[tuple[float, float, float, float]],
    overall: tuple[float, float, float, float],
    own: int,
    words: Sequence[str],
) -> Chart:
    """Lines as (x_low, x_high, y_low, y_high). words: x title, y title, units, overall, own unit."""

def balance(title: str, description: str, parts: Sequence[tuple[str, float, float, float]]) -> Chart:
    """Parts as (label, share, lower, upper)."""

def tornado(
    title: str,
    description: str,
    centre: float,
    bars: Sequence[tuple[str, float, float, str]],
    decimals: int,
    words: Sequence[str],
) -> Chart:
    """Bars as (label, low, high, note). words: x title, centre."""

def timeline(
    title: str,
    description: str,
    periods: Sequence[str],
    series: Sequence[tuple[str, Sequence[float], Sequence[float], Sequence[float]]],
    target: float,
    share: bool,
    words: Sequence[str],
) -> Chart:
    """Series as (label, value, lower, upper), one number a period; lower and upper may be empty. words: y title, target."""
