"""What the indices of a simulated city truly are: moments of its schools, added up to districts and the city.

The estimand is a like cohort: what pupils drawn again in these schools, in these numbers, would show on average.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from ._indicator_city import ASKED, GRADES, NONE_AT_ALL, TEACHERS, TESTED, TESTS, VARIABLES, Schools

Array = npt.NDArray[Any]
#: The cut of the simulated tests: local, of no document.
STANDARD = 420.0
SUBJECTS = {"chinese": "chinese_score", "math": "math_score"}
MEANS = {
    "g1.hot": "higher_order_score",
    "g2.confidence": "self_confidence_scale",
    "g2.motivation": "motivation_scale",
    "g2.pressure": "learning_pressure_scale",
    "g2.belonging": "school_belonging_scale",
    "g3.homework": "written_homework_minutes",
    "g3.tutoring": "tutoring_minutes_week",
    "g4": "teacher_relation_scale",
    "g5.teacher": "teaching_method_scale",
    "g5.pupil": "teaching_method_pupil_scale",
    "g6": "curriculum_leadership_scale",
    "g8": "moral_conduct_scale",
}
_cdf = np.vectorize(NormalDist().cdf, otypes=[np.float64])


def _cells(schools: Schools, name: str) -> Array:
    """Expected rows (schools x grades) that carry a variable, but for what is missing by chance; of teachers schools x 1."""
    if name in TEACHERS:
        return schools.teachers[:, None].astype(np.float64)
    counts = np.repeat(schools.pupils[:, None] / GRADES, GRADES, axis=1)
    if name in TESTS:
        counts[:, np.arange(counts.shape[1]) != TESTED] = 0.0
    elif name.endswith("_scale"):
        counts[:, :ASKED] = 0.0
    return counts


def _means(schools: Schools, name: str, period: int) -> Array:
    """Expected values (schools x grades) of what is seen."""
    mean = schools.mean(name, period)
    if name in TEACHERS:
        return mean[:, None]
    return np.exp(mean) * (1 - np.array(NONE_AT_ALL[name]))[None, :] if name in NONE_AT_ALL else mean


def _add(values: Array, unit: Array) -> Array:
    return np.bincount(unit, weights=values)


class _Moments:
    """Weight, mean, second moment and product with ses of a normal variable in every school."""

    def __init__(self, schools: Schools, name: str, period: int) -> None:
        v, ses = VARIABLES[name], VARIABLES["ses"]
        n, mean = _cells(schools, name), schools.mean(name, period)
        background = schools.mean("ses", period)
        together = v.within * ses.within * v.pupil[0]
        self.sums = [
            np.sum(part, axis=1)
            for part in (
                n,
                n * mean,
                n * (mean**2 + v.within**2),
                n * background,
                n * (background**2 + ses.within**2),
                n * (background * mean + together),
            )
        ]

    def of(self, unit: Array) -> list[Array]:
        """n, mean, variance, mean of ses, its variance, covariance; NaN where a unit has no rows."""
        n, y, yy, x, xx, xy = (_add(part, unit) for part in self.sums)
        with np.errstate(invalid="ignore", divide="ignore"):
            y, yy, x, xx, xy = y / n, yy / n, x / n, xx / n, xy / n
        return [n, y, yy - y * y, x, xx - x * x, xy - x * y]


def _intraclass(moments: _Moments, lower: Array, upper: Array) -> Array:
    """Share of the variance between lower units, in each upper one; lower units and their upper ones are given by school."""
    n, mean, variance = moments.of(lower)[:3]
    above = np.zeros(len(n), dtype=np.int64)
    above[lower] = upper
    mean, variance = np.where(n > 0, mean, 0.0), np.where(n > 0, variance, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = n / _add(n, above)[above]
        deviation = mean - _add(share * mean, above)[above]
        between = _add(share * deviation**2, above) / (1 - _add(share**2, above))
        return np.asarray(between / (between + _add(share * variance, above)))


def true_values(schools: Schools, period: int) -> dict[tuple[str, str], Array]:
    """True values by (level, indicator of shanghai-green-1.0), one a unit; NaN where a unit has no such rows."""
    units = {"school": np.arange(len(schools.district)), "district": schools.district, "city": np.zeros(len(schools.district), np.int64)}
    out: dict[tuple[str, str], Array] = {}

    def average(indicator: str, cells: Array, values: Array) -> None:
        for level, unit in units.items():
            with np.errstate(invalid="ignore", divide="ignore"):
                out[level, indicator] = _add(np.sum(cells * values, axis=1), unit) / _add(np.sum(cells, axis=1), unit)

    for indicator, name in MEANS.items():
        average(indicator, _cells(schools, name), _means(schools, name, period))
    for subject, name in SUBJECTS.items():
        v = VARIABLES[name]
        average(f"g1.attain.{subject}", _cells(schools, name), _cdf((schools.mean(name, period) - STANDARD) / v.within))
        moments = _Moments(schools, name, period)
        for level, unit in units.items():
            _, _, variance, _, variance_ses, covariance = moments.of(unit)
            out[level, f"g1.balance.overall.{subject}"] = np.sqrt(variance)
            out[level, f"g7.{subject}"] = covariance**2 / (variance * variance_ses)
        for level in ("district", "city"):
            out[level, f"g1.balance.school.{subject}"] = _intraclass(moments, units["school"], units[level])
        out["city", f"g1.balance.district.{subject}"] = _intraclass(moments, units["district"], units["city"])
    # Pupils write half hours, and 8.75 becomes 9; fitness is kept to tenths.
    sleep = _cdf((schools.mean("sleep_hours", period)[:, TESTED] - 8.75) / VARIABLES["sleep_hours"].within)
    average("g3.sleep.grade4", schools.pupils[:, None].astype(np.float64), sleep[:, None])
    fit = _cdf((schools.mean("fitness_score", period) - 59.95) / VARIABLES["fitness_score"].within)
    average("g9.fitness", _cells(schools, "fitness_score"), fit)
    return {key: np.round(values, 10) for key, values in out.items()}  # so that what does not change has a change of exactly 0


def truth_columns(schools: Schools, ids: tuple[str, ...], units: dict[str, Array]) -> dict[str, list[Any]]:
    """One row a period, level, unit and indicator: period, level, unit, indicator, value, change."""
    columns: dict[str, list[Any]] = {name: [] for name in ("period", "level", "unit", "indicator", "value", "change")}
    before: dict[tuple[str, str], Array] = {}
    for p, id in enumerate(ids):
        values = true_values(schools, p)
        for (level, indicator), value in values.items():
            columns["period"] += [id] * len(value)
            columns["level"] += [level] * len(value)
            columns["unit"] += units[level].tolist()
            columns["indicator"] += [indicator] * len(value)
            columns["value"] += value.tolist()
            columns["change"] += (value - before[level, indicator] if p > 0 else np.full(len(value), np.nan)).tolist()
        before = values
    return columns


def link_errors() -> dict[str, float]:
    """Standard error of the link by indicator; of a share, points times the density of the city's scores at the cut."""
    out = {"g1.hot": TESTS["higher_order_score"]}
    for subject, name in SUBJECTS.items():
        v = VARIABLES[name]
        out[f"g1.balance.overall.{subject}"] = 0.0  # a link that moves the origin leaves spreads alone
        out[f"g1.attain.{subject}"] = TESTS[name] * NormalDist(v.mean, float(np.hypot(v.within, v.between))).pdf(STANDARD)
    return out
