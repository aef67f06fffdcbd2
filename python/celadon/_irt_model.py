"""Calibrated models, calibrations and their options; public under :mod:`celadon.irt`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _celadon, _charts
from ._celadon import Chart, Finding, Responses, Table
from ._celadon.irt import (
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
from ._options import MissingPolicy, Vector, missing_policy, numbers
from ._progress import Progress, resolve

ModelName = Literal["rasch", "1pl", "2pl", "3pl", "4pl", "grm", "pcm", "gpcm", "rsm", "nominal"]
Method = Literal["eap", "map", "wle", "ml"]
_native = _celadon.irt


@dataclass(frozen=True)
class Prior:
    """A prior on one kind of parameter, of one item or (``item`` empty) of every item that estimates it.

    ``family`` "normal" (mean, sd; for "lower" and "upper" a density of the logit, for "sd" one of its log), "lognormal" (mean and
    sd of log slope) or "beta" (shapes; "lower" and "upper"). "step" is of the steps that rating-scale items share; "mean" and "sd"
    are of populations, which ``item`` then names.

    >>> import celadon as cd
    >>> cd.irt.Prior("lower", "beta", 5, 17).family
    'beta'
    """

    parameter: Literal["slope", "intercept", "lower", "upper", "step", "mean", "sd"]
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
    def _of(cls, native: _native._Model) -> Model:
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
        """Probability of each category of one item along ability: one row an ability and category.

        >>> import celadon as cd
        >>> bank = cd.irt.Model([cd.irt.ItemParameters("q1", "2pl", 2.0, [0.0])])
        >>> bank.category_curves("q1", [0.0]).to_dict()["probability"]
        [0.5, 0.5]
        """
        grid = numbers(self._model.nodes if abilities is None else abilities)
        for parameters in self._model.items:
            if parameters.id == item:
                return _native.category_curves(parameters, grid)
        raise KeyError(item)

    def chart(self, item: str | None = None, *, language: Literal["zh-CN", "en"] = "zh-CN") -> Chart:
        """Test information, or the curves of one item; draws itself in a notebook, ``to_svg()`` and ``to_vega()`` elsewhere.

        >>> import celadon as cd
        >>> bank = cd.irt.Model([cd.irt.ItemParameters("q1", "2pl", 2.0, [0.0])])
        >>> bank.chart().kind, bank.chart("q1").kind
        ('information', 'item_curve')
        """
        return _charts.information(self, language) if item is None else _charts.item_curves(self, item, language)

    def wright_map(self, abilities: Vector, *, language: Literal["zh-CN", "en"] = "zh-CN") -> Chart:
        """Abilities beside the difficulties of the items, on one scale.

        >>> import celadon as cd
        >>> bank = cd.irt.Model([cd.irt.ItemParameters("q1", "2pl", 2.0, [0.0])])
        >>> bank.wright_map([-1.0, 0.0, 1.0]).kind
        'wright_map'
        """
        return _charts.wright_map(self, abilities, language)

    def marginal_reliability(self, population: int = 0) -> float:
        """Marginal reliability in the population, in [0, 1).

        >>> import celadon as cd
        >>> bank = cd.irt.Model([cd.irt.ItemParameters("q1", "2pl", 2.0, [0.0])])
        >>> 0 < bank.marginal_reliability() < 1
        True
        """
        return float(_native.marginal_reliability(self._model, population))

    def sum_score_table(self, *, population: int = 0, points: Sequence[Sequence[float]] | None = None) -> SumScoreTable:
        """EAP ability with its error, and the true score, for each sum score.

        >>> import celadon as cd
        >>> bank = cd.irt.Model([cd.irt.ItemParameters("q1", "2pl", 2.0, [0.0])])
        >>> bank.sum_score_table().score.tolist()
        [0.0, 1.0]
        """
        return _native.sum_score_table(self._model, population, _points(points))

    def item_fit(
        self, responses: Responses, *, method: Method = "eap", missing: MissingPolicy = "ignore", n_threads: int = 0
    ) -> ItemMeanSquares:
        """Infit and outfit with z, one row an item.

        >>> import celadon as cd
        >>> bank = cd.irt.Model([cd.irt.ItemParameters(f"q{j}", "2pl", 1.0, [0.4 * (2 - j)]) for j in range(5)])
        >>> answers = cd.irt.simulate(bank, cd.irt.simulate_abilities(300, seed=1), seed=2)
        >>> bank.item_fit(answers).n_persons <= 300
        True
        """
        return _native.item_mean_squares(self._model, responses, _scoring(method, missing, None, (-20.0, 20.0), n_threads, False))

    def s_x2(
        self,
        responses: Responses,
        *,
        smallest_expected: float = 1.0,
        missing: MissingPolicy = "ignore",
        n_threads: int = 0,
        progress: Progress = None,
    ) -> ItemSX2:
        """S-X2 item fit, one row an item; uses persons with an answer to every item.

        >>> import celadon as cd
        >>> bank = cd.irt.Model([cd.irt.ItemParameters(f"q{j}", "2pl", 1.0, [0.4 * (2 - j)]) for j in range(5)])
        >>> answers = cd.irt.simulate(bank, cd.irt.simulate_abilities(300, seed=1), seed=2)
        >>> bank.s_x2(answers, progress=False).n_used
        300
        """
        return _native.item_s_x2(self._model, responses, smallest_expected, missing_policy(missing), n_threads, resolve(progress))

    def model_fit(
        self,
        responses: Responses,
        *,
        moments: Literal["full", "sums", "first_full"] = "sums",
        missing: MissingPolicy = "ignore",
        n_threads: int = 0,
        progress: Progress = None,
    ) -> ModelFit:
        """M2 with RMSEA, SRMSR, CFI and TLI; uses persons with an answer to every item.

        >>> import celadon as cd
        >>> bank = cd.irt.Model([cd.irt.ItemParameters(f"q{j}", "2pl", 1.0, [0.4 * (2 - j)]) for j in range(5)])
        >>> answers = cd.irt.simulate(bank, cd.irt.simulate_abilities(300, seed=1), seed=2)
        >>> cd.irt.fit(answers, "rasch", progress=False).model_fit(answers, progress=False).table.n_rows > 0
        True
        """
        return _native.model_fit(self._model, responses, moments, missing_policy(missing), n_threads, resolve(progress))

    def person_fit(
        self, responses: Responses, *, method: Method = "eap", missing: MissingPolicy = "ignore", n_threads: int = 0
    ) -> PersonFit:
        """lz, Zh, infit and outfit of persons, in row order: a sign that a paper is worth a look, no more.

        >>> import celadon as cd
        >>> bank = cd.irt.Model([cd.irt.ItemParameters(f"q{j}", "2pl", 1.0, [0.4 * (2 - j)]) for j in range(5)])
        >>> answers = cd.irt.simulate(bank, cd.irt.simulate_abilities(300, seed=1), seed=2)
        >>> bank.person_fit(answers).table.n_rows
        300
        """
        return _native.person_fit(self._model, responses, _scoring(method, missing, None, (-20.0, 20.0), n_threads, False))

    def local_dependence(
        self, responses: Responses, *, method: Method = "eap", missing: MissingPolicy = "ignore", n_threads: int = 0
    ) -> LocalDependence:
        """Q3 of pairs of items, one row a pair.

        >>> import celadon as cd
        >>> bank = cd.irt.Model([cd.irt.ItemParameters(f"q{j}", "2pl", 1.0, [0.4 * (2 - j)]) for j in range(5)])
        >>> answers = cd.irt.simulate(bank, cd.irt.simulate_abilities(300, seed=1), seed=2)
        >>> bank.local_dependence(answers).q3.shape
        (5, 5)
        """
        return _native.local_dependence(self._model, responses, _scoring(method, missing, None, (-20.0, 20.0), n_threads, False))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the model as versioned JSON; :func:`load` gives equal bits.

        >>> import celadon as cd
        >>> bank = cd.irt.Model([cd.irt.ItemParameters("q1", "2pl", 2.0, [0.0])])
        >>> import tempfile, pathlib
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "bank.json"
        >>> bank.save(file)
        >>> cd.irt.load(file).to_json() == bank.to_json()
        True
        """
        Path(path).write_text(self._model.save(), encoding="utf-8")

    def to_json(self) -> str:
        """The text that :meth:`save` writes."""
        return str(self._model.save())

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.n_items} items>"


class Fit(Model):
    """The result of a calibration. The frame (``to_pandas()`` and so on) has one row an item; see also ``parameters``."""

    def __init__(self, native: _native._Fit) -> None:
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


def bank_of(items: Model | Iterable[ItemParameters] | None) -> list[ItemParameters]:
    if items is None:
        return []
    return items.item_parameters if isinstance(items, Model) else list(items)
