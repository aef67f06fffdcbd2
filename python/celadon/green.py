"""Parts of the green indicators: questionnaire scales, and what goes with an outcome (:func:`drivers`).

A scale leads from Likert answers to a score with its error, its reliability beside it.

A scale is calibrated once in its reference population (:func:`fit_scale`) and then scores that and later groups on the same metric, by
default mean 10 and standard deviation 2. Persons are rows, items are columns: :class:`celadon.Responses`, or a frame, an Arrow table, a
mapping of columns or an array of whole numbers. An answer is the number of its option, 0 to ``n_options - 1``, the same options for all
items; a null cell is no answer and is never counted as 0. The model is the generalised partial credit model, or what a sample of this
size can carry. Results are the same bits for any ``n_threads``. Bad data raise :class:`celadon.CeladonError`.

Sources: Muraki (1992), doi:10.1177/014662169201600206; Martin, Mullis, Hooper, Yin, Foy & Palazzo (2016), Methods and Procedures in
TIMSS 2015, chapter 15.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Union

import numpy as np
import numpy.typing as npt

from . import _celadon
from ._celadon import Responses
from ._celadon.green import Scale, ScaleScores
from ._celadon.irt import PlausibleValues
from ._drivers import Drivers, drivers
from ._options import Vector, numbers, units
from ._progress import Progress, resolve
from ._responses import from_table
from .irt import _population

__all__ = [
    "Drivers",
    "Scale",
    "ScaleDefinition",
    "ScaleScores",
    "drivers",
    "fit_scale",
    "load_scale",
    "save_scale",
    "scale_plausible_values",
    "score_scale",
]

#: Answers of persons (rows) to items (columns): packed, or a table that holds the scale's items among its columns.
Answers = Union[Responses, Any]
_native = _celadon.green


@dataclass(frozen=True)
class ScaleDefinition:
    """What a scale is: data of a scheme or of the host, not of this library.

    ``items``: ids, at least 3. ``reversed``: those of them where agreement speaks against what the scale measures; they are turned round.
    ``n_options``: answers are 0 to n_options - 1. ``least_answered``: share of the items that a person must have answered to have a score,
    in (0, 1]. ``least_reliability``: marginal reliability in [0, 1) below which scores of persons are withheld. ``mean`` and ``sd``: latent
    mean and standard deviation of the reference population on the metric. ``reference_population`` says who that is and stands on every
    result.

    >>> import celadon as cd
    >>> cd.green.ScaleDefinition("interest", ["b1", "b2", "b3"], "grade 5, simulated", reversed=["b2"]).n_options
    4
    """

    name: str
    items: Sequence[str]
    reference_population: str
    reversed: Collection[str] = ()
    n_options: int = 4
    least_answered: float = 0.5
    least_reliability: float = 0.7
    mean: float = 10.0
    sd: float = 2.0

    def __post_init__(self) -> None:
        if isinstance(self.items, str) or isinstance(self.reversed, str):
            raise TypeError("items and reversed are lists of ids")
        unknown = [item for item in self.reversed if item not in self.items]
        if unknown:
            raise ValueError(f"reversed: {', '.join(map(str, unknown))} is not among the items")


def _responses(answers: Answers, items: Sequence[str]) -> Responses:
    packed = answers if isinstance(answers, Responses) else from_table(answers, items=items, progress=False)
    texts = [item for item, labels in zip(packed.item_ids, packed.labels, strict=False) if labels and item in items]
    if texts:
        raise TypeError(f"answers to {texts[0]} are text, which has no order: give the number of the option, from 0")
    return packed


def fit_scale(
    responses: Answers,
    definition: ScaleDefinition,
    *,
    weights: Vector | None = None,
    cuts: tuple[float, float, float] = (100.0, 500.0, 1000.0),
    n_threads: int = 0,
    progress: Progress = None,
) -> Scale:
    """Calibrates a scale in its reference population.

    ``responses``: persons x items; columns that the definition does not name are not looked at (an array has the scale's items as its
    columns, in their order). ``weights``: one >= 0 a person; their unit does not matter. ``cuts``: effective persons below which there is
    no scale, partial credit without slopes, and GPCM with a log-normal prior (0, .5) on the slopes.

    ``.marginal_reliability`` and ``.alpha`` stand beside the metric; ``.individual_scores`` says whether persons may have scores;
    ``.items`` has each item's mean, item-rest correlation and slope. Errors: ``missing_column``, ``answer_outside_scale``,
    ``too_few_items``, ``duplicate_id``, ``too_few_for_calibration``, ``no_persons``, ``length_mismatch``, ``invalid_argument``.
    Findings: ``scale_item_against`` (an item that goes against the rest), ``scale_groups_only``, ``scale_answers_too_few``, those of the
    calibration. Cost: as :func:`celadon.irt.fit`.

    >>> import celadon as cd
    >>> bank = cd.irt.Model([cd.irt.ItemParameters(f"b{j}", "gpcm", 1.4, [1.7, 1.7, 0.0]) for j in range(6)])
    >>> answers = cd.irt.simulate(bank, cd.irt.simulate_abilities(600, seed=1), seed=2)
    >>> definition = cd.green.ScaleDefinition("interest", answers.item_ids, "grade 5, simulated")
    >>> scale = cd.green.fit_scale(answers, definition)
    >>> scale.individual_scores, scale.items.n_rows, round(scale.model.populations["all"][1] * scale.factor, 6)
    (True, 6, 2.0)
    """
    items = [str(item) for item in definition.items]
    turned = {str(item) for item in definition.reversed}
    return _native.fit_scale(
        _responses(responses, items),
        definition.name,
        [(item, item in turned) for item in items],
        definition.n_options,
        definition.least_answered,
        definition.least_reliability,
        definition.mean,
        definition.sd,
        definition.reference_population,
        numbers(weights),
        cuts,
        n_threads,
        resolve(progress),
    )


def save_scale(scale: Scale, path: str | os.PathLike[str]) -> None:
    """Writes a calibrated scale as versioned JSON: definition, items, metric and reliability, no answers of persons.

    >>> import celadon as cd, pathlib, tempfile
    >>> bank = cd.irt.Model([cd.irt.ItemParameters(f"b{j}", "gpcm", 1.4, [1.7, 1.7, 0.0]) for j in range(6)])
    >>> answers = cd.irt.simulate(bank, cd.irt.simulate_abilities(600, seed=1), seed=2)
    >>> scale = cd.green.fit_scale(answers, cd.green.ScaleDefinition("interest", answers.item_ids, "grade 5, simulated"))
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "interest.json"
    >>> cd.green.save_scale(scale, file)
    >>> next_year = cd.green.score_scale(cd.green.load_scale(file), answers)
    >>> bool((next_year.score == cd.green.score_scale(scale, answers).score).all())
    True
    """
    Path(path).write_text(scale.to_json(), encoding="utf-8")


def load_scale(path: str | os.PathLike[str]) -> Scale:
    """A scale that :func:`save_scale` wrote; its scores have equal bits.

    Errors: ``json_syntax``, ``json_format``, ``json_version``, ``json_field``, ``invalid_argument``, ``too_few_items``, ``duplicate_id``.

    >>> import celadon as cd, pathlib, tempfile
    >>> bank = cd.irt.Model([cd.irt.ItemParameters(f"b{j}", "gpcm", 1.4, [1.7, 1.7, 0.0]) for j in range(6)])
    >>> answers = cd.irt.simulate(bank, cd.irt.simulate_abilities(600, seed=1), seed=2)
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "interest.json"
    >>> definition = cd.green.ScaleDefinition("interest", answers.item_ids, "grade 5, simulated")
    >>> cd.green.save_scale(cd.green.fit_scale(answers, definition), file)
    >>> cd.green.load_scale(file).reference_population
    'grade 5, simulated'
    """
    return Scale.from_json(Path(path).read_text(encoding="utf-8"))


def score_scale(scale: Scale, responses: Answers, *, n_threads: int = 0, progress: Progress = None) -> ScaleScores:
    """Scores on the metric of a scale, for the reference population or another group; one a person, in row order.

    ``responses`` as in :func:`fit_scale`. ``.score`` is NaN for a person with too few answers, and for everybody where the scale is not
    reliable enough (``.withheld``); ``.score_se`` is its error. Scores are drawn towards the reference mean: means of groups, spreads and
    shares come from :func:`scale_plausible_values`. Errors: ``missing_column``, ``answer_outside_scale``. Findings:
    ``scale_groups_only``, ``scale_answers_too_few``, those of scoring.

    >>> import celadon as cd
    >>> bank = cd.irt.Model([cd.irt.ItemParameters(f"b{j}", "gpcm", 1.4, [1.7, 1.7, 0.0]) for j in range(6)])
    >>> answers = cd.irt.simulate(bank, cd.irt.simulate_abilities(600, seed=1), seed=2)
    >>> scale = cd.green.fit_scale(answers, cd.green.ScaleDefinition("interest", answers.item_ids, "grade 5, simulated"))
    >>> scores = cd.green.score_scale(scale, answers)
    >>> scores.n_scored, scores.reference_population, bool(abs(scores.score.mean() - 10.0) < 0.1)
    (600, 'grade 5, simulated', True)
    """
    return _native.score_scale(scale, _responses(responses, scale.items["item"].tolist()), n_threads, resolve(progress))


def scale_plausible_values(
    scale: Scale,
    responses: Answers,
    covariates: npt.ArrayLike | Mapping[str, Vector] | None = None,
    *,
    school: Iterable[Any] | None = None,
    n_draws: int = 5,
    seed: int = 1,
    draw_parameters: bool = True,
    burn_in: int = 30,
    thin: int = 10,
    weights: Vector | None = None,
    tolerance: float = 1e-7,
    max_iterations: int = 2000,
    n_threads: int = 0,
    progress: Progress = None,
) -> PlausibleValues:
    """Draws on the metric for statistics of groups (:mod:`celadon.survey` takes them as a variable); never a score of a person.

    ``responses`` as in :func:`fit_scale`. Whatever is analysed with the draws must be among ``covariates`` (columns by name, or persons x
    covariates, standardised or near it), and the school be given. Persons with too few answers have NaN. ``residual_variance`` and
    ``school_variance`` are on the metric, ``regression`` stays on the ability scale. Errors: ``missing_column``,
    ``answer_outside_scale``, those of :func:`celadon.irt.plausible_values`.

    >>> import celadon as cd
    >>> bank = cd.irt.Model([cd.irt.ItemParameters(f"b{j}", "gpcm", 0.5, [0.6, 0.6, 0.0]) for j in range(4)])
    >>> answers = cd.irt.simulate(bank, cd.irt.simulate_abilities(1200, seed=1), seed=2)
    >>> scale = cd.green.fit_scale(answers, cd.green.ScaleDefinition("interest", answers.item_ids, "grade 5, simulated"))
    >>> scale.individual_scores      # too short for persons, not for groups
    False
    >>> draws = cd.green.scale_plausible_values(scale, answers)
    >>> mean = cd.survey.means(cd.survey.make_design(1200), {"interest": draws})
    >>> bool(abs(mean.value[0] - 10.0) < 0.2), mean.n_imputations
    (True, 5)
    """
    index = None if school is None else np.asarray(units(school)[0], dtype=np.int32)
    population = _population(covariates, weights, "ignore", tolerance, max_iterations, n_threads, progress)
    answers = _responses(responses, scale.items["item"].tolist())
    return _native.scale_plausible_values(scale, answers, population, index, n_draws, seed, draw_parameters, burn_in, thin)
