"""Standard setting: where a cut lies and how sure it is, from what judges say of items or from pupils whom their teachers know.

Judges are rows and items are columns: a NumPy array, a pandas or Polars frame, an Arrow table or a mapping of columns. A rating is
``kind="yes_no"`` (1: the borderline pupil gets the full mark, 0: none), ``"probability"`` (0 to 1, or the expected share of the full
mark) or ``"marks"`` (0 to the full mark). NaN, None and null: not rated, never a 0. ``tables`` gives the table (the small group that
talked with one another) of each judge; standard errors then come from tables. Cuts are in marks, or on the ability scale of a
calibrated model (:mod:`celadon.irt`); a pupil at or above a cut passes. A standard error that cannot be had (one judge, one table) is
NaN and a finding says so. Results are values, and the same bits on every call. Bad data raise :class:`celadon.CeladonError`.

Sources: Angoff (1971); Lewis, Mitzel & Green (1996); Livingston & Zieky (1982); Brennan & Lockwood (1980),
doi:10.1177/014662168000400209; Cizek & Bunch (2007), Standard Setting.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Union

import numpy as np

from . import _celadon
from ._celadon.standard_setting import (
    AbilityCut,
    AngoffCut,
    AngoffLevels,
    AngoffRounds,
    Booklet,
    BookmarkResult,
    BorderlineGroup,
    Components,
    Consistency,
    ContrastingGroups,
    GroupCut,
    PanelAgreement,
    RoundChange,
)
from ._findings import Findings
from ._irt_model import Model, _points
from ._options import Vector
from ._ratings import Column, Kind, RatingTable, by_item, is_column, labels, matrix, ratings_of, vector

__all__ = [
    "AbilityCut",
    "AngoffCut",
    "AngoffLevels",
    "AngoffRounds",
    "Booklet",
    "BookmarkResult",
    "BorderlineGroup",
    "Components",
    "Consistency",
    "ContrastingGroups",
    "GroupCut",
    "PanelAgreement",
    "RoundChange",
    "ability_of_cut",
    "across_panels",
    "angoff",
    "angoff_levels",
    "angoff_rounds",
    "bookmark",
    "borderline_group",
    "check_ascending",
    "contrasting_groups",
    "difficulty_consistency",
    "judge_item_components",
    "latent_consistency",
    "ordered_item_booklet",
    "round_change",
]

#: One number an item, in their order or by id.
ByItem = Union[Column, Mapping[str, float]]
_native = _celadon.standard_setting


def angoff(
    ratings: RatingTable,
    *,
    kind: Kind = "probability",
    full_marks: ByItem | None = None,
    items: Iterable[str] | None = None,
    tables: Iterable[Any] | None = None,
) -> AngoffCut:
    """Angoff's cut, yes/no or modified (probabilities, expected marks): the sum over items of the full mark times the judges' mean share.

    ``ratings``: judges x items. ``full_marks``: one > 0 an item, in order or by id; 1 each where not given. ``items``: columns to take,
    in this order (of an array: their names). ``tables``: one label a judge.

    ``.cut`` and ``.se`` are marks; ``.se`` speaks of these items and other judges, ``.se_judges_items`` of other items too. ``.judges``
    and ``.items`` are frames, ``.judge_cuts`` an array, ``.components`` the agreement of the judges. A judge who left items out has the
    panel's means there, moved by the judge's own severity. Errors: ``rating_out_of_range`` naming judge and item,
    ``item_hardly_rated`` (an item nobody rated), ``length_mismatch``, ``invalid_argument``. Cost: judges squared times items.

    >>> import celadon as cd
    >>> panel = {"q1": [1, 1, 1], "q2": [1, 0, 1], "q3": [0, 0, 1]}
    >>> cut = cd.standard_setting.angoff(panel, kind="yes_no")
    >>> round(cut.cut, 3), round(cut.se, 3), cut.judge_cuts.round(3).tolist()
    (2.0, 0.577, [2.0, 1.0, 3.0])
    """
    return _native.angoff(ratings_of(ratings, kind, full_marks, items, tables)[0])


def angoff_rounds(
    rounds: Iterable[RatingTable],
    *,
    kind: Kind = "probability",
    full_marks: ByItem | None = None,
    items: Iterable[str] | None = None,
    tables: Iterable[Any] | None = None,
) -> AngoffRounds:
    """Rounds of one cut by the same judges on the same items, in order; the last round is the cut.

    Arguments as :func:`angoff`, the same for every round. ``.rounds`` has the cut of each, ``.changes`` what moved between them. Errors:
    those of :func:`angoff` with the number of the round as ``.table``; ``invalid_argument`` (no round, sizes that differ).

    >>> import celadon as cd
    >>> first = [[0.2, 0.4], [0.6, 0.8], [0.4, 0.6]]
    >>> second = [[0.3, 0.5], [0.5, 0.7], [0.4, 0.6]]
    >>> both = cd.standard_setting.angoff_rounds([first, second])
    >>> [round(cut.cut, 3) for cut in both.rounds], both.changes[0].n_moved
    ([1.0, 1.0], 2)
    """
    names, groups = _kept(items), _kept(tables)
    return _native.angoff_rounds([ratings_of(table, kind, full_marks, names, groups)[0] for table in rounds])


def angoff_levels(
    levels: Iterable[RatingTable],
    *,
    kind: Kind = "probability",
    full_marks: ByItem | None = None,
    items: Iterable[str] | None = None,
    tables: Iterable[Any] | None = None,
) -> AngoffLevels:
    """Several cuts on one paper by the same judges, lowest first.

    Arguments as :func:`angoff`, the same for every level. ``.levels`` has the cuts; ``.findings`` says where they do not ascend
    (``cuts_not_ascending``: an error for the panel, a warning for a judge). Errors as :func:`angoff_rounds`.

    >>> import celadon as cd
    >>> levels = cd.standard_setting.angoff_levels([[[0.2, 0.4], [0.3, 0.3]], [[0.6, 0.8], [0.7, 0.9]]])
    >>> [round(cut, 3) for cut in levels.to_dict()["cut"]], len(levels.findings)
    ([0.6, 1.5], 0)
    """
    names, groups = _kept(items), _kept(tables)
    return _native.angoff_levels([ratings_of(table, kind, full_marks, names, groups)[0] for table in levels])


def judge_item_components(
    ratings: RatingTable,
    *,
    kind: Kind = "probability",
    full_marks: ByItem | None = None,
    items: Iterable[str] | None = None,
    tables: Iterable[Any] | None = None,
) -> Components:
    """Agreement of a panel: variance of judges (severity), of items and of the rest, on shares of the full mark.

    Arguments as :func:`angoff`. Missing ratings by Henderson's method 1; estimates below 0 are kept and are a finding
    (``negative_component``). ``.icc_single`` is the agreement of one judge with another, ``.icc_panel`` that of the panel's means
    (Shrout & Fleiss 1979, ICC(2, 1) and ICC(2, k)). Errors: those of :func:`angoff`; ``too_few_items``, ``single_judge``.

    >>> import celadon as cd
    >>> marks = [[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7]]      # Shrout & Fleiss, table 2
    >>> agreement = cd.standard_setting.judge_item_components(marks, kind="marks", full_marks=[10] * 6)
    >>> round(agreement.icc_single, 2), round(agreement.icc_panel, 2)
    (0.29, 0.62)
    """
    return _native.judge_item_components(ratings_of(ratings, kind, full_marks, items, tables)[0])


def difficulty_consistency(
    ratings: RatingTable,
    difficulty: ByItem,
    *,
    kind: Kind = "probability",
    full_marks: ByItem | None = None,
    items: Iterable[str] | None = None,
) -> Consistency:
    """Correlation of each judge's ratings with the items' empirical difficulty, best from pupils near the cut.

    ``difficulty``: share of points gained in [0, 1] (large is easy), one an item, in order or by id; NaN: not known. Other arguments as
    :func:`angoff`. ``.correlation`` has one number a judge, NaN with fewer than 3 items or without variance. Errors: those of
    :func:`judge_item_components` for the ratings; ``length_mismatch``, ``invalid_argument``.

    >>> import celadon as cd
    >>> panel = [[0.8, 0.6, 0.4, 0.2], [0.2, 0.4, 0.6, 0.8]]
    >>> cd.standard_setting.difficulty_consistency(panel, [0.9, 0.7, 0.5, 0.3]).correlation.round(6).tolist()
    [1.0, -1.0]
    """
    native, ids = ratings_of(ratings, kind, full_marks, items, None)
    return _native.difficulty_consistency(native, by_item(difficulty, ids, "difficulty"))


def latent_consistency(
    ratings: RatingTable,
    model: Model,
    *,
    points: Sequence[Sequence[float]] | None = None,
    kind: Kind = "probability",
    full_marks: ByItem | None = None,
    items: Iterable[str] | None = None,
) -> Consistency:
    """Van der Linden's errors of specification: how far each judge's ratings are from what a calibrated model expects at that judge's cut.

    ``model``: the items of the ratings. A table that has a column for every item of the model is read in the model's order; an array (or
    other columns) is matched by position. ``points``: marks of each category, item by item; category k is worth k where not given. Other
    arguments as :func:`angoff`. ``.consistency`` is 1 for a judge who follows the model; ``.ability`` is the judge's own cut. Errors:
    those of :func:`judge_item_components` for the ratings; ``length_mismatch``, ``invalid_argument``. A judge whose sum no ability in
    [-20, 20] reaches has no index and a finding (``cut_outside_scale``). Source: van der Linden (1982), Journal of Educational
    Measurement 19, 295-308.

    >>> import celadon as cd
    >>> bank = cd.irt.Model([cd.irt.ItemParameters("q1", "rasch", 1.0, [0.0]), cd.irt.ItemParameters("q2", "rasch", 1.0, [0.0])])
    >>> cd.standard_setting.latent_consistency({"q1": [0.6], "q2": [0.4]}, bank).consistency.round(6).tolist()
    [0.8]
    """
    own = [item.id for item in model.item_parameters]
    native, _ = ratings_of(ratings, kind, full_marks, items, None, own)
    return _native.latent_consistency(native, model._model, _points(points))


def ability_of_cut(
    model: Model,
    raw_cut: float,
    raw_se: float = math.nan,
    *,
    points: Sequence[Sequence[float]] | None = None,
    full_mark: float | None = None,
) -> AbilityCut:
    """The ability at which the expected score is a cut in marks (test characteristic curve), with the error carried over.

    ``model``: all items of the paper that the cut was set on. ``raw_se``: standard error of the cut in marks, NaN: not known.
    ``points``: marks of each category, item by item; category k is worth k where not given. ``full_mark``: of the paper, checked against
    the model's. Errors: ``cut_outside_scale`` (no ability in [-20, 20]), ``invalid_argument``, ``length_mismatch``. Source: Lord (1980),
    chapter 4; Kane (1987), doi:10.1111/j.1745-3984.1987.tb00284.x.

    >>> import celadon as cd
    >>> bank = cd.irt.Model([cd.irt.ItemParameters(name, "rasch", 1.0, [-1.0]) for name in ("q1", "q2")])
    >>> cut = cd.standard_setting.ability_of_cut(bank, 1.5, 0.3)
    >>> round(cut.ability, 4), round(cut.se, 4)
    (2.0986, 0.8)
    """
    return _native.ability_of_cut(
        model._model, float(raw_cut), float(raw_se), _points(points), math.nan if full_mark is None else float(full_mark)
    )


def check_ascending(cuts: Column, name: str = "panel") -> Findings:
    """A finding (``cuts_not_ascending``) for each cut that is not above the one before it, both rounded to 1e-6; NaN is passed over.

    ``name`` says what the cuts are, for the message.

    >>> import celadon as cd
    >>> cd.standard_setting.check_ascending([10.0, 20.0, 15.0]).codes
    ['cuts_not_ascending']
    """
    return Findings(_native.check_ascending(vector(cuts, "cuts"), name))


def across_panels(cuts: Vector, ses: Column | None = None) -> PanelAgreement:
    """Panels that set the same cut independently: their mean, its standard error across panels, and what differs between them.

    ``cuts``: one a panel. ``ses``: each panel's own standard error >= 0, NaN: not known. For two panels ``.se`` is half their distance.
    Errors: ``invalid_argument`` (no panel), ``not_finite``, ``length_mismatch``. Findings ``single_judge``, ``judges_coincide``.

    >>> import celadon as cd
    >>> both = cd.standard_setting.across_panels([61.0, 65.0], [1.0, 2.0])
    >>> both.cut, round(both.se, 6), round(both.se_within, 6)
    (63.0, 2.0, 1.118034)
    """
    return _native.across_panels(vector(cuts, "cuts"), None if ses is None else vector(ses, "ses"))


def round_change(before: Column | AngoffCut, after: Column | AngoffCut) -> RoundChange:
    """How the judges' cuts moved from one round to the next.

    One cut a judge, NaN: none, the same judges in both; or the cuts that :func:`angoff` gave. Errors: ``length_mismatch``,
    ``too_few_persons`` (no judge with both).

    >>> import celadon as cd
    >>> change = cd.standard_setting.round_change([10, 14, 18, None, 20], [12, 14, 17, 15, None])
    >>> change.n_judges, change.n_moved, round(change.mean, 4), round(change.sd_before, 6)
    (3, 2, 0.3333, 4.0)
    """
    return _native.round_change(
        vector(getattr(before, "judge_cuts", before), "before"), vector(getattr(after, "judge_cuts", after), "after")
    )


def ordered_item_booklet(model: Model, *, response_probability: float = 2 / 3, guessing_adjusted: bool = False) -> Booklet:
    """The booklet of the Bookmark method: items (steps of polytomous items) by the ability at which the response probability is met.

    ``response_probability`` in (0, 1). ``guessing_adjusted``: for 3PL and 4PL the probability of what is above guessing. The frame has
    one row a page: page (from 1), item, step, location. An item without a location in [-20, 20] is left out with a finding
    (``cut_outside_scale``). Errors: ``invalid_argument``, ``no_items``.

    >>> import celadon as cd
    >>> bank = cd.irt.Model([cd.irt.ItemParameters("hard", "2pl", 2.0, [-2.0]), cd.irt.ItemParameters("easy", "2pl", 0.5, [0.5])])
    >>> booklet = cd.standard_setting.ordered_item_booklet(bank)
    >>> booklet.to_dict()["item"], booklet.location.round(4).tolist()
    (['easy', 'hard'], [0.3863, 1.3466])
    """
    return _native.ordered_item_booklet(model._model, response_probability, guessing_adjusted)


def bookmark(
    model: Model,
    booklet: Booklet,
    pages: Any,
    *,
    rule: Literal["before", "midpoint", "at"] = "before",
    tables: Iterable[Any] | None = None,
    points: Sequence[Sequence[float]] | None = None,
) -> BookmarkResult:
    """Cuts by bookmarks: a judge who places one on page b says that the borderline pupil masters pages 1 to b - 1 and not page b.

    ``model``: the one that the booklet was made from. ``pages``: judges x cuts, lowest cut first (a frame: one column a cut; one
    dimension: one cut); page from 1, NaN: none placed. ``rule``: where the cut of page b lies, at page b - 1 (b from 2 to n + 1), half way
    (2 to n), or at page b (1 to n). ``tables``: one label a judge. ``points``: marks of each category for the raw scale.

    ``.median`` is the cut (ability), with ``.median_se`` (Maritz & Jarrett 1978); ``.raw`` has it in marks; ``.judge_cuts`` is judges x
    cuts. Errors: ``bookmark_out_of_range`` naming judge and cut, ``too_few_persons`` (a cut without a bookmark), ``length_mismatch``,
    ``invalid_argument``. Findings: ``single_judge``, ``judges_coincide``, ``cuts_not_ascending``.

    >>> import celadon as cd
    >>> bank = cd.irt.Model([cd.irt.ItemParameters(f"q{j}", "rasch", 1.0, [2.0 - j]) for j in range(5)])
    >>> booklet = cd.standard_setting.ordered_item_booklet(bank, response_probability=0.5)
    >>> result = cd.standard_setting.bookmark(bank, booklet, [[3, 5], [4, 6], [4, 5], [None, 6], [3, 6]])
    >>> result.median.round(6).tolist(), [round(cut.raw_cut, 3) for cut in result.raw]
    ([-0.5, 2.0], [2.076, 4.046])
    """
    placed = vector(pages, "pages")[:, None] if is_column(pages) else matrix(pages, None, "pages")[0]
    return _native.bookmark(model._model, booklet, placed, rule, labels(tables, "tables"), _points(points))


def contrasting_groups(
    scores: Column,
    reached: Vector,
    *,
    weights: Vector | None = None,
    clusters: Iterable[Any] | None = None,
    base_rate: float | None = None,
    probability: float = 0.5,
    small_group: int = 50,
) -> ContrastingGroups:
    """The score that tells pupils who have reached the standard from those who have not, as their teachers judged without the test.

    One entry a pupil. ``scores``: marks or ability; missing: left out and counted. ``reached``: True or 1, False or 0, for every pupil.
    ``weights`` >= 0. ``clusters``: label of the teacher or school; pupils are independent without. ``base_rate``: share who have reached
    it among the pupils of interest, in (0, 1); as among those judged where not given, so give it where groups were chosen.
    ``probability`` of having reached it at the cut; above 1/2 guards against passing too early. Below ``small_group`` pupils in a group
    the result carries a warning.

    ``.logistic``, ``.quadratic`` and ``.smoothed`` are three ways, each with ``.cut``, ``.se``, ``.false_pass_rate``,
    ``.false_fail_rate`` and ``.misclassified``; a cut that does not exist is NaN and a finding says why. Errors: ``too_few_persons``
    (fewer than 5 in a group), ``no_crossing`` (the groups the wrong way round), ``not_finite``, ``length_mismatch``,
    ``invalid_argument``. Cost: about 300 passes over the pupils.

    >>> import celadon as cd
    >>> scores = [10] * 40 + [20] * 60
    >>> reached = [0] * 32 + [1] * 8 + [0] * 6 + [1] * 54
    >>> groups = cd.standard_setting.contrasting_groups(scores, reached, small_group=30)
    >>> round(groups.logistic.cut, 4), round(groups.logistic.misclassified, 2)
    (13.8685, 0.14)
    """
    return _native.contrasting_groups(
        vector(scores, "scores"),
        _judgements(reached),
        None if weights is None else vector(weights, "weights"),
        labels(clusters, "clusters"),
        math.nan if base_rate is None else float(base_rate),
        probability,
        small_group,
    )


def borderline_group(scores: Column, *, small_group: int = 30) -> BorderlineGroup:
    """The middle of the pupils whom their teachers judge to be just on the standard.

    ``scores``: of those pupils, marks or ability; missing: left out and counted. ``.median`` is the cut, with ``.median_se`` (Maritz &
    Jarrett 1978). Below ``small_group`` pupils the result carries a warning. Errors: ``too_few_persons`` (fewer than 5), ``not_finite``.

    >>> import celadon as cd
    >>> group = cd.standard_setting.borderline_group([48, 50, 52, 55, 61, None], small_group=5)
    >>> group.median, group.n_pupils, group.n_missing
    (52.0, 5, 1)
    """
    return _native.borderline_group(vector(scores, "scores"), small_group)


def _kept(values: Iterable[Any] | None) -> Any:
    """What several tables read: an iterator would be empty after the first."""
    return values if values is None or hasattr(values, "__len__") else list(values)


def _judgements(reached: Vector) -> Any:
    """0 and 1; anything else becomes what the engine refuses, a missing judgement too."""
    array = vector(reached, "reached")
    return np.where(array == 1, 1, np.where(array == 0, 0, 2)).astype(np.uint8)
