"""Composite indicators: from a table of indicators and a tree to an index that says how sure it is.

Units are rows, indicators are columns; NaN is missing. Weights count within a parent, only their ratios matter; after normalisation more
is always better. Results are the same bits for any ``n_threads``. Bad data raise :class:`celadon.CeladonError`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from . import _celadon
from ._celadon import Table
from ._celadon.composite import (
    AhpGroupResult,
    AhpResult,
    Comparison,
    Denominated,
    GroupAlpha,
    Imputed,
    Index,
    InfluenceWeights,
    Normalised,
    PrincipalComponents,
    Removals,
    Sensitivity,
    Topsis,
    Treated,
    Tree,
    Uncertainty,
    Weights,
)
from ._composite_data import Array, Measures, Values, indicators, matrix, named
from ._composite_options import (
    AggregateOptions,
    AggregationName,
    Construction,
    Factor,
    ImputationName,
    Means,
    Node,
    NormaliseOptions,
    Scale,
    Treatment,
    TreatOptions,
    means,
    scales,
    treatments,
)
from ._composite_weights import (
    ahp,
    ahp_group,
    budget_weights,
    component_weights,
    copeland,
    correlations,
    covariances,
    critic_weights,
    deviation_weights,
    entropy_weights,
    equal_weights,
    group_alpha,
    outranking,
    principal_components,
    rank_correlations,
    topsis,
    weighted_product,
)
from ._options import Vector, numbers
from ._progress import Progress, resolve

__all__ = [
    "AggregateOptions",
    "AhpGroupResult",
    "AhpResult",
    "Comparison",
    "Construction",
    "Denominated",
    "Factor",
    "GroupAlpha",
    "Imputed",
    "Index",
    "InfluenceWeights",
    "Measures",
    "Node",
    "NormaliseOptions",
    "Normalised",
    "PrincipalComponents",
    "Removals",
    "Sensitivity",
    "Topsis",
    "TreatOptions",
    "Treated",
    "Tree",
    "Uncertainty",
    "Weights",
    "aggregate",
    "ahp",
    "ahp_group",
    "budget_weights",
    "build",
    "compare",
    "component_weights",
    "copeland",
    "correlations",
    "covariances",
    "critic_weights",
    "denominate",
    "describe",
    "deviation_weights",
    "effective_weights",
    "entropy_weights",
    "equal_influence_weights",
    "equal_weights",
    "group_alpha",
    "impute",
    "mean_of",
    "normalise",
    "outranking",
    "principal_components",
    "rank_correlations",
    "ranks",
    "remove_one_at_a_time",
    "screen_units",
    "sensitivity",
    "sensitivity_indices",
    "topsis",
    "treat",
    "uncertainty",
    "weighted_product",
    "what_if",
]

_native = _celadon.composite


def build(measures: Measures, construction: Construction | None = None) -> Index:
    """The index with all its steps; the frame has one row a unit.

    >>> import celadon as cd
    >>> nodes = [dict(code="read", parent="all"), dict(code="sums", parent="all", weight=3), dict(code="all", level=2)]
    >>> measures = cd.composite.Measures({"sums": [4, 8, 6], "read": [3, 1, 2]}, cd.composite.Tree(nodes), unit_ids=["a", "b", "c"])
    >>> index = cd.composite.build(measures)
    >>> index.index.tolist(), index.rank.tolist()
    ([25.0, 75.0, 50.0], [3.0, 1.0, 2.0])
    """
    return _native.build(measures._native, construction or Construction())


def describe(values: Values) -> Table:
    """One row an indicator: values there, zeros, ties, least, largest, mean, median, spread, skewness, kurtosis.

    >>> import celadon as cd
    >>> cd.composite.describe({"x": [1, 2, 2, 7]}).to_dict()["median"]
    [2.0]
    """
    array, names = named(values)
    return _native.describe(array, names)


def denominate(values: Values, tree: Tree, denominators: Values, denominator_codes: Sequence[str] = ()) -> Denominated:
    """Each indicator with a denominator divided by that column, unit by unit.

    >>> import celadon as cd
    >>> tree = cd.composite.Tree([dict(code="x", parent="all", denominator="people"), dict(code="all", level=2)])
    >>> cd.composite.denominate([[10.0], [6.0]], tree, {"people": [5, 2]}).values.tolist()
    [[2.0], [3.0]]
    """
    array, names = named(denominators)
    return _native.denominate(matrix(values, indicators(tree)), tree, array, [str(c) for c in denominator_codes] or names)


def screen_units(values: Values, min_available: float, *, min_nonzero: float = 0.0) -> list[int]:
    """Rows whose share of values that are there is at least ``min_available``.

    >>> import celadon as cd
    >>> cd.composite.screen_units([[1.0, float("nan")], [2.0, 3.0]], 0.75)
    [1]
    """
    return _native.screen_units(matrix(values), min_available, min_nonzero)


def impute(values: Values, method: ImputationName, *, groups: Sequence[str] | None = None) -> Imputed:
    """Gaps filled by the mean or the median of the indicator, over all units or over those of the same group.

    >>> import celadon as cd
    >>> cd.composite.impute([[1.0], [float("nan")], [5.0]], "mean").values.tolist()
    [[1.0], [3.0], [5.0]]
    """
    return _native.impute(matrix(values), method, [str(group) for group in groups or ()])


def treat(values: Values, options: Treatment = True, *, tree: Tree | None = None) -> Treated:
    """Outliers brought in; ``tree`` names the indicators in findings.

    >>> import celadon as cd
    >>> cd.composite.treat({"x": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100]}).n_winsorised[0] > 0
    True
    """
    return _native.treat(matrix(values), treatments(options), tree)


def normalise(values: Values, tree: Tree, options: Scale = "min_max") -> Normalised:
    """Indicators on one scale, more always better afterwards.

    >>> import celadon as cd
    >>> cd.composite.normalise([[2], [4], [4], [10]], cd.composite.Tree.flat(1), "rank").values.ravel().tolist()
    [1.0, 2.0, 2.0, 4.0]
    """
    return _native.normalise(matrix(values, indicators(tree)), tree, scales(options))


def aggregate(normalised: Values, tree: Tree, options: Means = "arithmetic", *, weights: Vector | None = None) -> Array:
    """Scores of all nodes, units by nodes, the indicators first.

    >>> import celadon as cd
    >>> cd.composite.aggregate([[4.0, 9.0]], cd.composite.Tree.flat(2), "geometric").round(12).tolist()
    [[4.0, 9.0, 6.0]]
    """
    return _native.aggregate(matrix(normalised, indicators(tree)), tree, means(options), numbers(weights))


def mean_of(values: Vector, method: AggregationName = "arithmetic", *, weights: Vector | None = None, power: float = 1.0) -> float:
    """One mean of one set of values; NaN is left out.

    >>> import celadon as cd
    >>> cd.composite.mean_of([2.0, 6.0], weights=[3, 1])
    3.0
    """
    return _native.mean_of(numbers(values), numbers(weights), method, power)


def effective_weights(tree: Tree, weights: Vector | None = None) -> Array:
    """Share of each node in the index, in the order of ``tree.codes``.

    >>> import celadon as cd
    >>> cd.composite.effective_weights(cd.composite.Tree.flat(4)).tolist()
    [0.25, 0.25, 0.25, 0.25, 1.0]
    """
    return _native.effective_weights(tree, numbers(weights))


def ranks(values: Vector) -> Array:
    """1 for the largest; equal values share the best rank; NaN for missing.

    >>> import celadon as cd
    >>> cd.composite.ranks([5, 9, 5]).tolist()
    [2.0, 1.0, 2.0]
    """
    return _native.ranks(numbers(values))


def compare(a: Index, b: Index) -> Comparison:
    """Two indices of the same units, matched by id: scores, ranks, how far each unit moves.

    >>> import celadon as cd
    >>> measures = cd.composite.Measures([[1, 9], [2, 5], [4, 1]], cd.composite.Tree.flat(2))
    >>> first, second = (cd.composite.build(measures, cd.composite.Construction(weights=w)) for w in ([1, 0, 1], [0, 1, 1]))
    >>> cd.composite.compare(first, second).rank_change.tolist()
    [2.0, 0.0, -2.0]
    """
    return _native.compare(a, b)


def what_if(measures: Measures, changes: Mapping[tuple[int, str | int], float], construction: Construction | None = None) -> Comparison:
    """The index as it is and with other values; ``changes`` maps (row, indicator) to the new value. Everything is built again.

    >>> import celadon as cd
    >>> measures = cd.composite.Measures([[1, 9], [2, 5], [4, 1]], cd.composite.Tree.flat(2))
    >>> cd.composite.what_if(measures, {(1, "2"): 9.0}).to_dict()["rank_b"][1]
    1.0
    """
    codes = indicators(measures.tree)
    cells = []
    for (row, indicator), value in changes.items():
        if isinstance(indicator, str) and indicator not in codes:
            raise ValueError(f"no indicator is called {indicator}")
        cells.append((int(row), codes.index(indicator) if isinstance(indicator, str) else int(indicator), float(value)))
    return _native.what_if(measures._native, construction or Construction(), cells)


def remove_one_at_a_time(
    measures: Measures,
    construction: Construction | None = None,
    *,
    level: int = 1,
    n_threads: int = 0,
    progress: Progress = None,
) -> Removals:
    """The index without each node of ``level`` in turn; one row a node with how far ranks move.

    >>> import celadon as cd
    >>> measures = cd.composite.Measures([[1, 9], [2, 5], [4, 1]], cd.composite.Tree.flat(2))
    >>> cd.composite.remove_one_at_a_time(measures).to_dict()["node"]
    ['1', '2']
    """
    return _native.remove_one_at_a_time(measures._native, construction or Construction(), level, n_threads, resolve(progress))


def equal_influence_weights(
    measures: Measures,
    construction: Construction | None = None,
    *,
    level: int,
    targets: Sequence[float] = (),
    tolerance: float = 1e-9,
    max_iterations: int = 2000,
) -> InfluenceWeights:
    """Weights of the nodes of ``level`` whose correlations with the index stand in the wanted ratios (none given: all equal).

    >>> import celadon as cd
    >>> measures = cd.composite.Measures([[1, 2], [2, 9], [4, 1], [3, 8]], cd.composite.Tree.flat(2))
    >>> cd.composite.equal_influence_weights(measures, level=1).influence_shares.round(6).tolist()
    [0.5, 0.5]
    """
    goals = [float(target) for target in targets]
    return _native.equal_influence_weights(measures._native, construction or Construction(), level, goals, tolerance, max_iterations)


def uncertainty(
    measures: Measures,
    factors: Sequence[Factor],
    construction: Construction | None = None,
    *,
    n_runs: int = 1000,
    seed: int = 1,
    confidence: float = 0.90,
    keep_runs: bool = False,
    n_threads: int = 0,
    progress: Progress = None,
) -> Uncertainty:
    """Scores and ranks over many runs, each with its own draw of every uncertain choice; one row a unit with its rank interval.

    >>> import celadon as cd
    >>> measures = cd.composite.Measures([[1, 9], [2, 8], [4, 1]], cd.composite.Tree.flat(2))
    >>> table = cd.composite.uncertainty(measures, [cd.composite.Factor.weight_noise([0.5])], n_runs=200).to_dict()
    >>> all(low <= high for low, high in zip(table["rank_lower"], table["rank_upper"]))
    True
    """
    return _native.uncertainty(
        measures._native,
        construction or Construction(),
        list(factors),
        n_runs,
        seed,
        confidence,
        keep_runs,
        n_threads,
        resolve(progress),
    )


def sensitivity(
    measures: Measures,
    factors: Sequence[Factor],
    construction: Construction | None = None,
    *,
    output: Literal["mean_rank_shift", "unit_score", "unit_rank"] = "mean_rank_shift",
    unit: int = 0,
    n_bootstrap: int = 0,
    n_runs: int = 1000,
    seed: int = 1,
    confidence: float = 0.90,
    keep_runs: bool = False,
    n_threads: int = 0,
    progress: Progress = None,
) -> Sensitivity:
    """What the index depends on: first-order and total share of each factor in the variance; n_runs x (factors + 2) runs.

    >>> import celadon as cd
    >>> measures = cd.composite.Measures([[1, 9], [2, 8], [4, 1]], cd.composite.Tree.flat(2))
    >>> factors = [cd.composite.Factor.weight_noise([0.5]), cd.composite.Factor.normalisation(["min_max", "rank"])]
    >>> result = cd.composite.sensitivity(measures, factors, output="unit_score", unit=1, n_runs=200)
    >>> result.to_dict()["factor"]
    ['weight_noise', 'normalisation']
    """
    return _native.sensitivity(
        measures._native,
        construction or Construction(),
        list(factors),
        output,
        unit,
        n_bootstrap,
        n_runs,
        seed,
        confidence,
        keep_runs,
        n_threads,
        resolve(progress),
    )


def sensitivity_indices(
    y_a: Vector,
    y_b: Vector,
    y_ab: Values,
    *,
    names: Sequence[str] | None = None,
    n_bootstrap: int = 0,
    seed: int = 1,
    confidence: float = 0.90,
) -> Table:
    """The estimators alone, for a model of your own; ``y_ab`` has one row a factor. One row a factor.

    >>> import celadon as cd
    >>> cd.composite.sensitivity_indices([0, 1, 2, 3], [3, 1, 0, 2], [[3, 1, 0, 2], [0, 1, 2, 3]]).to_dict()["total"][1]
    0.0
    """
    array = matrix(y_ab)
    labels = [str(j + 1) for j in range(len(array))] if names is None else [str(name) for name in names]
    if len(labels) != len(array):
        raise ValueError(f"{len(labels)} names for {len(array)} factors")
    return _native.sensitivity_indices(numbers(y_a), numbers(y_b), array, labels, n_bootstrap, seed, confidence)
