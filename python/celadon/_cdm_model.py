"""Diagnosis models, calibrations and their options; public under :mod:`celadon.cdm`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Union

import numpy as np
import numpy.typing as npt

from . import _celadon
from ._celadon import Finding, Responses, Table
from ._celadon.cdm import (
    AbsoluteFit,
    Decisions,
    ItemParameters,
    ItemSelection,
    MasteryState,
    PersonFit,
    QValidation,
    Scores,
)
from ._options import MissingPolicy, missing_policy
from ._progress import Progress, resolve
from ._q_matrix import prerequisite_pairs

RuleName = Literal["dina", "dino", "acdm", "llm", "rrum", "gdina"]
StructureName = Literal["saturated", "higher_order", "independent"]
#: Population of each person, by number or by id.
Group = Union[Sequence[int], Sequence[str], npt.NDArray[Any]]
_native = _celadon.cdm


@dataclass(frozen=True)
class Priors:
    """Priors as counts of answers seen before: Beta(a, b) is a - 1 right and b - 1 wrong, and (1, 1) is no prior.

    ``lowest`` is on P of those who have mastered nothing needed (guess), ``highest`` of those who have mastered all (1 - slip),
    ``between`` of every other group; ``class_count`` persons of every class (saturated structure); ``structure_sd`` a normal prior on
    slopes and intercepts of the other structures, 0 is none.

    >>> import celadon as cd
    >>> cd.cdm.Priors.small_sample().lowest
    (2.0, 8.0)
    """

    lowest: tuple[float, float] = (1.0, 1.0)
    highest: tuple[float, float] = (1.0, 1.0)
    between: tuple[float, float] = (1.0, 1.0)
    class_count: float = 0.0
    structure_sd: float = 0.0

    @classmethod
    def small_sample(cls) -> Priors:
        """The stated priors of small samples (a class of 40)."""
        return cls(*_native.small_sample_priors())


def _mask(profile: Any, n_attributes: int) -> int:
    """A profile as bits: "101", a sequence of 0 and 1, or a whole number whose bit k is attribute k."""
    if isinstance(profile, (int, np.integer)):
        return int(profile)
    cells = list(profile)
    if len(cells) != n_attributes or any(str(int(cell)) not in "01" for cell in cells):
        raise ValueError(f"profile {profile!r}: expected {n_attributes} cells of 0 and 1")
    return sum(int(cell) << k for k, cell in enumerate(cells))


class Model:
    """A calibrated diagnosis model: items, classes of mastery, how the classes are distributed. Immutable; threads may share it.

    ``probability`` of an item is that of a right answer in each of its 2^m groups of the m attributes that it needs; bit l of a group is
    the l-th of them. ``classes`` (profiles such as "101") default to all 2^K, equally likely.

    >>> import celadon as cd
    >>> items = [cd.cdm.ItemParameters("q1", "dina", [0], [0.2, 0.9]), cd.cdm.ItemParameters("q2", "dina", [0, 1], [0.1, 0.1, 0.1, 0.8])]
    >>> cd.cdm.Model(["add", "carry"], items).classes
    ['00', '10', '01', '11']
    """

    def __init__(
        self,
        attributes: Sequence[str],
        items: Iterable[ItemParameters],
        *,
        classes: Sequence[Any] | None = None,
        class_probability: npt.ArrayLike | Mapping[str, npt.ArrayLike] | None = None,
        prerequisites: Iterable[tuple[Any, Any]] = (),
    ) -> None:
        names = list(attributes)
        if classes is None:
            masks = list(_native._mastery_masks(len(names), prerequisite_pairs(prerequisites, names)))
        else:
            masks = [_mask(profile, len(names)) for profile in classes]
        if class_probability is None:
            class_probability = np.full(len(masks), 1.0 / len(masks))
        groups = class_probability if isinstance(class_probability, Mapping) else {"": class_probability}
        populations: list[Any] = []
        order = sorted(range(len(masks)), key=masks.__getitem__)
        for group, shares in groups.items():
            values = np.asarray(shares, dtype=np.float64)
            if values.shape != (len(masks),):
                raise ValueError(f"class_probability: expected {len(masks)} numbers, one a class")
            populations.append((str(group), [float(values[c]) for c in order], [], []))
        self._model = _native._Model(names, [masks[c] for c in order], list(items), "saturated", populations)

    @classmethod
    def _of(cls, native: _native._Model) -> Model:
        model = cls.__new__(Model)
        model._model = native
        return model

    @property
    def attributes(self) -> list[str]:
        """Names of the attributes (knowledge points, abilities)."""
        return list(self._model.attributes)

    @property
    def classes(self) -> list[str]:
        """Classes of mastery as text: "101" has mastered the first and the third attribute."""
        n = len(self._model.attributes)
        return ["".join("1" if int(mask) >> k & 1 else "0" for k in range(n)) for mask in self._model.classes]

    @property
    def item_parameters(self) -> list[ItemParameters]:
        """The items with the probability of a right answer in each group."""
        return list(self._model.items)

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self._model.items)

    @property
    def structure(self) -> str:
        """How the classes are distributed: "saturated", "higher_order", "independent"."""
        return str(self._model.structure)

    @property
    def populations(self) -> list[str]:
        """Names of the groups of persons."""
        return list(self._model.population_ids)

    @property
    def class_prevalence(self) -> Table:
        """One row a population and class: its probability (0 to 1), with a standard error where the calibration has one."""
        return self._model.class_table()

    def prevalence(self, population: int = 0) -> dict[str, float]:
        """Share of a population that has mastered each attribute, 0 to 1."""
        return {name: float(p) for name, p in zip(self.attributes, self._model.prevalence(population), strict=True)}

    @property
    def n_parameters(self) -> int:
        """Free parameters of items and structure."""
        return int(_native.n_parameters(self._model))

    def _group(self, group: Group | None) -> npt.NDArray[np.int32] | None:
        if group is None:
            return None
        ids = self._model.population_ids
        numbers = []
        for name in group:
            if isinstance(name, (int, np.integer)) and not isinstance(name, bool):
                numbers.append(int(name))
            elif str(name) in ids:
                numbers.append(ids.index(str(name)))
            else:
                raise ValueError(f"group: {name!r} is not one of {', '.join(ids)}")
        return np.asarray(numbers, dtype=np.int32)

    def score(
        self,
        responses: Responses,
        *,
        group: Group | None = None,
        start: MasteryState | None = None,
        keep_state: bool = True,
        missing: MissingPolicy = "ignore",
        n_threads: int = 0,
        progress: Progress = None,
    ) -> Scores:
        """Mastery of each person and attribute from new or old answers, matched by item id.

        ``mastery`` (persons x attributes) is the posterior probability, 0 to 1, NaN for a person whom the missing rule drops; ``profiles``
        has MAP and MLE. A person without answers gets the population (or ``start``). ``lower`` and ``upper`` bound the probability where
        the answered items do not tell classes apart. ``start`` goes on from the state that an earlier test left (``scores.state``).
        ``keep_state`` keeps persons x classes numbers for that, and for :meth:`quality`. Raises :class:`celadon.CeladonError` for answers
        other than 0 and 1, or no item in common. Cost O(persons x (items / 5 + attributes) x classes); the same bits for any ``n_threads``.

        >>> import celadon as cd
        >>> model = cd.cdm.Model(["add"], [cd.cdm.ItemParameters("q1", "dina", [0], [0.2, 0.8])])
        >>> model.score(cd.Responses.from_table({"q1": [1, 0, None]})).mastery.round(3).tolist()
        [[0.8], [0.2], [0.5]]
        """
        return _native.score(
            self._model, responses, self._group(group), start, keep_state, missing_policy(missing), n_threads, resolve(progress)
        )

    def mastery(self, responses: Responses, **options: Any) -> Scores:
        """The same as :meth:`score`."""
        return self.score(responses, **options)

    def log_likelihood_of(
        self,
        responses: Responses,
        *,
        weights: npt.ArrayLike | None = None,
        group: Group | None = None,
        missing: MissingPolicy = "ignore",
        n_threads: int = 0,
    ) -> float:
        """Log-likelihood of answers under this model: the sum that :func:`fit` maximises."""
        values = None if weights is None else np.ascontiguousarray(weights, dtype=np.float64)
        total, _, _ = _native.log_likelihood(self._model, responses, values, self._group(group), missing_policy(missing), n_threads)
        return float(total)

    def absolute_fit(
        self,
        responses: Responses,
        *,
        missing: MissingPolicy = "ignore",
        max_moments: int = 4000,
        n_threads: int = 0,
        progress: Progress = None,
    ) -> AbsoluteFit:
        """M2 with RMSEA2 and SRMSR from persons with an answer to every item; ``pairs`` has the residuals of item pairs.

        NaN where not computable (no degree of freedom, too many moments). Raises :class:`celadon.CeladonError` for fewer than three
        items or several populations. Cost O(items^4 x classes).

        >>> import celadon as cd
        >>> items = [cd.cdm.ItemParameters(f"q{j}", "dina", [j % 2], [0.2, 0.9]) for j in range(8)]
        >>> model = cd.cdm.Model(["add", "carry"], items)
        >>> answers = cd.cdm.simulate(model, cd.cdm.simulate_profiles(model, 500, seed=1), seed=2)
        >>> model.absolute_fit(answers, progress=False).pairs.n_rows
        28
        """
        return _native.absolute_fit(self._model, responses, missing_policy(missing), max_moments, n_threads, resolve(progress))

    def person_fit(
        self,
        responses: Responses,
        *,
        group: Group | None = None,
        n_simulated: int = 20000,
        seed: int = 20260901,
        missing: MissingPolicy = "ignore",
        n_threads: int = 0,
        progress: Progress = None,
    ) -> PersonFit:
        """lz of each person with the share of like persons that fit as badly: a sign that a paper is worth a look, no more.

        >>> import celadon as cd
        >>> items = [cd.cdm.ItemParameters(f"q{j}", "dina", [j % 2], [0.2, 0.9]) for j in range(8)]
        >>> model = cd.cdm.Model(["add", "carry"], items)
        >>> answers = cd.cdm.simulate(model, cd.cdm.simulate_profiles(model, 50, seed=1), seed=2)
        >>> model.person_fit(answers, n_simulated=500, progress=False).lz.shape
        (50,)
        """
        return _native.person_fit(
            self._model, responses, self._group(group), n_simulated, seed, missing_policy(missing), n_threads, resolve(progress)
        )

    def look_at_q(
        self,
        responses: Responses,
        *,
        method: Literal["wald", "pvaf"] = "wald",
        pvaf_cut: float = 0.95,
        alpha: float = 0.05,
        alpha_stay: float = 0.01,
        least_gain: float = 0.02,
        group: Group | None = None,
        missing: MissingPolicy = "ignore",
        n_threads: int = 0,
        progress: Progress = None,
    ) -> QValidation:
        """Suggested changes of the Q-matrix, looked for once, at a G-DINA model that was calibrated on these answers.

        One row a change, with PVAF and Wald test; nothing is applied. :func:`validate_q` calibrates again after each round.
        """
        return _native.look_at_q(
            self._model,
            responses,
            self._group(group),
            method,
            pvaf_cut,
            alpha,
            alpha_stay,
            least_gain,
            missing_policy(missing),
            n_threads,
            resolve(progress),
        )

    def select_rules(
        self,
        responses: Responses,
        *,
        test: Literal["wald", "lr"] = "wald",
        alpha: float = 0.05,
        group: Group | None = None,
        missing: MissingPolicy = "ignore",
        n_threads: int = 0,
        progress: Progress = None,
    ) -> ItemSelection:
        """Whether a simpler rule holds for each item that the model has under G-DINA; ``selected`` fits ``model=`` of :func:`fit`.

        >>> import celadon as cd
        >>> truth = cd.cdm.Model(["a", "b"], [cd.cdm.ItemParameters(f"q{j}", "dina", [j % 2], [0.2, 0.9]) for j in range(6)]
        ...     + [cd.cdm.ItemParameters("both", "dina", [0, 1], [0.1, 0.1, 0.1, 0.9])])
        >>> answers = cd.cdm.simulate(truth, cd.cdm.simulate_profiles(truth, 2000, seed=1), seed=2)
        >>> q = {f"q{j}": ["ab"[j % 2]] for j in range(6)} | {"both": ["a", "b"]}
        >>> cd.cdm.fit(answers, q, progress=False).select_rules(answers, progress=False).selected["both"]
        'dina'
        """
        return _native.select_rules(
            self._model, responses, test, alpha, self._group(group), missing_policy(missing), n_threads, resolve(progress)
        )

    def latent_groups(self) -> tuple[list[int], list[str]]:
        """The group of each class (classes that no item tells apart share one), and the attributes that nothing in the answers decides.

        >>> import celadon as cd
        >>> cd.cdm.Model(["a", "b"], [cd.cdm.ItemParameters("q", "dina", [0], [0.2, 0.9])]).latent_groups()
        ([0, 1, 0, 1], ['b'])
        """
        groups, _, undecided = self._model.latent_groups()
        return list(groups), [name for k, name in enumerate(self.attributes) if undecided >> k & 1]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the model as versioned JSON; :func:`load` gives equal bits.

        >>> import celadon as cd, pathlib, tempfile
        >>> model = cd.cdm.Model(["add"], [cd.cdm.ItemParameters("q1", "dina", [0], [0.2, 0.8])])
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "model.json"
        >>> model.save(file)
        >>> cd.cdm.load(file).to_json() == model.to_json()
        True
        """
        Path(path).write_text(self._model.save(), encoding="utf-8")

    def to_json(self) -> str:
        """The text that :meth:`save` writes."""
        return str(self._model.save())

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.n_items} items, {len(self.attributes)} attributes, {len(self._model.classes)} classes>"


