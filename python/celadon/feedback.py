"""Item gain and loss (逐题分析得失): levels, expected scores, flagged losses, what a class takes up first.

:func:`celadon.evaluate` does all of this at once; here each step stands alone. Points are marks of the paper, shares lie in [0, 1].
A cell that does not count (status, not administered, a missing kind that the profile leaves out) is NaN and in no denominator.
Results are the same bits for any ``n_threads``. Bad data raise :class:`celadon.CeladonError`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _celadon
from ._celadon.feedback import ClassReview, GainLoss, Paper, PupilLevels
from ._irt_model import Model
from ._options import Vector
from ._progress import Progress, resolve
from ._responses import MissingKind, _split_missing
from .package import Profile, as_dataset, profile_text

__all__ = [
    "ClassReview",
    "GainLoss",
    "Paper",
    "PupilLevels",
    "benjamini_hochberg",
    "build_papers",
    "class_reviews",
    "item_gain_loss",
    "pupil_levels",
    "wilson_interval",
]

_native = _celadon.feedback


def build_papers(
    package: Any,
    *,
    blank: MissingKind | None = None,
    missing: Mapping[Any, MissingKind] | None = None,
    n_threads: int = 0,
    progress: Progress = None,
) -> list[Paper]:
    """The papers of a data package, a data set or a mapping of tables; ``package.validate()`` has the findings.

    >>> import celadon as cd
    >>> cd.feedback.build_papers({"responses": {"student": ["a", "b"], "q1": [1, 0], "q2": [2, 1]}})
    [<Paper paper: 2 pupils x 2 items>]
    """
    _, values = _split_missing(missing)
    papers, _ = _native._build_papers(as_dataset(package), blank, values, n_threads, resolve(progress))
    return list(papers)


def pupil_levels(paper: Paper, *, profile: Profile = None, n_threads: int = 0, progress: Progress = None) -> PupilLevels:
    """Total, level by the profile's cuts and interval of the true score of each pupil; the frame has one row a pupil.

    >>> import celadon as cd
    >>> paper = cd.feedback.build_papers(cd.datasets.make_city(80, seed=3))[0]
    >>> levels = cd.feedback.pupil_levels(paper)
    >>> sum(levels.counts.values()) == levels.n_counted
    True
    """
    return _native._pupil_levels(paper, profile_text(profile), n_threads, resolve(progress))


def item_gain_loss(
    paper: Paper,
    *,
    profile: Profile = None,
    model: Model | None = None,
    n_persons: float | None = None,
    keep_tails: bool = True,
    n_threads: int = 0,
    progress: Progress = None,
) -> GainLoss:
    """Points gained and expected of each pupil on each item (persons x items), from the pupil's other items; the frame has one row a
    flagged loss.

    ``model`` gives calibrated items (``n_persons`` behind them: the paper's own where not given); without it a working model with the
    profile's priors is fitted. ``keep_tails`` keeps P(score <= observed) of every cell.

    >>> import celadon as cd
    >>> paper = cd.feedback.build_papers(cd.datasets.make_city(120, seed=3))[0]
    >>> result = cd.feedback.item_gain_loss(paper, progress=False)
    >>> result.points.shape == result.expected.shape == (120, 24)
    True
    """
    native = None if model is None else model._model
    persons = float(paper.n_persons if n_persons is None else n_persons)
    return _native._item_gain_loss(paper, profile_text(profile), native, persons, keep_tails, n_threads, resolve(progress))


def class_reviews(gain_loss: GainLoss, *, external_items: bool = False) -> list[ClassReview]:
    """讲评单 of each class: items by expected recoverable points, ``lesson`` in the order of the paper.

    Tables beside: ``talk_groups`` (who made one error), ``class_deviations`` (the class on each item, given its own pupils),
    ``wrong_items`` (错题清单). ``external_items``: the item parameters behind the expected scores come from other pupils (an item bank);
    otherwise a class that is everybody is not tested.

    >>> import celadon as cd
    >>> paper = cd.feedback.build_papers(cd.datasets.make_city(80, seed=3))[0]
    >>> reviews = cd.feedback.class_reviews(cd.feedback.item_gain_loss(paper, progress=False))
    >>> len(reviews), len(reviews[0].lesson) <= 5
    (2, True)
    >>> reviews[0].class_deviations.n_rows == paper.n_items
    True
    """
    return list(_native._class_reviews(gain_loss, external_items))


def benjamini_hochberg(p_values: Vector, rate: float) -> npt.NDArray[np.bool_]:
    """Which p-values are kept at a false discovery rate; NaN is no test.

    >>> import celadon as cd
    >>> cd.feedback.benjamini_hochberg([0.001, 0.04, 0.9], 0.05).tolist()
    [True, False, False]
    """
    return np.asarray(_native.benjamini_hochberg(np.ascontiguousarray(p_values, dtype=np.float64), rate), dtype=bool)


def wilson_interval(share: float, n: float, *, confidence: float = 0.9) -> tuple[float, float]:
    """Wilson's interval of a share observed on n units.

    >>> import celadon as cd
    >>> low, high = cd.feedback.wilson_interval(0.5, 10, confidence=0.95)
    >>> round(low, 3), round(high, 3)
    (0.237, 0.763)
    """
    low, high = _native.wilson_interval(share, n, confidence)
    return float(low), float(high)
