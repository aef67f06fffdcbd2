"""Weights from data, from judgements and from budgets; units compared in pairs; how indicators go together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from . import _celadon
from ._celadon.composite import AhpGroupResult, AhpResult, GroupAlpha, PrincipalComponents, Topsis, Weights
from ._composite_data import Array, Values, matrix
from ._options import Vector, numbers

PairRule = Literal["complete", "pairwise"]
_native = _celadon.composite


def equal_weights(n_indicators: int) -> Weights:
    """1 / n each.

    >>> import celadon as cd
    >>> cd.composite.equal_weights(4).weights.tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    return _native.equal_weights(n_indicators)


def entropy_weights(normalised: Values) -> Weights:
    """Most to what spreads most, by Shannon's entropy. Values >= 0. It says where units differ, not what matters.

    >>> import celadon as cd
    >>> cd.composite.entropy_weights([[1, 1], [1, 3]]).weights.tolist()
    [0.0, 1.0]
    """
    return _native.entropy_weights(matrix(normalised))


def critic_weights(normalised: Values) -> Weights:
    """Most to what spreads and goes its own way (CRITIC).

    >>> import celadon as cd
    >>> cd.composite.critic_weights([[0, 1], [1, 0], [0.5, 0.5]]).weights.tolist()
    [0.5, 0.5]
    """
    return _native.critic_weights(matrix(normalised))


def deviation_weights(normalised: Values) -> Weights:
    """In proportion to standard deviations.

    >>> import celadon as cd
    >>> cd.composite.deviation_weights([[0, 0], [1, 3]]).weights.round(12).tolist()
    [0.25, 0.75]
    """
    return _native.deviation_weights(matrix(normalised))


def component_weights(normalised: Values, *, squared: bool = False) -> Weights:
    """Loadings on the first principal component, or their squares.

    >>> import celadon as cd
    >>> cd.composite.component_weights([[0, 1], [1, 2], [2, 3]]).weights.round(12).tolist()
    [0.5, 0.5]
    """
    return _native.component_weights(matrix(normalised), squared)


def budget_weights(points: Values, budget: float = 100.0) -> Weights:
    """The mean of experts' shares; each row of ``points`` is one expert's and sums to ``budget``.

    >>> import celadon as cd
    >>> cd.composite.budget_weights([[60, 40], [40, 60]]).weights.tolist()
    [0.5, 0.5]
    """
    return _native.budget_weights(matrix(points), budget)


AhpMethod = Literal["eigenvector", "geometric_mean", "column_average"]


def ahp(judgements: Values, *, method: AhpMethod = "eigenvector", consistency_limit: float = 0.10) -> AhpResult:
    """Weights from comparisons in pairs: ``judgements[i][j]`` says how many times i matters as much as j.

    >>> import celadon as cd
    >>> result = cd.composite.ahp([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]])
    >>> result.weights.round(4).tolist(), abs(result.consistency_ratio) < 1e-12
    ([0.5714, 0.2857, 0.1429], True)
    """
    return _native.ahp(matrix(judgements), method, consistency_limit)


def ahp_group(
    judgements: Sequence[Values],
    mode: Literal["judgements", "priorities", "priorities_arithmetic"] = "judgements",
    *,
    importance: Vector | None = None,
    method: AhpMethod = "eigenvector",
    consistency_limit: float = 0.10,
) -> AhpGroupResult:
    """Several judges: their judgements joined (geometric mean), or their weights.

    >>> import celadon as cd
    >>> cd.composite.ahp_group([[[1, 3], [1 / 3, 1]], [[1, 1 / 3], [3, 1]]]).group.weights.round(12).tolist()
    [0.5, 0.5]
    """
    return _native.ahp_group([matrix(one) for one in judgements], mode, numbers(importance), method, consistency_limit)


def outranking(values: Values, *, weights: Vector | None = None) -> Array:
    """How much of the weight speaks for unit i against unit j, units by units.

    >>> import celadon as cd
    >>> cd.composite.outranking([[2, 1], [1, 1]]).tolist()
    [[0.0, 0.75], [0.25, 0.0]]
    """
    return _native.outranking(matrix(values), numbers(weights))


def copeland(values: Values, *, weights: Vector | None = None) -> Array:
    """Units that each unit outranks, less those that outrank it.

    >>> import celadon as cd
    >>> cd.composite.copeland([[3, 1, 2], [2, 2, 3], [1, 3, 1]]).tolist()
    [0.0, 2.0, -2.0]
    """
    return _native.copeland(matrix(values), numbers(weights))


def topsis(values: Values, *, weights: Vector | None = None, directions: Sequence[int] = ()) -> Topsis:
    """Closeness of each unit to the best value of every indicator; ``directions`` has 1 or -1 an indicator.

    >>> import celadon as cd
    >>> cd.composite.topsis([[1, 9], [2, 5], [3, 1]], directions=[1, -1]).closeness.tolist()[::2]
    [0.0, 1.0]
    """
    return _native.topsis(matrix(values), numbers(weights), [int(d) for d in directions])


def weighted_product(values: Values, *, weights: Vector | None = None, directions: Sequence[int] = ()) -> Array:
    """The product of each value to the power of its weight, costs to the power of minus their weight.

    >>> import celadon as cd
    >>> cd.composite.weighted_product([[4, 9]]).round(12).tolist()
    [6.0]
    """
    return _native.weighted_product(matrix(values), numbers(weights), [int(d) for d in directions])


def correlations(values: Values, rule: PairRule = "pairwise") -> Array:
    """Pearson correlations of the columns.

    >>> import celadon as cd
    >>> cd.composite.correlations([[1, 2], [2, 4], [3, 6]]).round(12).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    return _native.correlations(matrix(values), rule)


def rank_correlations(values: Values, rule: PairRule = "pairwise") -> Array:
    """Spearman correlations of the columns.

    >>> import celadon as cd
    >>> cd.composite.rank_correlations([[1, 2], [2, 40], [3, 41]]).round(12).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    return _native.rank_correlations(matrix(values), rule)


def covariances(values: Values, rule: PairRule = "pairwise") -> Array:
    """Covariances of the columns, with divisor n - 1.

    >>> import celadon as cd
    >>> cd.composite.covariances([[1, 2], [2, 4], [3, 6]]).tolist()
    [[1.0, 2.0], [2.0, 4.0]]
    """
    return _native.covariances(matrix(values), rule)


def group_alpha(values: Values, rule: PairRule = "pairwise") -> GroupAlpha:
    """Cronbach's alpha of a group of indicators; ``alpha_standardized`` does not depend on their units.

    >>> import celadon as cd
    >>> round(cd.composite.group_alpha([[1, 2], [2, 4], [3, 6]]).alpha_standardized, 12)
    1.0
    """
    return _native.group_alpha(matrix(values), rule)


def principal_components(values: Values, rule: PairRule = "complete") -> PrincipalComponents:
    """Principal components of the correlations.

    >>> import celadon as cd
    >>> cd.composite.principal_components([[1, 2], [2, 4], [3, 6]]).explained_share.round(12).tolist()
    [1.0, 0.0]
    """
    return _native.principal_components(matrix(values), rule)
