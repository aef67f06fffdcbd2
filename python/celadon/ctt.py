"""Classical test theory: items, totals, reliability, exam statistics.

Shares and rates are in [0, 1], marks in points. Difficulty is the share of points gained (large = easy); ``hardness`` is the other
direction. A missing cell neither gives nor takes points unless ``missing`` says so.
Every function takes ``weights`` (one a person, > 0) and ``include`` (False leaves a person out: a status is not a score), and gives
the same bits for any ``n_threads``. Bad data raise :class:`celadon.CeladonError`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from . import _celadon
from ._celadon import Responses
from ._celadon.ctt import (
    ConditionalSem,
    Distractors,
    ExamStatistics,
    GradeScaling,
    ItemAnalysis,
    Reliability,
    ScoreDistribution,
    SpTable,
    StratifiedAlpha,
    TestScores,
)
from ._items import Item, native_items
from ._options import MissingPolicy, Vector, flags, missing_policy, numbers, units
from ._progress import Progress, resolve

__all__ = [
    "ConditionalSem",
    "Distractors",
    "ExamStatistics",
    "GradeScaling",
    "ItemAnalysis",
    "Reliability",
    "ScoreDistribution",
    "SpTable",
    "StratifiedAlpha",
    "TestScores",
    "conditional_sem",
    "distractors",
    "exam_statistics",
    "grade_scaling",
    "item_analysis",
    "reliability",
    "score_distribution",
    "sp_table",
    "stratified_alpha",
    "test_scores",
]

Items = Iterable[Item | Mapping[str, Any]]
Cases = Literal["pairwise", "listwise"]
_native = _celadon.ctt


def _common(
    items: Items | None,
    weights: Vector | None,
    include: Vector | None,
    missing: MissingPolicy,
    cases: Cases,
    n_threads: int,
    progress: Progress,
) -> Any:
    return _native._Common(
        items=native_items(items),
        weights=numbers(weights),
        include=flags(include),
        missing=missing_policy(missing),
        cases=cases,
        n_threads=n_threads,
        progress=resolve(progress),
    )


def test_scores(
    responses: Responses,
    *,
    items: Items | None = None,
    weights: Vector | None = None,
    include: Vector | None = None,
    missing: MissingPolicy = "ignore",
    cases: Cases = "pairwise",
    n_threads: int = 0,
    progress: Progress = None,
) -> TestScores:
    """Totals and attainable points of each person, in points.

    >>> import celadon as cd
    >>> responses = cd.Responses.from_table({"q1": [1, 0, 1], "q2": [2, 1, 0]})
    >>> cd.ctt.test_scores(responses).total.tolist()
    [3.0, 1.0, 1.0]
    """
    return _native.test_scores(responses, _common(items, weights, include, missing, cases, n_threads, progress))


test_scores.__test__ = False  # type: ignore[attr-defined]  # the name is the field's; it is not a test


def item_analysis(
    responses: Responses,
    *,
    items: Items | None = None,
    weights: Vector | None = None,
    include: Vector | None = None,
    missing: MissingPolicy = "ignore",
    cases: Cases = "pairwise",
    group_share: float = 0.27,
    group_ties: Literal["include", "fractional"] = "include",
    overlap_corrected: bool = True,
    n_threads: int = 0,
    progress: Progress = None,
) -> ItemAnalysis:
    """Difficulty and discrimination of each item; one row an item.

    ``group_share`` is the size of the upper and of the lower group in (0, 0.5]; 0 leaves the groups out.

    >>> import celadon as cd
    >>> responses = cd.Responses.from_table({"q1": [1, 0, 1, 1], "q2": [1, 0, 0, 1], "q3": [1, 0, 1, 0]})
    >>> cd.ctt.item_analysis(responses).to_dict()["difficulty"]
    [0.75, 0.5, 0.5]
    """
    return _native.item_analysis(
        responses,
        _common(items, weights, include, missing, cases, n_threads, progress),
        group_share,
        group_ties,
        overlap_corrected,
    )


def reliability(
    responses: Responses,
    *,
    items: Items | None = None,
    weights: Vector | None = None,
    include: Vector | None = None,
    missing: MissingPolicy = "ignore",
    cases: Cases = "pairwise",
    confidence: float = 0.95,
    lambda_scale: Literal["correlation", "covariance"] = "correlation",
    lambda4_starts: int = 50,
    seed: int = 1,
    n_threads: int = 0,
    progress: Progress = None,
) -> Reliability:
    """Alpha with its interval, KR-20, Guttman's lambdas, omega, split halves and the SEM (points).

    >>> import celadon as cd
    >>> responses = cd.Responses.from_table({"q1": [1, 0, 1, 1], "q2": [1, 0, 0, 1], "q3": [1, 0, 1, 0]})
    >>> round(cd.ctt.reliability(responses).alpha, 4)
    0.6316
    """
    return _native.reliability(
        responses,
        _common(items, weights, include, missing, cases, n_threads, progress),
        confidence,
        lambda_scale,
        lambda4_starts,
        seed,
    )


def stratified_alpha(
    responses: Responses,
    strata: Mapping[str, str] | Sequence[str],
    *,
    items: Items | None = None,
    weights: Vector | None = None,
    include: Vector | None = None,
    missing: MissingPolicy = "ignore",
    cases: Cases = "pairwise",
    single_item_reliability: float = 0.0,
    n_threads: int = 0,
    progress: Progress = None,
) -> StratifiedAlpha:
    """Alpha of a paper made of parts; ``strata`` names the part of each item (in order, or by item id).

    >>> import celadon as cd
    >>> table = {"q1": [1, 0, 1, 1], "q2": [1, 0, 0, 1], "q3": [1, 0, 1, 0], "q4": [0, 0, 1, 1]}
    >>> parts = ["choice", "choice", "written", "written"]
    >>> cd.ctt.stratified_alpha(cd.Responses.from_table(table), parts).alpha <= 1
    True
    """
    names = [strata[item] for item in responses.item_ids] if isinstance(strata, Mapping) else list(strata)
    return _native.stratified_alpha(
        responses,
        _common(items, weights, include, missing, cases, n_threads, progress),
        names,
        single_item_reliability,
    )


def distractors(
    responses: Responses,
    key: Mapping[str, Any] | Sequence[Any] | None = None,
    *,
    items: Items | None = None,
    weights: Vector | None = None,
    include: Vector | None = None,
    missing: MissingPolicy = "ignore",
    cases: Cases = "pairwise",
    n_groups: int = 3,
    rare_share: float = math.nan,
    n_threads: int = 0,
    progress: Progress = None,
) -> Distractors:
    """Who chose which option; one row an option, with shares in score groups from low to high.

    ``key`` is the right option of each item (its text where the answers were text, else its number), in order or by item id.

    >>> import celadon as cd
    >>> raw = cd.Responses.from_table({"q1": ["A", "B", "A", "A"], "q2": ["C", "D", "C", "D"], "q3": ["A", "B", "A", "B"]})
    >>> table = cd.ctt.distractors(raw, ["A", "C", "A"], n_groups=2).to_dict()
    >>> table["option"][:2], table["share"][:2]
    (['A', 'B'], [0.75, 0.25])
    """
    natives = native_items(items)
    labels = responses.labels
    ids = responses.item_ids
    if not natives and labels:
        natives = native_items([Item(id=name, category_labels=labels[j]) for j, name in enumerate(ids)])
    categories: list[int] = []
    if key is not None:
        answers = [key[item] for item in ids] if isinstance(key, Mapping) else list(key)
        for j, answer in enumerate(answers):
            known = labels[j] if labels and j < len(labels) else []
            if answer is None:
                categories.append(-1)
            elif known:
                categories.append(known.index(str(answer)) if str(answer) in known else -1)
            else:
                categories.append(int(answer))
    common = _native._Common(
        items=natives,
        weights=numbers(weights),
        include=flags(include),
        missing=missing_policy(missing),
        cases=cases,
        n_threads=n_threads,
        progress=resolve(progress),
    )
    return _native.distractors(responses, common, categories, n_groups, rare_share)


def score_distribution(
    scores: Vector,
    *,
    weights: Vector | None = None,
    skew_type: Literal["moment", "unbiased", "sample"] = "unbiased",
    probabilities: Sequence[float] | None = None,
) -> ScoreDistribution:
    """Moments, quantiles, percentile ranks, z and T scores of any scores (NaN is left out); one row a distinct value.

    >>> import celadon as cd
    >>> d = cd.ctt.score_distribution([60, 70, 80, 90])
    >>> d.mean, d.rank_of(70), round(d.t_score(75), 1)
    (75.0, 0.375, 50.0)
    """
    wanted = None if probabilities is None else [float(p) for p in probabilities]
    return _native.score_distribution(numbers(scores), numbers(weights), skew_type, wanted)


def exam_statistics(
    responses: Responses,
    *,
    rates: Mapping[str, float | tuple[float, Literal["at_least", "below"]]] | None = None,
    unit: Iterable[Any] | None = None,
    items: Items | None = None,
    weights: Vector | None = None,
    include: Vector | None = None,
    missing: MissingPolicy = "ignore",
    cases: Cases = "pairwise",
    n_threads: int = 0,
    progress: Progress = None,
) -> ExamStatistics:
    """一分三率 and 得分率 by unit (one row a unit, everybody first) and by content (``.content``).

    ``rates`` names each rate with its cut as a share of full marks: ``{"pass": 0.6, "low": (0.4, "below")}``.
    ``unit`` gives each person's class or school.

    >>> import celadon as cd
    >>> responses = cd.Responses.from_table({"q1": [4, 3, 1, 0], "q2": [6, 3, 5, 1]})
    >>> items = [cd.Item("q1", full_mark=4), cd.Item("q2", full_mark=6)]
    >>> result = cd.ctt.exam_statistics(responses, items=items, rates={"pass": 0.6}, unit=["1", "1", "2", "2"])
    >>> result.to_dict()["rate_pass"]
    [0.75, 1.0, 0.5]
    """
    cuts: list[tuple[str, float, str]] = []
    for name, cut in (rates or {}).items():
        share, side = cut if isinstance(cut, tuple) else (cut, "at_least")
        cuts.append((name, float(share), side))
    index, names = units(unit)
    return _native.exam_statistics(responses, _common(items, weights, include, missing, cases, n_threads, progress), cuts, index, names)


def sp_table(
    responses: Responses,
    *,
    items: Items | None = None,
    include: Vector | None = None,
    missing: MissingPolicy = "ignore",
    right_from_share: float = 0.6,
    min_items: int = 10,
    min_persons: int = 15,
    n_simulations: int = 1000,
    seed: int = 1,
    n_threads: int = 0,
    progress: Progress = None,
) -> SpTable:
    """S-P table with caution indices; one row a person, charted first; ``.items`` has one row an item.

    An answer is right when its points reach ``right_from_share`` of the item's full mark.

    >>> import celadon as cd
    >>> responses = cd.Responses.from_table({"q1": [1, 1, 0], "q2": [1, 0, 0], "q3": [0, 1, 1]})
    >>> cd.ctt.sp_table(responses).indices  # too few items and persons for an index
    False
    """
    common = _common(items, None, include, missing, "pairwise", n_threads, progress)
    return _native.sp_table(responses, common, right_from_share, min_items, min_persons, n_simulations, seed)


def conditional_sem(
    responses: Responses,
    *,
    items: Items | None = None,
    weights: Vector | None = None,
    include: Vector | None = None,
    missing: MissingPolicy = "ignore",
    cases: Cases = "pairwise",
    method: Literal["lord_binomial", "scaled_binomial", "feldt_qualls"] = "scaled_binomial",
    reliability: float = math.nan,
    n_threads: int = 0,
    progress: Progress = None,
) -> ConditionalSem:
    """Standard error of a total at its own place on the scale, and the interval of the true score (points).

    >>> import celadon as cd
    >>> responses = cd.Responses.from_table({"q1": [1, 0, 1, 1], "q2": [1, 0, 0, 1], "q3": [1, 0, 1, 0]})
    >>> sem = cd.ctt.conditional_sem(responses)
    >>> low, high = sem.true_score_interval(2, confidence=0.9)
    >>> low < 2 < high
    True
    """
    return _native.conditional_sem(responses, _common(items, weights, include, missing, cases, n_threads, progress), method, reliability)


def grade_scaling(
    raw: Vector,
    bands: Sequence[tuple[str, float, float, float]],
    *,
    profile_id: str = "",
    source: str = "",
    ties: Literal["higher", "lower", "nearest"] = "higher",
    rounding: Literal["none", "half_up"] = "half_up",
    single_value: Literal["upper_end", "middle", "lower_end"] = "upper_end",
) -> GradeScaling:
    """Grade-scaled scores (等级赋分). ``bands`` from the best grade down: (grade, share of candidates, lowest, highest scaled score).

    NaN is a candidate without a mark. ``.scaled`` has one score a candidate; the frame has one row a grade.

    >>> import celadon as cd
    >>> bands = [("A", 0.5, 71, 100), ("B", 0.5, 30, 70)]
    >>> cd.ctt.grade_scaling([90, 80, 60, 40], bands).scaled.tolist()
    [100.0, 71.0, 70.0, 30.0]
    """
    plain = [(str(grade), float(share), float(low), float(high)) for grade, share, low, high in bands]
    return _native.grade_scaling(numbers(raw), profile_id, source, plain, ties, rounding, single_value)
