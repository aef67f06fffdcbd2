"""The choices behind a composite indicator, as values that can be compared, kept and changed with ``dataclasses.replace``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Union

NormalisationName = Literal[
    "none",
    "min_max",
    "z_score",
    "rank",
    "borda",
    "percentile_rank",
    "distance_to_max",
    "distance_to_reference",
    "distance_to_target",
    "fraction_of_max",
    "scaled",
    "goalposts",
    "categorical",
]
AggregationName = Literal["arithmetic", "geometric", "harmonic", "generalised", "weighted_product", "copeland", "topsis"]
ImputationName = Literal["none", "mean", "median", "group_mean", "group_median"]
TransformationName = Literal["none", "log", "log_shift_one", "box_cox", "box_cox_estimated"]
ChoiceName = Literal["imputation", "treatment", "normalisation", "weights", "weight_noise", "aggregation", "inclusion", "data_error"]


@dataclass(frozen=True)
class Node:
    """An indicator (level 1) or an aggregate (level 2 and above) of the tree.

    ``weight`` counts within the parent, only ratios matter; ``direction`` -1 says that less is better; ``target`` is in the
    indicator's own unit; ``denominator`` names the column to divide by.
    """

    code: str
    parent: str = ""
    level: int = 1
    weight: float = 1.0
    direction: int = 1
    target: float = math.nan
    denominator: str = ""


@dataclass(frozen=True)
class TreatOptions:
    """Treatment of outliers: up to ``max_winsorised`` points become their neighbour, then a transformation where that was not enough.

    An indicator passes when its absolute skewness is below ``skew_limit`` or its kurtosis below ``kurtosis_limit``.
    """

    treat: bool = True
    skew_limit: float = 2.0
    kurtosis_limit: float = 3.5
    max_winsorised: int = 5
    transformation: TransformationName = "log"
    lambda_: float = 0.0
    combine: bool = False


@dataclass(frozen=True)
class NormaliseOptions:
    """How indicators of different units come to one scale; fields that the method does not know are not read."""

    method: NormalisationName = "min_max"
    lower: float = 0.0
    upper: float = 100.0
    centre: float = 0.0
    spread: float = 1.0
    target: float = math.nan
    reference: int = -1
    cap: bool = False
    scale: float = 1.0
    truncate: bool = True
    cuts: Sequence[float] = ()
    class_values: Sequence[float] = ()
    cuts_are_percentiles: bool = False


@dataclass(frozen=True)
class AggregateOptions:
    """Means by level: ``methods`` for level 2, 3 and so on, the last one for all levels above."""

    methods: Sequence[AggregationName] = ("arithmetic",)
    power: float = 1.0
    min_available: float = 0.0


#: One for all indicators, or one an indicator. True and False are the default treatment and none.
Treatment = Union[bool, TreatOptions, Sequence[TreatOptions]]
Scale = Union[NormalisationName, NormaliseOptions, Sequence[NormaliseOptions]]
Means = Union[AggregationName, AggregateOptions]


def treatments(given: Treatment) -> tuple[TreatOptions, ...]:
    if isinstance(given, bool):
        return (TreatOptions(treat=given),)
    return (given,) if isinstance(given, TreatOptions) else tuple(given)


def scales(given: Scale) -> tuple[NormaliseOptions, ...]:
    if isinstance(given, str):
        return (NormaliseOptions(method=given),)
    return (given,) if isinstance(given, NormaliseOptions) else tuple(given)


def means(given: Means) -> AggregateOptions:
    return AggregateOptions(methods=(given,)) if isinstance(given, str) else given


def _floats(values: Iterable[Any]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


@dataclass(frozen=True)
class Construction:
    """Every choice from raw values to the index. Steps: denominate, screen units, impute, treat outliers, normalise, aggregate.

    ``min_available`` is the share of values that a unit needs before imputation. ``weights`` has one value a node of the tree
    (``tree.codes`` names them); none takes the tree's own.

    >>> import celadon as cd
    >>> cd.composite.Construction(normalisation="rank", aggregation="geometric").normalisation[0].method
    'rank'
    """

    denominate: bool = True
    min_available: float = 0.0
    imputation: ImputationName = "none"
    treatment: Any = field(default=True)  # Treatment; a tuple of TreatOptions afterwards
    normalisation: Any = field(default="min_max")  # Scale; a tuple of NormaliseOptions afterwards
    weights: Any = ()  # numbers, one a node; a tuple afterwards
    aggregation: Any = field(default="arithmetic")  # Means; AggregateOptions afterwards

    def __post_init__(self) -> None:
        object.__setattr__(self, "treatment", treatments(self.treatment))
        object.__setattr__(self, "normalisation", scales(self.normalisation))
        object.__setattr__(self, "aggregation", means(self.aggregation))
        object.__setattr__(self, "weights", _floats(self.weights))


@dataclass(frozen=True)
class Factor:
    """One uncertain choice, made by the function that is named after it."""

    name: str
    choice: ChoiceName
    alternatives: Sequence[Any] = ()

    @staticmethod
    def imputation(alternatives: Sequence[ImputationName], name: str = "imputation") -> Factor:
        """One of these imputations."""
        return Factor(name, "imputation", tuple(alternatives))

    @staticmethod
    def treatment(alternatives: Sequence[bool | TreatOptions], name: str = "treatment") -> Factor:
        """One of these treatments, for all indicators."""
        return Factor(name, "treatment", tuple(treatments(one)[0] for one in alternatives))

    @staticmethod
    def normalisation(alternatives: Sequence[NormalisationName | NormaliseOptions], name: str = "normalisation") -> Factor:
        """One of these scales, for all indicators."""
        return Factor(name, "normalisation", tuple(scales(one)[0] for one in alternatives))

    @staticmethod
    def weights(alternatives: Sequence[Sequence[float]], name: str = "weights") -> Factor:
        """One of these sets of weights, each with one value a node."""
        return Factor(name, "weights", tuple(list(_floats(one)) for one in alternatives))

    @staticmethod
    def weight_noise(shares: Sequence[float], name: str = "weight_noise") -> Factor:
        """Each node's weight times 1 + share x U(-1, 1); ``shares`` by level from 1."""
        return Factor(name, "weight_noise", _floats(shares))

    @staticmethod
    def aggregation(alternatives: Sequence[AggregationName | AggregateOptions], name: str = "aggregation") -> Factor:
        """One of these means."""
        return Factor(name, "aggregation", tuple(means(one) for one in alternatives))

    @staticmethod
    def inclusion(left_out: Sequence[str], name: str = "inclusion") -> Factor:
        """Leaves out one of these nodes; "" leaves out none."""
        return Factor(name, "inclusion", tuple(left_out))

    @staticmethod
    def data_error(name: str = "data_error") -> Factor:
        """Adds each value's standard error times N(0, 1)."""
        return Factor(name, "data_error")
