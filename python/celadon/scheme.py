"""Indicator schemes: green indicators and every other framework that is a tree, evaluated for every unit at once.

A scheme is a JSON file (see docs/schemes.md); :func:`shipped` lists those of the library. What a document does not publish (a cut,
weights) is null there, and the indicator says so instead of having a number. Shares lie in [0, 1]; NaN and null are missing. Every value
carries its standard error and interval: sampling (or a like cohort) and plausible values together, through the whole tree. Results are the
same bits for any ``n_threads``. Bad data raise :class:`celadon.CeladonError`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from . import _celadon
from ._celadon import Finding, Table
from ._celadon.scheme import LikeUnits, Scheme, SchemeEvaluation
from ._progress import Progress, resolve

__all__ = [
    "LikeUnits",
    "Period",
    "Scheme",
    "SchemeEvaluation",
    "evaluate",
    "like_units",
    "load",
    "parse",
    "sensitivity",
    "shipped",
    "statements",
]

Audience = Literal["pupil", "teacher", "school", "district", "published"]
Estimand = Literal["these_rows", "like_cohort", "replicates"]
_native = _celadon.scheme


def shipped() -> list[str]:
    """Ids of the schemes that come with the library.

    >>> import celadon as cd
    >>> "shanghai-green-1.0" in cd.scheme.shipped()
    True
    """
    return list(_native.shipped())


def parse(scheme: str | Mapping[str, Any], *, bases: Mapping[str, str] | None = None) -> Scheme:
    """A scheme or overlay from JSON text or a dict. ``findings`` of the result name what is wrong by line and path; the rest is sound.

    ``bases`` holds texts of schemes that an overlay may extend, by id, before the shipped ones.

    >>> import celadon as cd
    >>> overlay = {"format": "celadon.scheme", "version": 1, "id": "ours", "edition": "2026", "name": {"zh": "本市", "en": "ours"},
    ...            "extends": "shanghai-green-1.0", "remove": ["g10"]}
    >>> cd.scheme.parse(overlay).extends
    'shanghai-green-1.0'
    """
    text = scheme if isinstance(scheme, str) else json.dumps(scheme, ensure_ascii=False, indent=1)
    return _native.parse(text, dict(bases or {}))


def load(scheme: str | os.PathLike[str], *, bases: Mapping[str, str] | None = None) -> Scheme:
    """A shipped scheme by its id, or a file.

    >>> import celadon as cd
    >>> cd.scheme.load("national-monitoring-2021").edition
    '2021'
    """
    text = _native.shipped_text(os.fspath(scheme)) if isinstance(scheme, str) else ""
    return parse(text or Path(scheme).read_text(encoding="utf-8"), bases=bases)


class Period:
    """The tables of one period: pupils and whatever else the scheme reads.

    ``levels`` are the columns that name units, finest first; the last may be in no table, it then is one unit of that name.

    >>> import celadon as cd
    >>> period = cd.scheme.Period("2026", levels=["school", "city"])
    >>> period.add({"school": ["a", "a", "b", "b"], "hours": [8.0, 9.0, 7.5, None]}, "pupils", estimand="these_rows")
    >>> scheme = cd.scheme.parse({
    ...     "format": "celadon.scheme", "version": 1, "id": "sleep", "edition": "1", "name": {"zh": "睡眠", "en": "sleep"},
    ...     "nodes": [{"id": "sleep", "name": {"zh": "睡眠时间", "en": "sleep"}, "statistic": "mean", "variable": "hours", "least_n": 1}]})
    >>> table = cd.scheme.evaluate(scheme, [period], audience="teacher").to_dict()
    >>> list(zip(table["unit"], table["value"]))
    [('a', 8.5), ('b', 7.5), ('city', 8.166666666666666)]
    """

    def __init__(self, id: str, levels: Sequence[str] = ("school", "district", "city")) -> None:
        self.id = id
        self._data = _native._PeriodData(id, list(levels))

    def add(
        self,
        table: Any,
        name: str = "pupils",
        *,
        persons: bool | None = None,
        weight: str | None = None,
        plausible_values: Mapping[str, Sequence[str]] | None = None,
        estimand: Estimand | None = None,
        n_groups: int = 80,
        seed: int = 1,
        replicate_weights: Sequence[str] = (),
        scale: float = 1.0,
        degrees_of_freedom: float = 0.0,
    ) -> None:
        """Adds a table (anything Arrow, a DataFrame, a dict of columns) under the name that the scheme calls its frame.

        Numeric columns are variables; ``plausible_values`` joins columns of draws under one name. ``persons`` (small groups are hidden)
        is True for pupils, teachers and parents. ``estimand`` says what the errors speak of: "these_rows" (a census as it is),
        "like_cohort" (the rows as a draw from a like cohort, by a delete-a-group jackknife with ``n_groups``), or "replicates"
        (``replicate_weights`` columns, variance = ``scale`` x sum of squared deviations). Default: "replicates" where weights are
        named, else "like_cohort" for persons and "these_rows" for the rest.
        """
        if persons is None:
            persons = name in ("pupils", "teachers", "parents")
        if estimand is None:
            estimand = "replicates" if replicate_weights else "like_cohort" if persons else "these_rows"
        self._data.add(
            table,
            name,
            persons,
            weight or "",
            [(k, list(v)) for k, v in (plausible_values or {}).items()],
            estimand,
            n_groups,
            seed,
            list(replicate_weights),
            scale,
            degrees_of_freedom,
        )

    def add_link_error(self, indicator: str, se: float) -> None:
        """Error of the link between this period's scale and the last one's, in the unit of a leaf; it enters changes of all above it.

        A leaf with ``needs_link`` is compared with last time only where this was said of it; 0 says that no error is due (the same test).
        Without it its ``change_state`` is ``not_linked``. An id that is no leaf of the scheme is a finding of the evaluation
        (``scheme_link_not_used``).
        """
        self._data.add_link_error(indicator, se)

    @property
    def findings(self) -> list[Finding]:
        """What was noticed while the tables were read."""
        return list(self._data.findings)


def evaluate(
    scheme: Scheme,
    periods: Iterable[Period],
    *,
    confidence: float = 0.90,
    audience: Audience = "district",
    least_n: int = 10,
    hide_all_or_none: bool = True,
    false_discovery: float = 0.10,
    n_threads: int = 0,
    progress: Progress = None,
) -> SchemeEvaluation:
    """Every indicator for every unit; with several periods in order of time also the change since the period before.

    Groups smaller than ``least_n``, shares of 0 and 1 or one off, and those that would give either away are hidden for audiences beyond
    the teacher; ``hidden`` is then "small_group", or "hidden" for the others. A finding of some of several periods names its period.
    Changes are corrected by Benjamini-Hochberg at ``false_discovery`` within a unit. Cost: one pass over the rows.
    """
    data = [period._data for period in periods]
    return _native.evaluate(scheme, data, confidence, audience, least_n, hide_all_or_none, false_discovery, n_threads, resolve(progress))


def like_units(
    evaluation: SchemeEvaluation,
    background: Mapping[str, Sequence[float]],
    *,
    level: str = "school",
    period: int = -1,
    n_like: int = 10,
    confidence: float = 0.90,
    false_discovery: float = 0.10,
) -> LikeUnits:
    """Each unit's indices beside the mean of the ``n_like`` units most like it in ``background``: above, near or below, never a rank.

    ``background`` has the numbers that make units alike, by unit id (share of migrant pupils, size, mean of the parents' schooling ...),
    in one order for all; a unit that is absent is not compared. Columns count equally, each in its own standard deviations.

    >>> import celadon as cd
    >>> period = cd.scheme.Period("2026", levels=["school", "city"])
    >>> period.add({"school": [s for s in "abcdef" for _ in range(12)], "x": list(range(72))}, n_groups=12)
    >>> scheme = cd.scheme.parse({
    ...     "format": "celadon.scheme", "version": 1, "id": "x", "edition": "1", "name": {"zh": "甲", "en": "x"},
    ...     "nodes": [{"id": "x", "name": {"zh": "甲", "en": "x"}, "statistic": "mean", "variable": "x"}]})
    >>> result = cd.scheme.evaluate(scheme, [period])
    >>> like = cd.scheme.like_units(result, {s: [i * i] for i, s in enumerate("abcdef")}, n_like=3)
    >>> like.to_dict()["state"]
    ['below', 'below', 'above', 'above', 'above', 'above']
    """
    index = period % len(evaluation.periods)
    ids = evaluation.units(index, level)
    width = max((len(row) for row in background.values()), default=0)
    rows = np.array([list(background.get(unit, [np.nan] * width)) for unit in ids], dtype=np.float64).reshape(len(ids), -1)
    return _native.like_units(evaluation, index, level, rows, n_like, confidence, false_discovery)


def statements(evaluation: SchemeEvaluation, level: str, unit: str, *, period: int = -1, like: LikeUnits | None = None) -> Table:
    """What may be said of one unit's indices, in reading order; one row a statement: id, rule, role, zh, en, evidence.

    A sentence needs a difference that stands out: an interval on one side of a target, a change or a difference to ``like`` units (used
    where it is of this level; ValueError where it is of another period) that survives the correction. Nothing is said of a unit's place
    among others. Raises :class:`celadon.CeladonError` for a level or unit that is not there.

    >>> import celadon as cd
    >>> period = cd.scheme.Period("2026", levels=["school", "city"])
    >>> period.add({"school": ["a"] * 30 + ["b"] * 30, "x": [k % 5 for k in range(60)]}, n_groups=15)
    >>> scheme = cd.scheme.parse({
    ...     "format": "celadon.scheme", "version": 1, "id": "x", "edition": "1", "name": {"zh": "甲", "en": "x"},
    ...     "nodes": [{"id": "x", "name": {"zh": "甲", "en": "x"}, "statistic": "mean", "variable": "x", "target": 1}]})
    >>> said = cd.scheme.statements(cd.scheme.evaluate(scheme, [period]), "school", "a")
    >>> said["rule"].tolist(), said["id"][0]
    (['index.target_met'], 'x/2026/school/a/index.target_met/x')
    """
    return _celadon.indicators.statements(evaluation, period % len(evaluation.periods), level, unit, like)


def sensitivity(evaluation: SchemeEvaluation, level: str, unit: str, *, period: int = -1, weight_factor: float = 1.5) -> Table:
    """How far each inner node of one unit moves when one thing below it changes at a time: the bars of a tornado chart.

    One row a bar, widest first within a node: node, node_name_zh, node_name_en, value, what ("child_interval": the child at the ends of its
    interval; "child_weight": its weight times and divided by ``weight_factor``, above 1; "child_removed"), child, child_name_zh,
    child_name_en, low, high. It says nothing of what a unit could do. Nodes without a number and hidden ones have no rows. Raises
    :class:`celadon.CeladonError` for a level or unit that is not there. Source: Saltelli et al. (2008), Global Sensitivity Analysis.

    >>> import celadon as cd
    >>> period = cd.scheme.Period("2026", levels=["school", "city"])
    >>> period.add({"school": ["a"] * 30 + ["b"] * 30, "x": [k % 5 for k in range(60)], "y": [k % 3 for k in range(60)]}, n_groups=15)
    >>> leaf = {"statistic": "mean", "parent": "all", "goalposts": [0, 5]}
    >>> scheme = cd.scheme.parse({
    ...     "format": "celadon.scheme", "version": 1, "id": "t", "edition": "1", "name": {"zh": "甲", "en": "t"},
    ...     "nodes": [{"id": "all", "name": {"zh": "全", "en": "all"}, "aggregation": "arithmetic", "weights": {"x": 0.5, "y": 0.5}},
    ...               {"id": "x", "name": {"zh": "甲", "en": "x"}, "variable": "x", **leaf},
    ...               {"id": "y", "name": {"zh": "乙", "en": "y"}, "variable": "y", **leaf}]})
    >>> bars = cd.scheme.sensitivity(cd.scheme.evaluate(scheme, [period]), "school", "a")
    >>> sorted(set(zip(bars["what"], bars["child"], strict=True)))[-1], round(float(bars["value"][0]), 1)
    (('child_weight', 'y'), 30.0)
    """
    return _celadon.indicators.sensitivity(evaluation, period % len(evaluation.periods), level, unit, weight_factor)
