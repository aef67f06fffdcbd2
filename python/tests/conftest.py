"""What several tests share."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import celadon as cd


@pytest.fixture(scope="session")
def answers() -> np.ndarray[Any, Any]:
    """1,500 persons x 12 items, 0/1, simulated, without missing cells."""
    items = [cd.irt.ItemParameters(f"q{j + 1}", "2pl", 0.8 + 0.1 * j, [1.2 - 0.2 * j]) for j in range(12)]
    ability = cd.irt.simulate_abilities(1500, seed=11)
    return cd.irt.simulate(cd.irt.Model(items), ability, seed=12).to_numpy().astype(np.int8)


@pytest.fixture(scope="session")
def responses(answers: np.ndarray[Any, Any]) -> cd.Responses:
    return cd.Responses.from_table(answers, items=[f"q{j + 1}" for j in range(answers.shape[1])])


@pytest.fixture(scope="session")
def city() -> cd.datasets.City:
    """Six classes of 40 in two schools."""
    return cd.datasets.make_city(240, seed=5, classes_a_school=3)


@pytest.fixture(scope="session")
def result(city: cd.datasets.City) -> cd.Evaluation:
    return cd.evaluate(city, progress=False)


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder of the reference data."""
    folder = os.environ.get("CELADON_REFERENCE_DIR")
    if not folder:
        pytest.skip("skipped: needs the reference data")
    return Path(folder)


def load_json(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))
