"""Mixed models: pupils in classes in schools, and the effect of a pilot against comparable schools.

A table is anything with the Arrow PyCapsule interface (Polars, Arrow, DuckDB), a pandas.DataFrame or a mapping of columns; one row a pupil.
Formulas are written as in R: ``score ~ prior + sex + (prior | school)``; ``(1 | district/school)`` nests, two terms cross, ``factor(year)``
makes categories, ``I(x^2)`` and ``log(x)`` transform, ``mean(prior, school)`` is a school's mean (a contextual effect) and
``within(prior, school)`` the distance from it. A row with a missing value is left out and counted. Results are the same bits for any
``n_threads``. Bad data raise :class:`celadon.CeladonError`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from . import _celadon
from ._celadon.multilevel import Fit, LikelihoodRatio, LogisticFit, PilotResult, Profile
from ._progress import Progress, resolve

__all__ = [
    "Fit",
    "LikelihoodRatio",
    "LogisticFit",
    "PilotResult",
    "Profile",
    "difference_in_differences",
    "fit",
    "fit_logistic",
    "interrupted_series",
    "likelihood_ratio",
    "profile",
]

_native = _celadon.multilevel


def _levels(reference_levels: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    return [(str(column), str(level)) for column, level in (reference_levels or {}).items()]


def fit(
    formula: str,
    table: Any,
    *,
    criterion: Literal["reml", "ml"] = "reml",
    weights: str | None = None,
    reference_levels: Mapping[str, Any] | None = None,
    confidence: float = 0.95,
    group_effects: bool = True,
    component_intervals: bool = True,
    max_evaluations: int = 5000,
    n_threads: int = 0,
    progress: Progress = None,
) -> Fit:
    """A linear mixed model by REML or maximum likelihood; the frame has one row a coefficient.

    ``.components`` has variances, standard deviations and correlations with intervals, ``.icc`` the intraclass correlations, ``.groups``
    each school's effect with its comparative standard error. ``weights`` names a column of precision weights (residual variance
    sigma^2 / weight), not counts of rows. ``reference_levels`` names the category of a column that the others are compared with.

    >>> import celadon as cd
    >>> scores = {"school": ["a", "a", "b", "b", "c", "c"], "score": [70.0, 72.0, 80.0, 82.0, 90.0, 92.0]}
    >>> fit = cd.multilevel.fit("score ~ 1 + (1 | school)", scores)
    >>> round(float(fit.fixed["estimate"][0]), 6), round(fit.sigma, 4)
    (81.0, 1.4142)
    """
    return _native.fit(
        formula,
        table,
        criterion,
        weights or "",
        _levels(reference_levels),
        confidence,
        group_effects,
        component_intervals,
        max_evaluations,
        n_threads,
        resolve(progress),
    )


def fit_logistic(
    formula: str,
    table: Any,
    *,
    n_quadrature: int = 1,
    reference_levels: Mapping[str, Any] | None = None,
    confidence: float = 0.95,
    group_effects: bool = True,
    max_evaluations: int = 5000,
    n_threads: int = 0,
    progress: Progress = None,
) -> LogisticFit:
    """A logistic mixed model of a column of 0 and 1; the frame has one row a coefficient, with its odds ratio.

    By Laplace's method; ``n_quadrature`` above 1 asks for adaptive Gauss-Hermite quadrature, with a single random column.

    >>> import celadon as cd
    >>> passed = {"school": list("aaaabbbbccccdddd"), "passed": [1, 1, 1, 0, 0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 0]}
    >>> fit = cd.multilevel.fit_logistic("passed ~ 1 + (1 | school)", passed, n_quadrature=9)
    >>> fit.converged, fit.n_ones
    (True, 8)
    """
    return _native.fit_logistic(
        formula,
        table,
        n_quadrature,
        _levels(reference_levels),
        confidence,
        group_effects,
        max_evaluations,
        n_threads,
        resolve(progress),
    )


def likelihood_ratio(smaller: Fit, larger: Fit) -> LikelihoodRatio:
    """Likelihood-ratio test of two fits to the same rows, the first part of the second.

    Where one variance is added its value under the null is at the edge (0): ``reference`` is then ``"boundary_mixture"`` and ``p`` half of
    each of two tails. Where several are added ``p`` is an upper bound (``"conservative"``). Fits with different fixed parts need ``"ml"``.

    >>> import celadon as cd
    >>> data = {"school": list("aabbccdd"), "x": [0.0, 1.0] * 4, "y": [1.0, 2.2, 3.0, 3.9, 2.0, 3.1, 5.0, 6.3]}
    >>> small = cd.multilevel.fit("y ~ 1 + (1 | school)", data, criterion="ml")
    >>> large = cd.multilevel.fit("y ~ x + (1 | school)", data, criterion="ml")
    >>> cd.multilevel.likelihood_ratio(small, large).df
    1
    """
    return _native.likelihood_ratio(smaller, larger)


def profile(
    fit: Fit,
    *,
    confidence: float = 0.95,
    coefficients: bool = True,
    components: bool = True,
    max_evaluations: int = 5000,
    progress: Progress = None,
) -> Profile:
    """Profile-likelihood intervals (maximum likelihood) of coefficients, standard deviations, correlations and residual.

    >>> import celadon as cd
    >>> data = {"school": list("aaabbbcccddd"), "y": [1.0, 2.2, 1.7, 3.0, 3.9, 3.2, 2.0, 3.1, 2.4, 5.0, 6.3, 5.5]}
    >>> cd.multilevel.profile(cd.multilevel.fit("y ~ 1 + (1 | school)", data)).to_dict()["kind"]
    ['coefficient', 'sd', 'residual']
    """
    return _native.profile(fit, confidence, coefficients, components, max_evaluations, resolve(progress))


def difference_in_differences(
    table: Any,
    *,
    outcome: str,
    school: str,
    time: str,
    treated: str,
    start: float,
    confidence: float = 0.95,
    needed_treated: int = 5,
    needed_control: int = 10,
    n_permutations: int = 9999,
    seed: int = 1,
    progress: Progress = None,
) -> PilotResult:
    """Effect of a pilot from each school's change (mean after ``start`` less mean before), treated less control.

    Inference is by school (Welch's t, and a permutation test beside it). With fewer schools than needed the result is ``descriptive``: no
    interval, no p. ``.schools`` has each school's change; ``pre_trend`` compares the trends before the start.

    >>> import celadon as cd
    >>> rows = [(f"s{j}", t, int(j < 5), 50.0 + j + t * (j % 3 + 2 * (j < 5))) for j in range(15) for t in (0, 1)]
    >>> table = dict(zip(("school", "term", "pilot", "score"), map(list, zip(*rows)), strict=True))
    >>> effect = cd.multilevel.difference_in_differences(table, outcome="score", school="school", time="term", treated="pilot", start=1)
    >>> effect.n_treated, effect.descriptive, round(float(effect.effects["estimate"][0]), 3)
    (5, False, 1.7)
    """
    names = (outcome, school, time, treated)
    needed = (needed_treated, needed_control)
    return _native.difference_in_differences(table, *names, start, confidence, *needed, n_permutations, seed, resolve(progress))


def interrupted_series(
    table: Any,
    *,
    outcome: str,
    school: str,
    time: str,
    treated: str,
    start: float,
    confidence: float = 0.95,
    needed_treated: int = 5,
    needed_control: int = 10,
    n_permutations: int = 9999,
    seed: int = 1,
    progress: Progress = None,
) -> PilotResult:
    """Effect of a pilot on level and slope: a line before ``start`` and a line after it in each school, treated less control.

    >>> import celadon as cd
    >>> rows = [(f"s{j}", t, int(j < 5), float(j + t + (t >= 4) * (j < 5) * 2)) for j in range(15) for t in range(8)]
    >>> table = dict(zip(("school", "term", "pilot", "score"), map(list, zip(*rows)), strict=True))
    >>> result = cd.multilevel.interrupted_series(table, outcome="score", school="school", time="term", treated="pilot", start=4)
    >>> result.effects["effect"].tolist(), round(float(result.effects["estimate"][0]), 6)
    (['level_change', 'slope_change'], 2.0)
    """
    names = (outcome, school, time, treated)
    needed = (needed_treated, needed_control)
    return _native.interrupted_series(table, *names, start, confidence, *needed, n_permutations, seed, resolve(progress))
