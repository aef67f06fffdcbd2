"""What goes with an outcome: results and well-being beside background, lessons, relations, time use.

Association, never cause: what was left out of the model, and what came first, a result of this module cannot say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Union

from . import _celadon
from ._celadon.indicators import Drivers
from ._progress import Progress, resolve

if TYPE_CHECKING:
    from .scheme import Period

__all__ = ["Drivers", "drivers"]

#: A name for both languages, or {"zh": ..., "en": ...}.
Name = Union[str, Mapping[str, str]]
_native = _celadon.indicators


def _both(name: Name | None, variable: str) -> tuple[str, str]:
    """Chinese and English; one that is absent is the other, and the variable where there is none."""
    if name is None or isinstance(name, str):
        return (name or variable, name or variable)
    zh, en = name.get("zh", ""), name.get("en", "")
    return (zh or en or variable, en or zh or variable)


def drivers(
    period: Period,
    outcome: str,
    predictors: Union[Sequence[str], Mapping[str, Name]],
    *,
    outcome_name: Name | None = None,
    frame: str = "pupils",
    confidence: float = 0.90,
    false_discovery: float = 0.10,
    least_units_above: int = 5,
    least_n: int = 10,
    n_threads: int = 0,
    progress: Progress = None,
) -> Drivers:
    """What goes with ``outcome``, by linear mixed models (REML) for each plausible value, combined by Rubin's rules. Relations, not causes.

    ``predictors`` are numeric columns of the frame (or variables with as many plausible values as the outcome), with their names on pages
    where it is a mapping; the first is the background of the gradient. A category with more than two values enters as 0/1 columns.

    ``.effects`` has one row a predictor: the difference in the outcome's mean between pupils one step apart (``per``: a standard deviation,
    or the distance of two values) and alike in the rest, with ``stands_out`` after Benjamini-Hochberg at ``false_discovery``.
    ``.balance`` has the share of the variance at each level, without and with the predictors; ``.lines`` each unit's line of the outcome on
    the background, drawn towards the overall one (first row, unit None), for units with ``least_n`` rows; ``.statements(language)`` what
    may be said, with ids. Intervals are at ``confidence``. The level above is in the model where ``least_units_above`` of its units have
    rows.

    Missing data: a row that lacks a value, a unit or weight takes no part; ``.n_left_out`` counts the first. Weights are not used, which
    ``.findings`` says where they differ. Raises :class:`celadon.CeladonError` for columns that are absent, do not vary or are named twice,
    and for too few rows or units. Cost: three fits a plausible value. The same bits for any ``n_threads``.

    >>> import celadon as cd
    >>> period = cd.scheme.Period("2026", levels=["school", "city"])
    >>> rows = [(f"s{s}", s % 3 + i % 5, 10.0 * s + 2 * (s % 3 + i % 5) + (i * i * 7 + s * 3) % 11) for s in range(8) for i in range(20)]
    >>> period.add(dict(zip(("school", "books", "score"), map(list, zip(*rows)), strict=True)))
    >>> names = {"books": {"zh": "家中的书", "en": "books at home"}}
    >>> result = cd.green.drivers(period, "score", names, outcome_name={"zh": "成绩", "en": "score"})
    >>> result.n, result.n_units, result.effects["stands_out"].tolist()
    (160, 8, [True])
    >>> [round(float(share), 2) for level, share in zip(result.balance["level"], result.balance["share"], strict=True) if level == "school"]
    [0.97, 0.98]
    >>> result.statements("en")[0][0]
    'drivers/2026/school/score/balance.share/school'
    """
    names: Mapping[str, Name] = predictors if isinstance(predictors, Mapping) else {}
    return _native.drivers(
        period._data,
        outcome,
        _both(outcome_name, outcome),
        [(variable, *_both(names.get(variable), variable)) for variable in predictors],
        frame,
        confidence,
        false_discovery,
        least_units_above,
        least_n,
        n_threads,
        resolve(progress),
    )