class Fit(Model):
    """The result of a calibration, with standard errors. The frame (``to_pandas()`` and so on) has one row an item and group."""

    def __init__(self, native: _native._Fit) -> None:
        self._fit = native
        self._model = native.model

    @property
    def items(self) -> Table:
        """One row an item and group of its attributes: rule, group ("10": the first needed attribute mastered), probability, se, size."""
        return self._fit.item_table()

    @property
    def parameters(self) -> Table:
        """One row an item and parameter in the rule's own form: guess, slip (DINA, DINO); d_0, d_1 ... (others), each with its error."""
        return self._fit.parameter_table()

    @property
    def class_prevalence(self) -> Table:
        """One row a population and class: its probability (0 to 1) and standard error."""
        return self._fit.class_table()

    @property
    def starts(self) -> Table:
        """One row a climb that went to its end, the best first: objective, iterations, how many short climbs came near."""
        return self._fit.start_table()

    @property
    def covariances(self) -> dict[str, npt.NDArray[np.float64]]:
        """Covariance of the group probabilities of each item, read-only; empty where not asked for."""
        return dict(self._fit.covariances)

    def prevalence_se(self, population: int = 0) -> dict[str, float]:
        """Standard error of :meth:`prevalence`; empty where not computed."""
        errors = self._fit.prevalence_se
        return dict(zip(self.attributes, errors[population], strict=True)) if population < len(errors) and errors[population] else {}

    @property
    def log_likelihood(self) -> float:
        """Log-likelihood at the estimates, without priors."""
        return float(self._fit.log_likelihood)

    @property
    def objective(self) -> float:
        """Log-likelihood with the log priors: what was maximised."""
        return float(self._fit.objective)

    @property
    def converged(self) -> bool:
        """Whether the best start reached its top."""
        return bool(self._fit.converged)

    @property
    def iterations(self) -> int:
        """Passes over the persons of the best start."""
        return int(self._fit.iterations)

    @property
    def n_starts(self) -> int:
        """Short climbs that were made, of drawn starts and by way of other rules."""
        return int(self._fit.n_starts)

    @property
    def n_agreeing(self) -> int:
        """Those of `n_starts` near one that ended within 0.01 of the best."""
        return int(self._fit.n_agreeing)

    @property
    def mastery_difference(self) -> float:
        """Largest difference of a person's probability between tops within 2 of the best: what the choice among tops means."""
        return float(self._fit.mastery_difference)

    @property
    def n_used(self) -> int:
        """Persons behind the estimates."""
        return int(self._fit.n_used)

    @property
    def n_dropped(self) -> int:
        """Persons left out."""
        return int(self._fit.n_dropped)

    @property
    def n_parameters(self) -> int:
        """Free parameters."""
        return int(self._fit.n_parameters)

    @property
    def aic(self) -> float:
        """Akaike's information criterion."""
        return float(self._fit.aic)

    @property
    def bic(self) -> float:
        """Bayesian information criterion."""
        return float(self._fit.bic)

    @property
    def left_out(self) -> list[str]:
        """Items of the data that the model does not hold, each with a finding."""
        return list(self._fit.left_out)

    @property
    def findings(self) -> list[Finding]:
        """What was found on the way: items left out, attributes that nothing decides, several tops."""
        return list(self._fit.findings)

    warnings = findings

    @property
    def table(self) -> Table:
        """The same as ``items``."""
        return self.items

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.items.__arrow_c_stream__(requested_schema)

    def to_pandas(self) -> Any:
        """``items`` as a pandas.DataFrame."""
        return self.items.to_pandas()

    def to_polars(self) -> Any:
        """``items`` as a polars.DataFrame."""
        return self.items.to_polars()

    def to_dict(self) -> dict[str, list[Any]]:
        """``items`` as a dict of lists."""
        return self.items.to_dict()

    def _repr_html_(self) -> str:
        head = f"log-likelihood {self.log_likelihood:.3f}, {self.n_parameters} parameters, n = {self.n_used}"
        state = "converged" if self.converged else "<strong>not converged</strong>"
        return f"<p>{head}, {state}</p>{self.items._repr_html_()}"

    def __repr__(self) -> str:
        state = "converged" if self.converged else "NOT CONVERGED"
        return f"<Fit: {self.n_items} items, {len(self.attributes)} attributes, log-likelihood {self.log_likelihood:.3f}, {state}>"


def decisions_of(scores: Scores, mastered: float, not_mastered: float, min_items: int, second: Scores | None) -> Decisions:
    """Decisions from scores."""
    return _native.decide(scores, mastered, not_mastered, min_items, second)
