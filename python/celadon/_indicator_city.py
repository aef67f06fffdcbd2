"""A simulated city for indicator schemes: schools and pupils drawn from a linear model whose moments, and so whose true indices, are known.

Every pupil variable is a school's mean plus normal deviates: home, learning and drive, which variables share, and one of its own. What a
pupil writes down (hours rounded to halves, minutes to fives) and what a test gives (plausible values, error of the link) comes after.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from . import irt

Array = npt.NDArray[Any]

GRADES = 5
TESTED = 3  # place of grade 4: monitoring tests one grade; grades 1 and 2 have neither paper tests nor questionnaires
ASKED = 2  # from grade 3 on pupils answer the questionnaire
N_DRAWS = 5


@dataclass(frozen=True)
class Variable:
    """One variable of pupils or teachers on the scale on which it is normal within a school and grade."""

    mean: float
    within: float  # standard deviation within a school and grade
    between: float  # standard deviation of schools
    pupil: tuple[float, float, float]  # shares of `within` from home, learning, drive; the rest is its own
    school: tuple[float, float, float]  # shares of `between` from intake, quality, climate; the rest is its own
    grades: tuple[float, ...] = (0.0,) * GRADES  # what a grade adds
    error: float = 0.0  # standard deviation of the error of measurement


SCALE_ERROR = 0.8  # questionnaire scales have mean 10 and standard deviation 2; their reliability is about .8
VARIABLES: dict[str, Variable] = {
    "ses": Variable(0.0, 0.9, 0.42, (1.0, 0.0, 0.0), (1.0, 0.0, 0.0)),
    "chinese_score": Variable(505.0, 84.0, 40.0, (0.24, 0.74, 0.18), (0.55, 0.5, 0.2), error=34.0),
    "math_score": Variable(500.0, 86.0, 42.0, (0.22, 0.77, 0.18), (0.5, 0.55, 0.2), error=34.0),
    "higher_order_score": Variable(500.0, 85.0, 38.0, (0.24, 0.75, 0.2), (0.5, 0.55, 0.2), error=48.0),
    "self_confidence_scale": Variable(10.0, 1.75, 0.4, (0.1, 0.25, 0.5), (0.2, 0.2, 0.6), (0, 0, 0.1, 0, -0.1), error=SCALE_ERROR),
    "motivation_scale": Variable(10.0, 1.75, 0.45, (0.05, 0.15, 0.65), (0.1, 0.2, 0.7), (0, 0, 0.25, 0, -0.25), error=SCALE_ERROR),
    "learning_pressure_scale": Variable(10.0, 1.75, 0.45, (-0.05, -0.1, -0.35), (0.2, 0.1, -0.6), (0, 0, -0.3, 0, 0.3), error=SCALE_ERROR),
    "school_belonging_scale": Variable(10.0, 1.7, 0.5, (0.0, 0.05, 0.6), (0.0, 0.2, 0.75), (0, 0, 0.15, 0, -0.15), error=SCALE_ERROR),
    "teacher_relation_scale": Variable(10.0, 1.7, 0.5, (0.0, 0.05, 0.55), (0.0, 0.2, 0.8), (0, 0, 0.2, 0, -0.2), error=SCALE_ERROR),
    "teaching_method_pupil_scale": Variable(10.0, 1.7, 0.45, (0.0, 0.05, 0.45), (0.0, 0.35, 0.65), error=SCALE_ERROR),
    "moral_conduct_scale": Variable(10.0, 1.75, 0.35, (0.05, 0.1, 0.5), (0.1, 0.1, 0.5), error=SCALE_ERROR),
    "sleep_hours": Variable(9.1, 0.6, 0.15, (0.05, 0.0, 0.12), (-0.2, 0.0, 0.3), (0.6, 0.45, 0.25, 0.0, -0.2)),
    "written_homework_minutes": Variable(np.log(45), 0.45, 0.14, (0.0, -0.1, 0.05), (0.3, 0.0, -0.3), (-0.8, -0.7, -0.15, 0.0, 0.12)),
    "tutoring_minutes_week": Variable(np.log(190), 0.5, 0.15, (0.0, 0.0, 0.0), (0.7, 0.0, 0.0), (-0.4, -0.3, -0.1, 0.0, 0.1)),
    "fitness_score": Variable(76.5, 8.5, 2.0, (0.05, 0.0, 0.15), (0.1, 0.0, 0.1), (1.0, 0.5, 0.0, -0.5, -1.0)),
}
TEACHERS: dict[str, Variable] = {
    "teaching_method_scale": Variable(10.0, 1.7, 0.55, (0.0, 0.0, 0.0), (0.0, 0.35, 0.65), error=SCALE_ERROR),
    "curriculum_leadership_scale": Variable(10.0, 1.6, 0.7, (0.0, 0.0, 0.0), (0.0, 0.4, 0.5), error=SCALE_ERROR),
}
TESTS = {"chinese_score": 1.2, "math_score": 1.2, "higher_order_score": 1.5}  # standard deviation of the error of a link
#: Share of pupils without any such time; only they have 0.
NONE_AT_ALL = {"written_homework_minutes": (0.75, 0.7, 0.02, 0.02, 0.02), "tutoring_minutes_week": (0.7, 0.65, 0.6, 0.55, 0.5)}

SCORES = {"chinese_score": 24.0, "math_score": 26.0, "higher_order_score": 24.0}
CLIMATE = {"teacher_relation_scale": 0.6, "motivation_scale": 0.6, "school_belonging_scale": 0.6, "teaching_method_pupil_scale": 0.6}
LOAD = {"sleep_hours": 0.22, "written_homework_minutes": -0.25, "learning_pressure_scale": -0.5}
#: A school that changes adds one of these, or takes it away; in the district that improves every school adds a part of all three.
PACKAGES: tuple[dict[str, float], ...] = (SCORES, CLIMATE | {"teaching_method_scale": 0.9}, LOAD)
DISTRICT_PART = 0.6


class Draws:
    """Standard normal deviates of the library's own streams, one stream a call: the same on every machine."""

    def __init__(self, seed: int) -> None:
        self._seed, self._stream = seed, 0

    def __call__(self, *shape: int) -> npt.NDArray[np.float64]:
        self._stream += 1
        seed = (self._seed * 1_000_003 + 7_919 * self._stream) % 2**63
        return irt.simulate_abilities(int(np.prod(shape)), seed=seed).reshape(shape)

    def chance(self, n: int, share: float) -> npt.NDArray[np.bool_]:
        """True with this probability."""
        return self(n) > _point_below(1 - share)


