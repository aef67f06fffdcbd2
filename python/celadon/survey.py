"""Statistics of samples: weights, strata and clusters or replicate weights, plausible values.

A design says how the sample was drawn and how the error is found; every function takes it first. A variable is a column (or a mapping
of one name to it); with plausible values it has several columns, and results are combined by Rubin's rules. NaN and None are missing:
such a row takes no part in that statistic. ``groups`` gives one label a row; groups are numbered in the sorted order of their labels.
Results are the same bits for any ``n_threads``. Bad data raise :class:`celadon.CeladonError`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _celadon
from ._celadon.survey import Design, Estimates, JointEstimate, SmallArea, WaldTest
from ._options import Vector, numbers
from ._progress import Progress, resolve
from ._survey import Variable, Variables, all_named, named, numbered, strata_of

__all__ = [
    "Design",
    "Estimates",
    "JointEstimate",
    "SmallArea",
    "WaldTest",
    "concentration_index",
    "correlations",
    "dissimilarity",
    "empirical_bayes",
    "gaps",
    "gini",
    "intraclass",
    "joint_means",
    "linear_regression",
    "logistic_regression",
    "make_design",
    "means",
    "quantiles",
    "shares",
    "shares_at_least",
    "spreads",
    "tabulate",
    "totals",
    "wald_test",
]

Method = Literal["linearised", "jk1", "jk2", "jkn", "brr", "fay", "bootstrap", "given"]
Divisor = Literal["sample", "weight", "weight_less_one"]
Measured = Literal["mean", "sd", "total", "weight", "share_at_least", "share"]
_native = _celadon.survey


def make_design(
    n_rows: int | None = None,
    *,
    weights: Vector | None = None,
    strata: Vector | None = None,
    clusters: Vector | None = None,
    population_units: Vector | None = None,
    method: Method | None = None,
    lonely: Literal["refuse", "certainty", "centred"] = "refuse",
    fay_coefficient: float = 0.5,
    n_bootstrap: int = 200,
    seed: int = 1,
    replicate_weights: npt.ArrayLike | None = None,
    scale: float = 1.0,
    replicate_scales: Vector | None = None,
    degrees_of_freedom: float = 0.0,
) -> Design:
    """A checked sampling design.

    ``strata`` and ``clusters`` (what was drawn first: schools mostly) give one label a row; ``population_units`` the units of the whole
    stratum, for a finite population. ``replicate_weights`` (rows x replicates) come with ``scale`` and ``replicate_scales``: the
    variance is scale * sum of c_r (t_r - t)^2. ``method`` is "given" with replicate weights and "linearised" without; ``n_rows`` is
    needed only where no array says it.

    >>> import celadon as cd
    >>> design = cd.survey.make_design(weights=[2, 2, 1, 1], strata=[0, 0, 1, 1], method="jk2")
    >>> design.n_replicates, design.degrees_of_freedom
    (2, 2.0)
    """
    replicates = None if replicate_weights is None else np.ascontiguousarray(replicate_weights, dtype=np.float64)
    w, h, c, units = numbers(weights), strata_of(strata), strata_of(clusters), numbers(population_units)
    rows = n_rows if n_rows is not None else next((len(array) for array in (w, h, c, units, replicates) if array is not None), None)
    if rows is None:
        raise ValueError("n_rows: give it, or an array with one entry a row")
    return _native.make_design(
        rows,
        w,
        h,
        c,
        units,
        method or ("linearised" if replicates is None else "given"),
        lonely,
        fay_coefficient,
        n_bootstrap,
        seed,
        replicates,
        scale,
        numbers(replicate_scales),
        degrees_of_freedom,
    )


def _call(groups: Any, n_threads: int, progress: Progress) -> Any:
    index, names = numbered(groups)
    return _native._Call(index=index, n_groups=max(1, len(names)), names=names, n_threads=n_threads, progress=resolve(progress))


def means(design: Design, variables: Variables, *, groups: Any = None, n_threads: int = 0, progress: Progress = None) -> Estimates:
    """Weighted means: one row a variable and group. Variables that lack no value share their passes over the rows.

    >>> import celadon as cd
    >>> design = cd.survey.make_design(weights=[1, 1, 2])
    >>> cd.survey.means(design, {"score": [1.0, 3.0, 4.0]}).value.tolist()
    [3.0]
    """
    return _native.means(design, all_named(variables), _call(groups, n_threads, progress))


def spreads(
    design: Design,
    variables: Variables,
    *,
    groups: Any = None,
    divisor: Divisor = "sample",
    n_threads: int = 0,
    progress: Progress = None,
) -> Estimates:
    """Means and standard deviations. ``divisor`` of the variance: W (n - 1) / n, W, or W - 1, with W the sum of the weights.

    >>> import celadon as cd
    >>> out = cd.survey.spreads(cd.survey.make_design(3), {"score": [1.0, 2.0, 3.0]})
    >>> out.to_dict()["statistic"], out.value.tolist()
    (['mean', 'sd'], [2.0, 1.0])
    """
    return _native.spreads(design, all_named(variables), divisor, _call(groups, n_threads, progress))


def totals(design: Design, variables: Variables, *, groups: Any = None, n_threads: int = 0, progress: Progress = None) -> Estimates:
    """Totals, and the weight they rest on (the estimated size of the population).

    >>> import celadon as cd
    >>> cd.survey.totals(cd.survey.make_design(weights=[10, 20]), {"pupils": [1.0, 2.0]}).value.tolist()
    [50.0, 30.0]
    """
    return _native.totals(design, all_named(variables), _call(groups, n_threads, progress))


def tabulate(
    design: Design,
    variables: Variables,
    measures: Iterable[tuple[str, Measured] | tuple[str, Measured, float]],
    *,
    groups: Any = None,
    divisor: Divisor = "sample",
    n_threads: int = 0,
    progress: Progress = None,
) -> Estimates:
    """Many measures in few passes: what a table of indicators needs. Each is (variable, what) or (variable, what, level).

    Rows: measure by measure, groups within.

    >>> import celadon as cd
    >>> design = cd.survey.make_design(4)
    >>> table = cd.survey.tabulate(design, {"score": [1.0, 2.0, 3.0, 4.0]}, [("score", "mean"), ("score", "share_at_least", 3.0)])
    >>> table.value.tolist()
    [2.5, 0.5]
    """
    order = {name: index for index, name in enumerate(variables)}
    asked = []
    for name, what, *level in measures:
        if name not in order:
            raise KeyError(name)
        asked.append((order[name], what, float(level[0]) if level else 0.0))
    return _native.tabulate(design, all_named(variables), asked, divisor, _call(groups, n_threads, progress))


def shares_at_least(
    design: Design, variable: Variable, cuts: Vector, *, groups: Any = None, n_threads: int = 0, progress: Progress = None
) -> Estimates:
    """Shares of the weight at or above each cut, in [0, 1].

    >>> import celadon as cd
    >>> cd.survey.shares_at_least(cd.survey.make_design(4), [55.0, 60.0, 80.0, 90.0], [60, 85]).value.tolist()
    [0.75, 0.25]
    """
    return _native.shares_at_least(design, named(variable, "x"), numbers(cuts), _call(groups, n_threads, progress))


def shares(
    design: Design, variable: Variable, categories: Vector, *, groups: Any = None, n_threads: int = 0, progress: Progress = None
) -> Estimates:
    """Shares of the weight in each category, in [0, 1]; values that are none of them count below the line.

    >>> import celadon as cd
    >>> cd.survey.shares(cd.survey.make_design(4), [1, 2, 2, 3], [1, 2]).value.tolist()
    [0.25, 0.5]
    """
    return _native.shares(design, named(variable, "x"), numbers(categories), _call(groups, n_threads, progress))


def quantiles(
    design: Design, variable: Variable, probabilities: Vector, *, groups: Any = None, n_threads: int = 0, progress: Progress = None
) -> Estimates:
    """Quantiles: the smallest value whose cumulative share of the weight reaches p.

    >>> import celadon as cd
    >>> cd.survey.quantiles(cd.survey.make_design(5), [1.0, 2.0, 3.0, 4.0, 5.0], [0.5]).value.tolist()
    [3.0]
    """
    return _native.quantiles(design, named(variable, "x"), numbers(probabilities), _call(groups, n_threads, progress))


def correlations(design: Design, variables: Variables, *, groups: Any = None, n_threads: int = 0, progress: Progress = None) -> Estimates:
    """Correlations of all pairs, over the rows that have every variable.

    >>> import celadon as cd
    >>> out = cd.survey.correlations(cd.survey.make_design(3), {"a": [1.0, 2.0, 3.0], "b": [2.0, 4.0, 6.0]})
    >>> out.to_dict()["variable"], round(float(out.value[0]), 12)
    (['a:b'], 1.0)
    """
    return _native.correlations(design, all_named(variables), _call(groups, n_threads, progress))


def gaps(
    design: Design,
    variable: Variable,
    groups: Any,
    *,
    pairs: Iterable[tuple[Any, Any]] | None = None,
    divisor: Divisor = "sample",
    n_threads: int = 0,
    progress: Progress = None,
) -> Estimates:
    """Gaps between groups with the covariance of the groups: "gap", "effect_size", "eta". ``pairs`` of labels; all pairs by default.

    >>> import celadon as cd
    >>> out = cd.survey.gaps(cd.survey.make_design(4), [1.0, 3.0, 4.0, 6.0], ["a", "a", "b", "b"])
    >>> out.to_dict()["statistic"][0], float(out.value[0])
    ('gap', -3.0)
    """
    call = _call(groups, n_threads, progress)
    _, names = numbered(groups)
    number = {name: index for index, name in enumerate(names)}
    if pairs is None:
        chosen = [(a, b) for a in range(len(names)) for b in range(a + 1, len(names))]
    else:
        chosen = [(number[str(a)], number[str(b)]) for a, b in pairs]
    return _native.gaps(design, named(variable, "x"), chosen, divisor, call)


def linear_regression(
    design: Design,
    outcome: Variable,
    predictors: Variables,
    *,
    groups: Any = None,
    intercept: bool = True,
    divisor: Divisor = "sample",
    n_threads: int = 0,
    progress: Progress = None,
) -> Estimates:
    """Weighted least squares, group by group: "b", "sigma", "r_squared", "beta"; ``joint`` has the covariance of the coefficients.

    >>> import celadon as cd
    >>> out = cd.survey.linear_regression(cd.survey.make_design(4), [1.0, 3.0, 5.0, 7.0], {"x": [0.0, 1.0, 2.0, 3.0]})
    >>> [round(float(b), 12) for b in out.value[:2]]
    [1.0, 2.0]
    """
    return _native.linear_regression(
        design, named(outcome, "y"), all_named(predictors), intercept, divisor, _call(groups, n_threads, progress)
    )


def logistic_regression(
    design: Design,
    outcome: Variable,
    predictors: Variables,
    *,
    groups: Any = None,
    intercept: bool = True,
    max_iterations: int = 50,
    tolerance: float = 1e-10,
    n_threads: int = 0,
    progress: Progress = None,
) -> Estimates:
    """Logistic regression of an outcome of 0 and 1: "b", "r_squared"; ``joint`` has the covariance of the coefficients.

    >>> import celadon as cd
    >>> out = cd.survey.logistic_regression(cd.survey.make_design(4), [0, 1, 0, 1], {"x": [0.0, 0.0, 1.0, 1.0]})
    >>> abs(float(out.value[1])) < 1e-9
    True
    """
    return _native.logistic_regression(
        design, named(outcome, "y"), all_named(predictors), intercept, max_iterations, tolerance, _call(groups, n_threads, progress)
    )


def joint_means(design: Design, variable: Variable, groups: Any, *, n_threads: int = 0, progress: Progress = None) -> JointEstimate:
    """Means of up to 200 groups with their covariance, for :func:`wald_test`.

    >>> import celadon as cd
    >>> joint = cd.survey.joint_means(cd.survey.make_design(4), [1.0, 3.0, 4.0, 6.0], ["a", "a", "b", "b"])
    >>> joint.names, joint.value.tolist()
    (['a', 'b'], [2.0, 5.0])
    """
    return _native.joint_means(design, named(variable, "x"), _call(groups, n_threads, progress))


def wald_test(joint: JointEstimate, contrasts: npt.ArrayLike, *, constants: Vector | None = None) -> WaldTest:
    """Tests contrasts of parameters together. ``contrasts``: one row a contrast, one column a parameter; report ``f``.

    >>> import celadon as cd
    >>> joint = cd.survey.joint_means(cd.survey.make_design(6), [1.0, 2.0, 3.0, 4.0, 5.0, 7.0], list("aaabbb"))
    >>> test = cd.survey.wald_test(joint, [[1, -1]])
    >>> test.n_contrasts, test.f_p < 0.05
    (1, True)
    """
    rows = np.ascontiguousarray(np.atleast_2d(np.asarray(contrasts, dtype=np.float64)))
    return _native.wald_test(joint, rows, numbers(constants))


def gini(design: Design, variable: Variable, *, groups: Any = None, n_threads: int = 0, progress: Progress = None) -> Estimates:
    """Gini coefficient of values of 0 or more, in [0, 1).

    >>> import celadon as cd
    >>> cd.survey.gini(cd.survey.make_design(2), [1.0, 3.0]).value.tolist()
    [0.25]
    """
    return _native.gini(design, named(variable, "x"), _call(groups, n_threads, progress))


def concentration_index(
    design: Design, outcome: Variable, rank: Variable, *, groups: Any = None, n_threads: int = 0, progress: Progress = None
) -> Estimates:
    """Concentration of an outcome over a ranking (attainment over family background): above 0 where those who rank high have more.

    >>> import celadon as cd
    >>> cd.survey.concentration_index(cd.survey.make_design(2), [1.0, 3.0], [10.0, 20.0]).value.tolist()
    [0.25]
    """
    return _native.concentration_index(design, named(outcome, "y"), named(rank, "rank"), _call(groups, n_threads, progress))


def _regions(schools: Any, regions: Mapping[Any, Any] | None) -> tuple[npt.NDArray[np.int32] | None, list[str]]:
    if regions is None:
        return None, []
    _, names = numbered(schools)
    of = {str(school): region for school, region in regions.items()}
    return numbered([of.get(name) for name in names])


def dissimilarity(
    design: Design,
    member: Variable,
    schools: Any,
    *,
    regions: Mapping[Any, Any] | None = None,
    n_threads: int = 0,
    progress: Progress = None,
) -> Estimates:
    """Dissimilarity of two kinds of pupils (1 and 0) over schools, with its value under random allocation ("expected").

    ``regions`` maps a school to its region; one row of each statistic a region.

    >>> import celadon as cd
    >>> out = cd.survey.dissimilarity(cd.survey.make_design(4), [1, 1, 0, 0], ["s", "s", "t", "t"])
    >>> float(out.value[0])
    1.0
    """
    region, names = _regions(schools, regions)
    return _native.dissimilarity(design, named(member, "member"), region, names, _call(schools, n_threads, progress))


def intraclass(
    design: Design,
    variable: Variable,
    schools: Any,
    *,
    regions: Mapping[Any, Any] | None = None,
    error_variance: float = 0.0,
    n_threads: int = 0,
    progress: Progress = None,
) -> Estimates:
    """How much of the variance lies between schools: variances, "icc" and, with an ``error_variance``, "icc_corrected".

    >>> import celadon as cd
    >>> out = cd.survey.intraclass(cd.survey.make_design(4), [1.0, 3.0, 11.0, 13.0], ["s", "s", "t", "t"])
    >>> out.to_dict()["statistic"]
    ['between_variance', 'within_variance', 'icc']
    """
    region, names = _regions(schools, regions)
    return _native.intraclass(design, named(variable, "x"), region, names, float(error_variance), _call(schools, n_threads, progress))


def empirical_bayes(
    direct: Vector,
    variance: Vector,
    *,
    effective_n: Vector | None = None,
    covariates: npt.ArrayLike | None = None,
    max_iterations: int = 200,
) -> SmallArea:
    """Small groups: the direct estimate beside the empirical Bayes one (Fay and Herriot), with the share of its evidence each keeps.

    ``covariates``: groups x covariates, without the intercept. NaN in ``direct`` gets the synthetic value.

    >>> import celadon as cd
    >>> out = cd.survey.empirical_bayes([10.0, 12.0, 11.0, 17.0], [1.0, 1.0, 1.0, 4.0])
    >>> out.converged, len(out.to_dict()["shrinkage"])
    (True, 4)
    """
    table = None if covariates is None else np.ascontiguousarray(covariates, dtype=np.float64)
    return _native.empirical_bayes(numbers(direct), numbers(variance), numbers(effective_n), table, max_iterations)
