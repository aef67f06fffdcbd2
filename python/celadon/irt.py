"""Item response theory: calibration, scoring, fit, linking of papers through shared items.

Logistic metric without 1.7. Ability is N(0, 1) where slopes are free; slope 1 and free variance for Rasch, PCM and RSM.
``b = -d / a``; thresholds (graded) and steps (partial credit) stand on the ability scale. A missing cell gives no information unless
``missing`` says so. Results are the same bits for any ``n_threads``. Bad data raise :class:`celadon.CeladonError`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _celadon
from ._celadon import Responses, Table
from ._celadon.irt import (
    Connectedness,
    DefaultModel,
    ItemMeanSquares,
    ItemParameters,
    ItemSX2,
    LatentRegression,
    LocalDependence,
    ModelFit,
    PersonFit,
    PlausibleValues,
    Scores,
    SumScoreTable,
    TestCurves,
)
from ._irt_model import Fit, Model, ModelName, Prior, bank_of
from ._options import MissingPolicy, Vector, missing_policy, numbers, units
from ._progress import Progress, resolve

__all__ = [
    "Connectedness",
    "DefaultModel",
    "Fit",
    "ItemMeanSquares",
    "ItemParameters",
    "ItemSX2",
    "LatentRegression",
    "LocalDependence",
    "Model",
    "ModelFit",
    "PersonFit",
    "PlausibleValues",
    "Prior",
    "Scores",
    "SumScoreTable",
    "TestCurves",
    "category_curves",
    "connectedness",
    "default_model",
    "empirical_reliability",
    "fit",
    "item_mean_squares",
    "item_s_x2",
    "latent_regression",
    "load",
    "local_dependence",
    "log_likelihood",
    "marginal_reliability",
    "model_fit",
    "person_fit",
    "plausible_values",
    "save",
    "score",
    "simulate",
    "simulate_abilities",
    "sum_score_table",
    "test_curves",
]

_native = _celadon.irt


def fit(
    responses: Responses,
    model: ModelName | Mapping[str, ModelName] = "2pl",
    *,
    priors: Iterable[Prior] = (),
    anchors: Model | Iterable[ItemParameters] | None = None,
    starts: Model | Iterable[ItemParameters] | None = None,
    weights: Vector | None = None,
    groups: Iterable[Any] | None = None,
    missing: MissingPolicy = "ignore",
    n_nodes: int = 61,
    bounds: tuple[float, float] = (-6.0, 6.0),
    population: Literal["auto", "fixed"] = "auto",
    tolerance: float = 1e-5,
    max_iterations: int = 500,
    accelerate: bool = True,
    standard_errors: bool = True,
    min_category_count: int = 1,
    n_threads: int = 0,
    progress: Progress = None,
) -> Fit:
    """Calibrates items by marginal maximum likelihood.

    Parameters
    ----------
    responses
        Persons x items, categories from 0.
    model
        One model for all items, or a mapping by item id (an item that is not named gets "2pl", or the model under the key "*").
    priors
        Priors on slopes, intercepts and asymptotes (see :class:`Prior`).
    anchors
        A bank: items found in the data keep its parameters and set the scale.
    weights, groups
        One a person. Groups have free means and variances; the first one met sets the scale.
    missing
        What each missing kind means: "ignore", "lowest" (as category 0) or "drop_person"; one word or a mapping by kind.

    An item that cannot be estimated is left out with a finding and the rest goes on. ``converged`` says whether the maximum was reached.

    >>> import celadon as cd
    >>> truth = cd.irt.Model([cd.irt.ItemParameters(f"q{j}", "2pl", 1.0, [0.5 - 0.25 * j]) for j in range(5)])
    >>> responses = cd.irt.simulate(truth, cd.irt.simulate_abilities(500, seed=1), seed=2)
    >>> fit = cd.irt.fit(responses, model="rasch", progress=False)
    >>> fit.converged, fit.n_used
    (True, 500)
    """
    if isinstance(model, str):
        default, models = model, []
    else:
        default = model.get("*", "2pl")
        models = [(item, name) for item, name in model.items() if item != "*"]
    index, names = units(groups)
    if any(i < 0 for i in index):
        raise ValueError("groups: every person needs a group")
    native = _native.fit(
        responses,
        model=default,
        models=models,
        priors=[(p.item, p.parameter, p.family, float(p.first), float(p.second)) for p in priors],
        anchors=bank_of(anchors),
        starts=bank_of(starts),
        weights=numbers(weights),
        groups=np.asarray(index, dtype=np.int32) if index else None,
        group_ids=names,
        missing=missing_policy(missing),
        n_nodes=n_nodes,
        lowest=bounds[0],
        highest=bounds[1],
        population=population,
        tolerance=tolerance,
        max_iterations=max_iterations,
        accelerate=accelerate,
        standard_errors=standard_errors,
        min_category_count=min_category_count,
        n_threads=n_threads,
        progress=resolve(progress),
    )
    return Fit(native)


def load(path: str | os.PathLike[str]) -> Model:
    """A model that :meth:`Model.save` wrote. Raises :class:`celadon.CeladonError` for a file that is not one.

    >>> import celadon as cd, pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "bank.json"
    >>> cd.irt.Model([cd.irt.ItemParameters("q1", "2pl", 1.0, [0.0])]).save(file)
    >>> cd.irt.load(file).n_items
    1
    """
    return Model._of(_native._Model.load(Path(path).read_text(encoding="utf-8")))


def simulate_abilities(n: int, *, mean: float = 0.0, sd: float = 1.0, seed: int = 0) -> npt.NDArray[np.float64]:
    """n normal abilities; person i depends on (seed, i) only.

    >>> import celadon as cd
    >>> bool((cd.irt.simulate_abilities(3, seed=1) == cd.irt.simulate_abilities(5, seed=1)[:3]).all())
    True
    """
    return _native.simulate_abilities(mean, sd, n, seed)


def simulate(
    model: Model,
    abilities: Vector,
    *,
    seed: int = 0,
    administered: npt.ArrayLike | None = None,
    n_threads: int = 0,
    progress: Progress = None,
) -> Responses:
    """Answers drawn from a model, one for each ability and item; label what comes out as simulated.

    ``administered`` (persons x items, False = not administered) leaves cells out. The same seed gives the same answers on any machine
    size.

    >>> import celadon as cd
    >>> bank = cd.irt.Model([cd.irt.ItemParameters("q1", "2pl", 1.0, [0.0])])
    >>> cd.irt.simulate(bank, [0.0, 1.0, 2.0], seed=3).n_persons
    3
    """
    mask = None if administered is None else np.ascontiguousarray(np.asarray(administered, dtype=bool), dtype=np.uint8).ravel()
    return _native.simulate(model._model, numbers(abilities), seed, mask, n_threads, resolve(progress))


def connectedness(
    responses: Responses,
    *,
    missing: MissingPolicy = "ignore",
    least_items: int = 5,
    least_share: float = 0.20,
    n_threads: int = 0,
) -> Connectedness:
    """Which items and persons can stand on one scale: components, forms, and whether shared items link them.

    >>> import celadon as cd
    >>> apart = cd.Responses.from_table({"q1": [1, 0, None, None], "q2": [None, None, 1, 0]})
    >>> cd.irt.connectedness(apart).connected
    False
    """
    return _native.connectedness(responses, missing_policy(missing), least_items, least_share, n_threads)


def default_model(
    responses: Responses,
    *,
    missing: MissingPolicy = "ignore",
    weights: Vector | None = None,
    can_guess: Iterable[bool] | None = None,
) -> DefaultModel:
    """The model that the sample size can carry: "classical", "rasch", "2pl_prior" or "3pl", with the numbers behind it.

    >>> import celadon as cd
    >>> cd.irt.default_model(cd.Responses.from_table({"q1": [0, 1] * 20, "q2": [1, 0, 1, 1] * 10})).family
    'classical'
    """
    guess = None if can_guess is None else np.ascontiguousarray(list(can_guess), dtype=np.uint8)
    return _native.default_model(responses, missing_policy(missing), numbers(weights), guess)


def log_likelihood(
    model: Model,
    responses: Responses,
    *,
    weights: Vector | None = None,
    group: Sequence[int] | None = None,
    missing: MissingPolicy = "ignore",
    n_threads: int = 0,
) -> float:
    """Marginal log-likelihood of answers under a model, on its grid: the sum that :func:`fit` maximises.

    >>> import celadon as cd
    >>> bank = cd.irt.Model([cd.irt.ItemParameters("q1", "2pl", 1.0, [0.0])])
    >>> round(cd.irt.log_likelihood(bank, cd.Responses.from_table({"q1": [1, 0]})), 4)
    -1.3863
    """
    groups = None if group is None else np.ascontiguousarray(group, dtype=np.int32)
    total, _, _ = _native.log_likelihood(model._model, responses, numbers(weights), groups, missing_policy(missing), n_threads)
    return float(total)


def score(model: Model, responses: Responses, **options: Any) -> Scores:
    """The same as :meth:`Model.score`.

    >>> import celadon as cd
    >>> bank = cd.irt.Model([cd.irt.ItemParameters("q1", "2pl", 1.0, [0.0])])
    >>> cd.irt.score(bank, cd.Responses.from_table({"q1": [1, 0]}), method="map").n_scored
    2
    """
    return model.score(responses, **options)


def save(model: Model, path: str | os.PathLike[str]) -> None:
    """The same as :meth:`Model.save`."""
    model.save(path)


def test_curves(model: Model, abilities: Vector | None = None, **options: Any) -> TestCurves:
    """The same as :meth:`Model.information`."""
    return model.information(abilities, **options)


test_curves.__test__ = False  # type: ignore[attr-defined]  # the name is the field's; it is not a test


def category_curves(model: Model, item: str, abilities: Vector | None = None) -> Table:
    """The same as :meth:`Model.category_curves`."""
    return model.category_curves(item, abilities)


def marginal_reliability(model: Model, population: int = 0) -> float:
    """The same as :meth:`Model.marginal_reliability`."""
    return model.marginal_reliability(population)


def empirical_reliability(scores: Scores) -> float:
    """Reliability of scores from their spread and their errors."""
    return scores.reliability


def sum_score_table(model: Model, **options: Any) -> SumScoreTable:
    """The same as :meth:`Model.sum_score_table`."""
    return model.sum_score_table(**options)


def item_mean_squares(model: Model, responses: Responses, **options: Any) -> ItemMeanSquares:
    """The same as :meth:`Model.item_fit`."""
    return model.item_fit(responses, **options)


def item_s_x2(model: Model, responses: Responses, **options: Any) -> ItemSX2:
    """The same as :meth:`Model.s_x2`."""
    return model.s_x2(responses, **options)


def model_fit(model: Model, responses: Responses, **options: Any) -> ModelFit:
    """The same as :meth:`Model.model_fit`."""
    return model.model_fit(responses, **options)


def person_fit(model: Model, responses: Responses, **options: Any) -> PersonFit:
    """The same as :meth:`Model.person_fit`."""
    return model.person_fit(responses, **options)


def local_dependence(model: Model, responses: Responses, **options: Any) -> LocalDependence:
    """The same as :meth:`Model.local_dependence`."""
    return model.local_dependence(responses, **options)


def _population(
    covariates: npt.ArrayLike | Mapping[str, Vector] | None,
    weights: Vector | None,
    missing: MissingPolicy,
    tolerance: float,
    max_iterations: int,
    n_threads: int,
    progress: Progress,
) -> Any:
    names = [str(name) for name in covariates] if isinstance(covariates, Mapping) else []
    if isinstance(covariates, Mapping):
        covariates = np.column_stack([np.asarray(values, dtype=np.float64) for values in covariates.values()]) if names else None
    return _native._Population(
        covariates=None if covariates is None else np.ascontiguousarray(covariates, dtype=np.float64),
        names=names,
        weights=numbers(weights),
        missing=missing_policy(missing),
        tolerance=tolerance,
        max_iterations=max_iterations,
        n_threads=n_threads,
        progress=resolve(progress),
    )


def latent_regression(
    model: Model,
    responses: Responses,
    covariates: npt.ArrayLike | Mapping[str, Vector] | None = None,
    *,
    weights: Vector | None = None,
    missing: MissingPolicy = "ignore",
    tolerance: float = 1e-7,
    max_iterations: int = 2000,
    n_threads: int = 0,
    progress: Progress = None,
) -> LatentRegression:
    """Regression of ability on background variables, measurement error taken off; items as calibrated.

    ``covariates``: columns by name, or persons x covariates, without the intercept, standardised or near it.

    >>> import celadon as cd
    >>> bank = cd.irt.Model([cd.irt.ItemParameters(f"q{j}", "2pl", 1.0, [0.4 * (2 - j)]) for j in range(5)])
    >>> girl = [i % 2 for i in range(400)]
    >>> answers = cd.irt.simulate(bank, cd.irt.simulate_abilities(400, seed=1) + girl, seed=2)
    >>> fit = cd.irt.latent_regression(bank, answers, {"girl": girl})
    >>> fit.names, bool(abs(fit.coefficients[1] - 1.0) < 3 * fit.se[1])
    (['(intercept)', 'girl'], True)
    """
    return _native.latent_regression(
        model._model, responses, _population(covariates, weights, missing, tolerance, max_iterations, n_threads, progress)
    )


def plausible_values(
    model: Model,
    responses: Responses,
    covariates: npt.ArrayLike | Mapping[str, Vector] | None = None,
    *,
    school: Iterable[Any] | None = None,
    n_draws: int = 5,
    seed: int = 1,
    draw_parameters: bool = True,
    burn_in: int = 30,
    thin: int = 10,
    weights: Vector | None = None,
    missing: MissingPolicy = "ignore",
    tolerance: float = 1e-7,
    max_iterations: int = 2000,
    n_threads: int = 0,
    progress: Progress = None,
) -> PlausibleValues:
    """Draws of ability for statistics of groups (:mod:`celadon.survey` takes them as a variable); never a score of a person.

    Whatever is analysed with them must be among ``covariates``, and the school be given, or its effect comes out too small.

    >>> import celadon as cd
    >>> bank = cd.irt.Model([cd.irt.ItemParameters(f"q{j}", "2pl", 1.0, [0.4 * (2 - j)]) for j in range(5)])
    >>> answers = cd.irt.simulate(bank, cd.irt.simulate_abilities(400, seed=1), seed=2)
    >>> draws = cd.irt.plausible_values(bank, answers, n_draws=3)
    >>> cd.survey.means(cd.survey.make_design(400), {"ability": draws}).n_imputations
    3
    """
    index = None if school is None else np.asarray(units(school)[0], dtype=np.int32)
    population = _population(covariates, weights, missing, tolerance, max_iterations, n_threads, progress)
    return _native.plausible_values(model._model, responses, population, index, n_draws, seed, draw_parameters, burn_in, thin)