def apportion(weights: Array, total: int, least: int) -> npt.NDArray[np.int64]:
    """Whole numbers that sum to `total`, at least `least` each, as near to the weights as that allows."""
    share = least + weights / weights.sum() * (total - least * len(weights))
    counts: npt.NDArray[np.int64] = np.floor(share).astype(np.int64)
    counts[np.argsort(counts - share, kind="stable")[: total - int(counts.sum())]] += 1
    return counts


@dataclass
class Schools:
    """What stands for all periods: who lies where, how many pupils a grade has, school means, and what changes after the first period."""

    district: npt.NDArray[np.int64]
    pupils: npt.NDArray[np.int64]  # of each period; a fifth of them in each grade, but for chance
    teachers: npt.NDArray[np.int64]
    means: dict[str, npt.NDArray[np.float64]]  # of VARIABLES and TEACHERS, without grades
    shifts: dict[str, npt.NDArray[np.float64]]
    improved: int  # the district in which all schools improve
    migrants: npt.NDArray[np.float64]

    def mean(self, name: str, period: int) -> npt.NDArray[np.float64]:
        """School means (by grade for pupils) in a period."""
        base = self.means[name] + (self.shifts[name] if period > 0 else 0.0)
        return base if name in TEACHERS else base[:, None] + np.array(VARIABLES[name].grades)[None, :]


