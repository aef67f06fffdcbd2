"""Item response theory: calibration, scoring, fit, linking of papers through shared items.

Logistic metric without 1.7. Ability is N(0, 1) where slopes are free; slope 1 and free variance for Rasch, PCM and RSM.
``b = -d / a``; thresholds (graded) and steps (partial credit) stand on the ability scale. A missing cell gives no information unless
``missing`` says so. Results are the same bits for any ``n_threads``. Bad data raise :class:`celadon.CeladonError`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _celadon
from ._celadon import Finding, Responses, Table
from ._celadon.irt import (
    Connectedness,
    DefaultModel,
    ItemMeanSquares,
    ItemParameters,
    ItemSX2,
    LocalDependence,
    ModelFit,
    PersonFit,
    Scores,
    SumScoreTable,
    TestCurves,
)
from ._options import MissingPolicy, Vector, missing_policy, numbers, units
from ._progress import Progress, resolve

__all__ = [
    "Connectedness",
    "DefaultModel",
    "Fit",
    "ItemMeanSquares",
    "ItemParameters",
    "ItemSX2",
    "LocalDependence",
    "Model",
    "ModelFit",
    "PersonFit",
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
    "load",
    "local_dependence",
    "log_likelihood",
    "marginal_reliability",
    "model_fit",
    "person_fit",
    "save",
    "score",
    "simulate",
    "simulate_abilities",
    "sum_score_table",
    "test_curves",
]

ModelName = Literal["rasch", "1pl", "2pl", "3pl", "4pl", "grm", "pcm", "gpcm", "rsm", "nominal"]
Method = Literal["eap", "map", "wle", "ml"]
_native = _celadon.irt


@dataclass(frozen=True)
class Prior:
    """A prior on one kind of parameter, of one item or (``item`` empty) of every item that estimates it.

    ``family`` "normal" (mean, sd; for "lower" and "upper" a density of the logit), "lognormal" (mean and sd of log slope) or
    "beta" (shapes; "lower" and "upper").

    >>> import celadon as cd
    >>> cd.irt.Prior("lower", "beta", 5, 17).family
    'beta'
    """

    parameter: Literal["slope", "intercept", "lower", "upper"]
    family: Literal["normal", "lognormal", "beta"]
    first: float
    second: float
    item: str = ""


class Model:
    """Calibrated items with their populations: an item bank. Immutable; safe to share between threads.

    >>> import celadon as cd
    >>> bank = cd.irt.Model([cd.irt.ItemParameters("q1", "2pl", 1.2, [0.3]), cd.irt.ItemParameters("q2", "2pl", 0.8, [-0.5])])
    >>> bank.n_items
    2
    """

    def __init__(
        self,
        items: Iterable[ItemParameters],
        *,
        populations: Mapping[str, tuple[float, float]] | None = None,
        n_nodes: int = 61,
        bounds: tuple[float, float] = (-6.0, 6.0),
    ) -> None:
        groups = [(name, float(mean), float(sd)) for name, (mean, sd) in (populations or {}).items()]
        self._model = _native._Model(list(items), groups, n_nodes, *bounds)

    @classmethod
    def _of(cls, native: Any) -> Model:
        model = cls.__new__(Model)
        model._model = native
        return model

    @property
    def item_parameters(self) -> list[ItemParameters]:
        """The items, in the stored slope-intercept form."""
        return list(self._model.items)

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self._model.items)

    @property
    def populations(self) -> dict[str, tuple[float, float]]:
        """Mean and standard deviation of ability by group."""
        return {name: (mean, sd) for name, mean, sd in self._model.populations}

    def score(
        self,
        responses: Responses,
        *,
        method: Method = "eap",
        missing: MissingPolicy = "ignore",
        group: Sequence[int] | None = None,
        bounds: tuple[float, float] = (-20.0, 20.0),
        n_threads: int = 0,
        progress: Progress = None,
    ) -> Scores:
        """Abilities with standard errors of new or old answers, matched by item id: ``.ability``, ``.se``, ``.status``.

        An unknown item or category, or a person without answers, is a finding of the result. ``group`` is the population (by
        number) of each person.

        >>> import celadon as cd
        >>> bank = cd.irt.Model([cd.irt.ItemParameters("q1", "2pl", 1.0, [0.0]), cd.irt.ItemParameters("q2", "2pl", 1.0, [0.0])])
        >>> scores = bank.score(cd.Responses.from_table({"q1": [1, 0], "q2": [1, 0]}))
        >>> bool(abs(scores.ability[0] + scores.ability[1]) < 1e-12)
        True
        """
        return _native.score(self._model, responses, _scoring(method, missing, group, bounds, n_threads, progress))

    def information(self, abilities: Vector | None = None, *, points: Sequence[Sequence[float]] | None = None) -> TestCurves:
        """Test and item information, standard error, expected score and its conditional SEM along ability.

        ``points`` gives the marks of each category, item by item; category numbers where not given.

        >>> import celadon as cd
        >>> bank = cd.irt.Model([cd.irt.ItemParameters("q1", "2pl", 2.0, [0.0])])
        >>> bank.information([0.0]).information.tolist()
        [1.0]
        """
        return _native.information(self._model, numbers(abilities), _points(points))

    def category_curves(self, item: str, abilities: Vector | None = None) -> Table:
        """Probability of each category of one item along ability: one row an ability and category."""
        grid = numbers(self._model.nodes if abilities is None else abilities)
        for parameters in self._model.items:
            if parameters.id == item:
                return _native.category_curves(parameters, grid)
        raise KeyError(item)

    def marginal_reliability(self, population: int = 0) -> float:
        """Marginal reliability in the population, in [0, 1)."""
        return float(_native.marginal_reliability(self._model, population))

    def sum_score_table(self, *, population: int = 0, points: Sequence[Sequence[float]] | None = None) -> SumScoreTable:
        """EAP ability with its error, and the true score, for each sum score."""
        return _native.sum_score_table(self._model, population, _points(points))

    def item_fit(
        self, responses: Responses, *, method: Method = "eap", missing: MissingPolicy = "ignore", n_threads: int = 0
    ) -> ItemMeanSquares:
        """Infit and outfit with z, one row an item."""
        return _native.item_mean_squares(self._model, responses, _scoring(method, missing, None, (-20.0, 20.0), n_threads, False))

    def s_x2(self, responses: Responses, *, smallest_expected: float = 1.0, n_threads: int = 0, progress: Progress = None) -> ItemSX2:
        """S-X2 item fit, one row an item; uses persons with an answer to every item."""
        return _native.item_s_x2(self._model, responses, smallest_expected, n_threads, resolve(progress))

    def model_fit(
        self,
        responses: Responses,
        *,
        moments: Literal["full", "sums", "first_full"] = "sums",
        n_threads: int = 0,
        progress: Progress = None,
    ) -> ModelFit:
        """M2 with RMSEA, SRMSR, CFI and TLI; uses persons with an answer to every item."""
        return _native.model_fit(self._model, responses, moments, n_threads, resolve(progress))

    def person_fit(
        self, responses: Responses, *, method: Method = "eap", missing: MissingPolicy = "ignore", n_threads: int = 0
    ) -> PersonFit:
        """lz, Zh, infit and outfit of persons, in row order: a sign that a paper is worth a look, no more."""
        return _native.person_fit(self._model, responses, _scoring(method, missing, None, (-20.0, 20.0), n_threads, False))

    def local_dependence(
        self, responses: Responses, *, method: Method = "eap", missing: MissingPolicy = "ignore", n_threads: int = 0
    ) -> LocalDependence:
        """Q3 of pairs of items, one row a pair."""
        return _native.local_dependence(self._model, responses, _scoring(method, missing, None, (-20.0, 20.0), n_threads, False))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the model as versioned JSON; :func:`load` gives equal bits."""
        Path(path).write_text(self._model.save(), encoding="utf-8")

    def to_json(self) -> str:
        """The text that :meth:`save` writes."""
        return str(self._model.save())

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.n_items} items>"


