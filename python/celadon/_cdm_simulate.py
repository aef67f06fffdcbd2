"""Profiles and answers drawn from a diagnosis model: the drawing half of :mod:`celadon.cdm`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from . import _celadon
from ._cdm_model import Model, _mask
from ._celadon import Responses
from ._progress import Progress, resolve

_native = _celadon.cdm


def simulate_profiles(model: Model, n: int, *, seed: int = 0, population: int = 0) -> list[str]:
    """n profiles of mastery ("101") from a population of the model; person i depends on (seed, i) only.

    >>> import celadon as cd
    >>> model = cd.cdm.Model(["a"], [cd.cdm.ItemParameters("q", "dina", [0], [0.2, 0.8])])
    >>> cd.cdm.simulate_profiles(model, 3, seed=1) == cd.cdm.simulate_profiles(model, 5, seed=1)[:3]
    True
    """
    return list(_native.simulate_profiles(model._model, n, seed, population))


def simulate(model: Model, profiles: Iterable[Any], *, seed: int = 0, n_threads: int = 0, progress: Progress = None) -> Responses:
    """Answers drawn from a model, 0 or 1, one for each profile ("101", or cells of 0 and 1) and item; label what comes out as simulated.

    >>> import celadon as cd
    >>> model = cd.cdm.Model(["a"], [cd.cdm.ItemParameters("q", "dina", [0], [0.0, 1.0])])
    >>> cd.cdm.simulate(model, ["1", "0"]).to_numpy().tolist()
    [[1], [0]]
    """
    n = len(model._model.attributes)
    masks = np.array([_mask(profile, n) for profile in profiles], dtype=np.uint32)
    return _native.simulate(model._model, masks, seed, n_threads, resolve(progress))