def make_schools(n_pupils: int, n_districts: int, n_schools: int, draws: Draws) -> Schools:
    in_district = apportion(np.linspace(1.0, 2.0, n_districts), n_schools, 2)
    district = np.repeat(np.arange(n_districts), in_district)
    size = np.exp(0.35 * draws(n_schools))
    size[:: max(2, n_schools // max(1, round(0.04 * n_schools)))] = 0.09  # a few small schools
    pupils = apportion(size, n_pupils, 5)

    # A fifth of the variance between schools lies between districts.
    factors = np.sqrt(0.2) * draws(n_districts, 3)[district] + np.sqrt(0.8) * draws(n_schools, 3)
    intake, quality = factors[:, 0], factors[:, 1]
    climate = 0.4 * quality + np.sqrt(1 - 0.4**2) * factors[:, 2]
    means = {}
    for name, v in (VARIABLES | TEACHERS).items():
        own = np.sqrt(0.2) * draws(n_districts)[district] + np.sqrt(0.8) * draws(n_schools)
        a, b, c = v.school
        rest = max(0.0, 1 - a * a - b * b - c * c - 2 * 0.4 * b * c)
        means[name] = v.mean + v.between * (a * intake + b * quality + c * climate + np.sqrt(rest) * own)

    shifts = {name: np.zeros(n_schools) for name in means}
    improved = n_districts // 2
    for package in PACKAGES:
        for name, by in package.items():
            shifts[name][district == improved] += DISTRICT_PART * by
    order = np.argsort(draws(n_schools), kind="stable")
    others = order[district[order] != improved]
    for k, school in enumerate(others[: round(0.1 * len(others))]):
        for name, by in PACKAGES[k % 3].items():
            shifts[name][school] += by if k % 2 == 0 else -by
    migrants = np.clip(0.35 - 0.15 * intake + 0.08 * draws(n_schools), 0.01, 0.95).round(3)
    return Schools(district, pupils, np.maximum(3, np.round(pupils / 18)).astype(np.int64), means, shifts, improved, migrants)


def pupils_of(schools: Schools, period: int, link: dict[str, float], draws: Draws) -> dict[str, Array]:
    """The pupils of one period: `school` (its number), `grade` and what is seen of them; draws of a test are named by `draw_names`."""
    school = np.repeat(np.arange(len(schools.district)), schools.pupils)
    n = len(school)
    grade = np.searchsorted([_point_below((g + 1) / GRADES) for g in range(GRADES - 1)], draws(n))
    home, learning, drive = draws(3, n)

    seen: dict[str, Array] = {}
    for name, v in VARIABLES.items():
        a, b, c = v.pupil
        own = draws(n) if name != "ses" else np.zeros(n)
        common = a * home + b * learning + c * drive
        seen[name] = schools.mean(name, period)[school, grade] + v.within * (common + np.sqrt(1 - a * a - b * b - c * c) * own)
        if v.error:
            seen[name] = seen[name] + v.error * draws(n)
    for name, share in NONE_AT_ALL.items():
        minutes = np.exp(seen[name] - VARIABLES[name].within ** 2 / 2)
        some = np.take(np.array([_point_below(s) for s in share]), grade) < draws(n)
        seen[name] = np.where(some, 5 * np.round(minutes / 5), 0.0)
    seen["sleep_hours"] = np.round(2 * seen["sleep_hours"]) / 2
    seen["fitness_score"] = np.clip(np.round(seen["fitness_score"], 1), 0.0, 120.0)
    seen["ses"] = np.round(seen["ses"], 3)

    absent, no_answers, no_parents, exempt = (draws.chance(n, share) for share in (0.03, 0.04, 0.05, 0.02))
    for name in VARIABLES:
        if name.endswith("_scale"):
            gone = no_answers | (grade < ASKED) | draws.chance(n, 0.02)
            seen[name] = np.where(gone, np.nan, np.round(seen[name], 2))
        elif name in ("ses", "sleep_hours", "written_homework_minutes", "tutoring_minutes_week"):
            seen[name][no_parents] = np.nan
    seen["fitness_score"][exempt] = np.nan

    tested = np.flatnonzero((grade == TESTED) & ~absent)
    conditions = np.column_stack([seen[name][tested] for name in VARIABLES if name not in TESTS])
    table: dict[str, Array] = {"school": school, "grade": grade + 1}
    for name in VARIABLES:
        if name not in TESTS:
            table[name] = seen[name]
            continue
        values = plausible_values(seen[name][tested] + link[name], VARIABLES[name].error, conditions, school[tested], draws)
        for m, column in enumerate(draw_names(name)):
            table[column] = np.full(n, np.nan)
            table[column][tested] = np.round(values[:, m], 2)
    return table


def draw_names(name: str) -> list[str]:
    return [f"{name}_pv{m + 1}" for m in range(N_DRAWS)]


def plausible_values(estimate: Array, error: float, conditions: Array, school: Array, draws: Draws) -> Array:
    """Draws of what was measured, given an estimate with a known error, all other variables, and the school; coefficients and
    school means are drawn too (n x N_DRAWS)."""
    _, place, size = np.unique(school, return_inverse=True, return_counts=True)

    def by_school(column: Array) -> Array:
        return np.bincount(place, weights=column) / size

    centred = conditions - np.nanmean(conditions, axis=0)
    z = np.where(np.isnan(centred), 0.0, centred)
    z = z[:, np.any(z != 0.0, axis=0)]
    z = z / z.std(axis=0)
    z_mean, y_mean = np.column_stack([by_school(column) for column in z.T]), by_school(estimate)
    inside, y = z - z_mean[place], estimate - y_mean[place]
    gram = inside.T @ inside + 1e-6 * np.eye(z.shape[1])
    b = np.linalg.solve(gram, inside.T @ y)
    rest = float(np.sum((y - inside @ b) ** 2)) / max(1, len(y) - len(b) - len(size))
    own = max(0.1 * rest, rest - error**2)  # variance given the conditions
    adjusted = y_mean - z_mean @ b
    between = max(0.01 * rest, float(np.var(adjusted, ddof=1) - np.mean(rest / size))) if len(size) > 1 else rest
    keep = between / (between + rest / size)

    root = np.linalg.inv(np.linalg.cholesky(gram)).T
    out = np.empty((len(y), N_DRAWS))
    for m in range(N_DRAWS):
        drawn = b + np.sqrt(rest) * (root @ draws(len(b)))
        direct = y_mean - z_mean @ drawn
        center = np.sum(keep * direct) / np.sum(keep)
        means = center + keep * (direct - center) + np.sqrt(keep * rest / size) * draws(len(size))
        expected = means[place] + z @ drawn
        share = own / (own + error**2)
        out[:, m] = expected + share * (estimate - expected) + np.sqrt(share) * error * draws(len(y))
    return out


def teachers_of(schools: Schools, period: int, draws: Draws) -> dict[str, Array]:
    school = np.repeat(np.arange(len(schools.district)), schools.teachers)
    n = len(school)
    gone = draws.chance(n, 0.05)
    table: dict[str, Array] = {"school": school}
    for name, v in TEACHERS.items():
        value = schools.mean(name, period)[school] + np.sqrt(v.within**2 + v.error**2) * draws(n)
        table[name] = np.where(gone, np.nan, np.round(value, 2))
    return table


def frames_of(schools: Schools, period: int, link: dict[str, float], draws: Draws) -> dict[str, dict[str, Array]]:
    """Tables of one period; `school` is a school's number."""
    pupils = pupils_of(schools, period, link, draws)
    n_schools, seen = len(schools.district), np.isfinite(pupils["ses"])
    rows = np.maximum(1, np.bincount(pupils["school"][seen], minlength=n_schools))
    return {
        "pupils": pupils,
        "teachers": teachers_of(schools, period, draws),
        "schools": {
            "school": np.arange(n_schools),
            "stage": np.ones(n_schools, dtype=np.int64),
            "pupils": schools.pupils,
            "mean_ses": np.round(np.bincount(pupils["school"][seen], pupils["ses"][seen], n_schools) / rows, 3),
            "migrant_share": schools.migrants,
        },
    }


def _point_below(share: float) -> float:
    """The point below which a standard normal lies with this probability."""
    return NormalDist().inv_cdf(share)
