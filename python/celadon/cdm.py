"""Cognitive diagnosis: which knowledge points each pupil has mastered, from right and wrong answers and a Q-matrix.

Persons are rows, items are columns; answers are 0 and 1, a missing cell gives no information unless ``missing`` says so. A probability of
mastery is the share of pupils with such answers who have mastered the point, as far as the model holds; decide with :func:`decide`, which
has 'not enough evidence' as its third answer. Results are the same bits for any ``n_threads``. Bad data raise
:class:`celadon.CeladonError`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _celadon
from ._cdm_model import Fit, Group, Model, Priors, RuleName, StructureName, decisions_of
from ._cdm_simulate import simulate, simulate_profiles
from ._celadon import Responses
from ._celadon.cdm import (
    AbsoluteFit,
    Decisions,
    ItemParameters,
    ItemSelection,
    MasteryState,
    PersonFit,
    QMatrix,
    QMatrixCheck,
    Quality,
    QValidation,
    Scores,
)
from ._options import MissingPolicy, Vector, missing_policy, numbers, units
from ._progress import Progress, resolve
from ._q_matrix import matrix_for, prerequisite_pairs, q_matrix

__all__ = [
    "AbsoluteFit",
    "Decisions",
    "Fit",
    "ItemParameters",
    "ItemSelection",
    "MasteryState",
    "Model",
    "PersonFit",
    "Priors",
    "QMatrix",
    "QMatrixCheck",
    "QValidation",
    "Quality",
    "Scores",
    "absolute_fit",
    "check_q_matrix",
    "classification_quality",
    "decide",
    "evidence_of",
    "fit",
    "holm",
    "latent_groups",
    "load",
    "load_state",
    "log_likelihood",
    "look_at_q",
    "mastery_classes",
    "n_parameters",
    "person_fit",
    "q_matrix",
    "relative_fit",
    "save",
    "save_state",
    "score",
    "select_rules",
    "simulate",
    "simulate_profiles",
    "validate_q",
]

_native = _celadon.cdm


def _request(
    model: RuleName | Mapping[str, RuleName],
    attributes: Sequence[str],
    *,
    structure: StructureName,
    prerequisites: Iterable[tuple[Any, Any]],
    priors: Priors | Literal["none", "small_sample"],
    monotone: bool,
    weights: Vector | None,
    groups: Iterable[Any] | None,
    missing: MissingPolicy,
    n_starts: int,
    n_finals: int,
    seed: int,
    start: Model | None,
    tolerance: float,
    max_iterations: int,
    accelerate: bool,
    standard_errors: Literal["information", "sandwich", "none"],
) -> _native._FitRequest:
    if isinstance(model, str):
        rule, rules = model, []
    else:
        rule = model.get("*", "gdina")
        rules = [(str(item), name) for item, name in model.items() if item != "*"]
    if isinstance(priors, str):
        if priors not in ("none", "small_sample"):
            raise ValueError("priors must be cd.cdm.Priors(...), 'small_sample' or 'none'")
        priors = Priors.small_sample() if priors == "small_sample" else Priors()
    index, names = units(groups)
    if any(i < 0 for i in index):
        raise ValueError("groups: every person needs a group")
    return _native._FitRequest(
        rule=rule,
        rules=rules,
        structure=structure,
        prerequisites=prerequisite_pairs(prerequisites, attributes),
        lowest=priors.lowest,
        highest=priors.highest,
        between=priors.between,
        class_count=priors.class_count,
        structure_sd=priors.structure_sd,
        monotone=monotone,
        weights=numbers(weights),
        groups=np.asarray(index, dtype=np.int32) if index else None,
        group_ids=names,
        missing=missing_policy(missing),
        n_starts=n_starts,
        n_finals=n_finals,
        seed=seed,
        start=None if start is None else start._model,
        tolerance=tolerance,
        max_iterations=max_iterations,
        accelerate=accelerate,
        standard_errors=standard_errors,
    )


def fit(
    responses: Responses,
    q_matrix: Any,
    model: RuleName | Mapping[str, RuleName] = "gdina",
    *,
    structure: StructureName = "saturated",
    prerequisites: Iterable[tuple[Any, Any]] = (),
    priors: Priors | Literal["none", "small_sample"] = "none",
    monotone: bool = False,
    weights: Vector | None = None,
    groups: Iterable[Any] | None = None,
    missing: MissingPolicy = "ignore",
    n_starts: int = 24,
    n_finals: int = 6,
    seed: int = 20260901,
    start: Model | None = None,
    tolerance: float = 1e-6,
    max_iterations: int = 5000,
    accelerate: bool = True,
    standard_errors: Literal["information", "sandwich", "none"] = "information",
    n_threads: int = 0,
    progress: Progress = None,
) -> Fit:
    """Calibrates a diagnosis model by marginal maximum likelihood, or the posterior mode where there are priors.

    Parameters
    ----------
    responses
        Persons x items, 0 or 1. Items are matched with the Q-matrix by id.
    q_matrix
        Items x attributes; whatever :func:`q_matrix` takes. Rows of a bare array stand for the items in their order.
    model
        "dina", "dino", "acdm", "llm", "rrum" or "gdina" for all items, or a mapping by item id (an item that is not named gets "gdina",
        or the rule under the key "*").
    structure
        "saturated" (every class has its own probability), "higher_order" (2PL on one ability) or "independent".
    prerequisites
        Pairs (first, then) of attributes: nobody has the second without the first.
    priors
        :class:`Priors`, or "small_sample" (a class of 40).
    monotone
        Mastery of a further needed attribute never lowers the probability.
    weights, groups
        One a person. Groups share the items and have their own distribution of classes.
    missing
        What each missing kind means: "ignore", "lowest" (as wrong) or "drop_person"; one word or a mapping by kind.
    n_starts, n_finals, seed
        Short climbs from seeded starts, how many of the best go on, and the seed. ``fit.starts`` says how they agree.
    standard_errors
        "information", "sandwich" or "none".

    An item that cannot be estimated is left out with a finding. ``converged`` says whether the top was reached. Raises
    :class:`celadon.CeladonError` (answers other than 0 and 1, lengths, a circle of prerequisites ...), KeyboardInterrupt on Ctrl-C. Cost a
    pass O(persons x items / 5 x classes), 2^attributes classes; memory 130 x items / 6 x classes numbers a thread.

    >>> import celadon as cd
    >>> q = {"q1": ["add"], "q2": ["add"], "q3": ["add"], "q4": ["carry"], "q5": ["carry"], "q6": ["carry"], "q7": ["add", "carry"]}
    >>> items = [cd.cdm.ItemParameters(f"q{j}", "dina", [int(j > 3)], [0.2, 0.9]) for j in range(1, 7)]
    >>> truth = cd.cdm.Model(["add", "carry"], [*items, cd.cdm.ItemParameters("q7", "dina", [0, 1], [0.1, 0.1, 0.1, 0.8])])
    >>> responses = cd.cdm.simulate(truth, cd.cdm.simulate_profiles(truth, 1000, seed=1), seed=2)
    >>> fit = cd.cdm.fit(responses, q, model="dina", progress=False)
    >>> fit.converged, fit.n_used, fit.mastery(responses).mastery.shape
    (True, 1000, (1000, 2))
    """
    matrix = matrix_for(q_matrix, responses.item_ids)
    request = _request(
        model,
        matrix.attributes,
        structure=structure,
        prerequisites=prerequisites,
        priors=priors,
        monotone=monotone,
        weights=weights,
        groups=groups,
        missing=missing,
        n_starts=n_starts,
        n_finals=n_finals,
        seed=seed,
        start=start,
        tolerance=tolerance,
        max_iterations=max_iterations,
        accelerate=accelerate,
        standard_errors=standard_errors,
    )
    return Fit(_native.fit(responses, matrix, request, n_threads, resolve(progress)))


def check_q_matrix(table: Any, *, prerequisites: Iterable[tuple[Any, Any]] = ()) -> QMatrixCheck:
    """What a Q-matrix can identify, before any answers: completeness, conditions for DINA and for general models, classes it cannot tell
    apart. The frame has one row an attribute; ``findings`` names empty rows and columns, equal columns, attributes never alone.

    >>> import celadon as cd
    >>> check = cd.cdm.check_q_matrix({"q1": ["add"], "q2": ["add", "carry"], "q3": ["add", "carry"]})
    >>> check.complete, check.n_classes, check.n_groups
    (False, 4, 3)
    """
    matrix = q_matrix(table)
    return _native.check_q_matrix(matrix, prerequisite_pairs(prerequisites, matrix.attributes))


def mastery_classes(n_attributes: int, prerequisites: Iterable[tuple[int, int]] = ()) -> list[str]:
    """Profiles that a hierarchy allows: all 2^n without prerequisites. ``prerequisites`` are pairs (first, then) of numbers from 0.

    >>> import celadon as cd
    >>> cd.cdm.mastery_classes(2, [(0, 1)])
    ['00', '10', '11']
    """
    return list(_native.mastery_classes(n_attributes, [(int(a), int(b)) for a, b in prerequisites]))


def latent_groups(model: Model) -> tuple[list[int], list[str]]:
    """The same as :meth:`Model.latent_groups`."""
    return model.latent_groups()


def evidence_of(model: Model, items: Iterable[str] | None = None) -> tuple[list[int], dict[str, list[str]]]:
    """What answers to the given items (all where not given) tell apart: the group of each class, and for each attribute the others that
    stand in exactly the same items.

    >>> import celadon as cd
    >>> model = cd.cdm.Model(["a", "b"], [cd.cdm.ItemParameters("q1", "dina", [0, 1], [0.1, 0.1, 0.1, 0.9])])
    >>> cd.cdm.evidence_of(model)
    ([0, 0, 0, 1], {'a': ['b'], 'b': ['a']})
    """
    answered = None
    if items is not None:
        wanted = set(items)
        answered = np.array([item.id in wanted for item in model._model.items], dtype=np.uint8)
    groups, same = _native.evidence_of(model._model, answered)
    names = model.attributes
    return list(groups), {name: [other for k, other in enumerate(names) if same[a] >> k & 1] for a, name in enumerate(names)}


def n_parameters(model: Model) -> int:
    """Free parameters of a model: items by their rules, and the structure of every population.

    >>> import celadon as cd
    >>> cd.cdm.n_parameters(cd.cdm.Model(["a"], [cd.cdm.ItemParameters("q", "dina", [0], [0.2, 0.9])]))
    3
    """
    return model.n_parameters


def load(path: str | os.PathLike[str]) -> Model:
    """A model that :meth:`Model.save` wrote. Raises :class:`celadon.CeladonError` for a file that is not one.

    >>> import celadon as cd, pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "model.json"
    >>> cd.cdm.Model(["a"], [cd.cdm.ItemParameters("q", "dina", [0], [0.2, 0.9])]).save(file)
    >>> cd.cdm.load(file).attributes
    ['a']
    """
    return Model._of(_native._Model.load(Path(path).read_text(encoding="utf-8")))


def save(model: Model, path: str | os.PathLike[str]) -> None:
    """The same as :meth:`Model.save`."""
    model.save(path)


def save_state(state: MasteryState, path: str | os.PathLike[str]) -> None:
    """Writes what is known of persons as versioned JSON. Rows have no names: keep their order.

    >>> import celadon as cd, pathlib, tempfile
    >>> model = cd.cdm.Model(["a"], [cd.cdm.ItemParameters(q, "dina", [0], [0.2, 0.8]) for q in ("q1", "q2")])
    >>> first = model.score(cd.Responses.from_table({"q1": [1, 0]}))
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "state.json"
    >>> cd.cdm.save_state(first.state, file)
    >>> second = model.score(cd.Responses.from_table({"q2": [1, 0]}), start=cd.cdm.load_state(file))
    >>> second.mastery.round(3).tolist()
    [[0.941], [0.059]]
    """
    Path(path).write_text(state.to_json(), encoding="utf-8")


def load_state(path: str | os.PathLike[str]) -> MasteryState:
    """A state that :func:`save_state` wrote.

    >>> import celadon as cd, pathlib, tempfile
    >>> model = cd.cdm.Model(["a"], [cd.cdm.ItemParameters("q1", "dina", [0], [0.2, 0.8])])
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "state.json"
    >>> cd.cdm.save_state(model.score(cd.Responses.from_table({"q1": [1, 0]})).state, file)
    >>> cd.cdm.load_state(file).n_persons
    2
    """
    return MasteryState.from_json(Path(path).read_text(encoding="utf-8"))


def score(model: Model, responses: Responses, **options: Any) -> Scores:
    """The same as :meth:`Model.score`."""
    return model.score(responses, **options)


def log_likelihood(
    model: Model,
    responses: Responses,
    *,
    weights: Vector | None = None,
    group: Group | None = None,
    missing: MissingPolicy = "ignore",
    n_threads: int = 0,
) -> float:
    """Log-likelihood of answers under a model: the sum that :func:`fit` maximises.

    >>> import celadon as cd
    >>> model = cd.cdm.Model(["a"], [cd.cdm.ItemParameters("q", "dina", [0], [0.2, 0.8])])
    >>> round(cd.cdm.log_likelihood(model, cd.Responses.from_table({"q": [1, 0]})), 4)
    -1.3863
    """
    return model.log_likelihood_of(responses, weights=weights, group=group, missing=missing, n_threads=n_threads)


def decide(
    scores: Scores,
    *,
    mastered: float = 0.80,
    not_mastered: float = 0.20,
    min_items: int = 3,
    second: Scores | None = None,
) -> Decisions:
    """Mastered, not mastered, or not enough evidence with the reasons.

    Mastered from P >= ``mastered`` and not mastered to P <= ``not_mastered`` (compared after rounding to 1e-6), with at least ``min_items``
    answered items that need the attribute and classes that the items tell apart. ``second``: scores of the same answers under another
    defensible prior; a definite answer needs both. ``mastery`` (persons x attributes) holds 0 not enough evidence, 1 not mastered,
    2 mastered; the frame says it in words. Raises :class:`celadon.CeladonError` for thresholds out of order or scores of others.

    >>> import celadon as cd
    >>> items = [cd.cdm.ItemParameters(f"q{j}", "dina", [0], [0.1, 0.9]) for j in range(3)]
    >>> scores = cd.cdm.Model(["add"], items).score(cd.Responses.from_table({"q0": [1, 0], "q1": [1, 0], "q2": [1, None]}))
    >>> cd.cdm.decide(scores).to_dict()["mastery"]
    ['mastered', 'not_enough_evidence']
    """
    return decisions_of(scores, mastered, not_mastered, min_items, second)


def classification_quality(scores: Scores, decisions: Decisions | None = None) -> Quality:
    """Accuracy and consistency of classification, from the posteriors; with ``decisions`` also what the three-way decision gets wrong.

    Rates from 0 to 1, as far as the model holds. The scores must have kept their state (the default of :meth:`Model.score`).

    >>> import celadon as cd
    >>> items = [cd.cdm.ItemParameters(f"q{j}", "dina", [0], [0.1, 0.9]) for j in range(5)]
    >>> model = cd.cdm.Model(["add"], items)
    >>> scores = model.score(cd.cdm.simulate(model, cd.cdm.simulate_profiles(model, 200, seed=1), seed=2))
    >>> cd.cdm.classification_quality(scores, cd.cdm.decide(scores)).pattern_accuracy > 0.95
    True
    """
    return _native.classification_quality(scores, decisions)


def absolute_fit(model: Model, responses: Responses, **options: Any) -> AbsoluteFit:
    """The same as :meth:`Model.absolute_fit`."""
    return model.absolute_fit(responses, **options)


def relative_fit(log_likelihood: float, n_parameters: int, n: float) -> dict[str, float]:
    """AIC, BIC, CAIC and SABIC from a log-likelihood; ``n`` persons (or their weight).

    >>> import celadon as cd
    >>> cd.cdm.relative_fit(-100.0, 3, 50)["aic"]
    206.0
    """
    return dict(zip(("aic", "bic", "caic", "sabic"), _native.relative_fit(log_likelihood, n_parameters, n), strict=True))


def person_fit(model: Model, responses: Responses, **options: Any) -> PersonFit:
    """The same as :meth:`Model.person_fit`."""
    return model.person_fit(responses, **options)


def look_at_q(model: Model, responses: Responses, **options: Any) -> QValidation:
    """The same as :meth:`Model.look_at_q`."""
    return model.look_at_q(responses, **options)


def validate_q(
    responses: Responses,
    q_matrix: Any,
    *,
    method: Literal["wald", "pvaf"] = "wald",
    pvaf_cut: float = 0.95,
    alpha: float = 0.05,
    alpha_stay: float = 0.01,
    least_gain: float = 0.02,
    max_rounds: int = 10,
    structure: StructureName = "saturated",
    prerequisites: Iterable[tuple[Any, Any]] = (),
    weights: Vector | None = None,
    missing: MissingPolicy = "ignore",
    n_starts: int = 24,
    seed: int = 20260901,
    n_threads: int = 0,
    progress: Progress = None,
) -> QValidation:
    """Suggested changes of a Q-matrix with their evidence; nothing is applied. The frame has one row a change.

    Calibrates G-DINA, looks for attributes that should enter or leave an item, and calibrates again until nothing more is suggested
    (``settled``). ``suggested`` is the matrix with all suggestions, for comparison.

    >>> import celadon as cd
    >>> items = [cd.cdm.ItemParameters(f"q{j}", "dina", [j % 2], [0.1, 0.9]) for j in range(10)]
    >>> truth = cd.cdm.Model(["a", "b"], items)
    >>> answers = cd.cdm.simulate(truth, cd.cdm.simulate_profiles(truth, 2000, seed=1), seed=2)
    >>> planted = {f"q{j}": ["ab"[j % 2]] for j in range(10)} | {"q0": ["a", "b"]}
    >>> found = cd.cdm.validate_q(answers, planted, progress=False)
    >>> found.to_dict()["item"], found.to_dict()["change"], found.to_dict()["attribute"]
    (['q0'], ['leaves'], ['b'])
    """
    matrix = matrix_for(q_matrix, responses.item_ids)
    request = _request(
        "gdina",
        matrix.attributes,
        structure=structure,
        prerequisites=prerequisites,
        priors="none",
        monotone=False,
        weights=weights,
        groups=None,
        missing=missing,
        n_starts=n_starts,
        n_finals=6,
        seed=seed,
        start=None,
        tolerance=1e-6,
        max_iterations=5000,
        accelerate=True,
        standard_errors="none",
    )
    return _native.validate_q(
        responses,
        matrix,
        request,
        method,
        pvaf_cut,
        alpha,
        alpha_stay,
        least_gain,
        missing_policy(missing),
        max_rounds,
        n_threads,
        resolve(progress),
    )


def select_rules(model: Model, responses: Responses, **options: Any) -> ItemSelection:
    """The same as :meth:`Model.select_rules`."""
    return model.select_rules(responses, **options)


def holm(p: Vector) -> npt.NDArray[np.float64]:
    """Holm's correction of p-values, in their order.

    >>> import celadon as cd
    >>> cd.cdm.holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    return _native.holm(np.ascontiguousarray(p, dtype=np.float64))