class Fit(Model):
    """The result of a calibration. The frame (``to_pandas()`` and so on) has one row an item; see also ``parameters``."""

    def __init__(self, native: Any) -> None:
        self._fit = native
        self._model = native.model

    @property
    def items(self) -> Table:
        """One row an item: model, a, b or thresholds, lower and upper asymptote, each with its standard error."""
        return self._fit.item_table()

    def parameters(self, form: Literal["irt", "slope_intercept"] = "irt") -> Table:
        """One row a parameter: name, item, population, estimate, se, fixed."""
        return self._fit.parameter_table(form == "irt")

    def covariance(self, form: Literal["irt", "slope_intercept"] = "irt") -> npt.NDArray[np.float64]:
        """Covariance of the free parameters in the order of :meth:`parameters`, read-only; empty without standard errors."""
        return self._fit.covariance(form == "irt")

    @property
    def difficulty(self) -> dict[str, list[float]]:
        """b, thresholds or steps of each item, on the ability scale."""
        return {item.id: list(item.difficulties) for item in self._model.items}

    @property
    def discrimination(self) -> dict[str, float]:
        """a of each item."""
        return {item.id: item.slope for item in self._model.items}

    @property
    def log_likelihood(self) -> float:
        """Marginal log-likelihood at the estimates, without priors."""
        return float(self._fit.log_likelihood)

    @property
    def log_posterior(self) -> float:
        """Log-likelihood with the log priors."""
        return float(self._fit.log_posterior)

    @property
    def iterations(self) -> int:
        """Passes over the data."""
        return int(self._fit.iterations)

    @property
    def converged(self) -> bool:
        """Whether the estimates are within the tolerance of the maximum; see ``stop_reason`` where not."""
        return bool(self._fit.converged)

    @property
    def stop_reason(self) -> str:
        """ "tolerance", "max_iterations" or "no_progress"."""
        return str(self._fit.stop_reason)

    @property
    def n_used(self) -> int:
        """Persons that the estimates rest on."""
        return int(self._fit.n_used)

    @property
    def n_dropped(self) -> int:
        """Persons without a usable answer, or dropped by the missing policy."""
        return int(self._fit.n_dropped)

    @property
    def n_parameters(self) -> int:
        """Free parameters; shared ones count once."""
        return int(self._fit.n_parameters)

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return float(self._fit.aic)

    @property
    def bic(self) -> float:
        """Schwarz's criterion, with the log of the total weight."""
        return float(self._fit.bic)

    @property
    def left_out(self) -> list[str]:
        """Items that could not be estimated, each with a finding."""
        return list(self._fit.left_out)

    @property
    def item_component(self) -> npt.NDArray[np.int32]:
        """Linked set of items of each item; abilities of different sets are not comparable."""
        return self._fit.item_component

    @property
    def findings(self) -> list[Finding]:
        """Everything to know about this result."""
        return list(self._fit.findings)

    @property
    def warnings(self) -> list[Finding]:
        """Findings that are more than notes."""
        return [finding for finding in self.findings if finding.severity != "note"]

    @property
    def table(self) -> Table:
        """The same as ``items``."""
        return self.items

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.items.__arrow_c_stream__(requested_schema)

    def to_pandas(self) -> Any:
        """One row an item, as a pandas.DataFrame."""
        return self.items.to_pandas()

    def to_polars(self) -> Any:
        """One row an item, as a polars.DataFrame."""
        return self.items.to_polars()

    def to_dict(self) -> dict[str, list[Any]]:
        """One row an item, as a dict of lists."""
        return self.items.to_dict()

    def _repr_html_(self) -> str:
        return self.items._repr_html_()

    def __repr__(self) -> str:
        state = "converged" if self.converged else f"NOT CONVERGED ({self.stop_reason})"
        return f"<Fit: {self.n_items} items, {self.n_used} persons, {state}, log-likelihood {self.log_likelihood:.4f}>"


def _scoring(
    method: Method,
    missing: MissingPolicy,
    group: Sequence[int] | None,
    bounds: tuple[float, float],
    n_threads: int,
    progress: Progress,
) -> Any:
    groups = None if group is None else np.ascontiguousarray(group, dtype=np.int32)
    return _native._Scoring(
        method=method,
        missing=missing_policy(missing),
        group=groups,
        lowest=bounds[0],
        highest=bounds[1],
        n_threads=n_threads,
        progress=resolve(progress),
    )


def _points(points: Sequence[Sequence[float]] | None) -> list[list[float]]:
    return [] if points is None else [[float(mark) for mark in marks] for marks in points]


def _bank(items: Model | Iterable[ItemParameters] | None) -> list[ItemParameters]:
    if items is None:
        return []
    return items.item_parameters if isinstance(items, Model) else list(items)


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
        anchors=_bank(anchors),
        starts=_bank(starts),
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
    """A model that :meth:`Model.save` wrote. Raises :class:`celadon.CeladonError` for a file that is not one."""
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
