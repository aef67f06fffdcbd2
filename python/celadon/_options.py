"""Arguments that several functions share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Union

import numpy as np
import numpy.typing as npt

Treatment = Literal["ignore", "lowest", "drop_person"]
#: One treatment for every missing kind, or one by kind; kinds that are not named are ignored.
MissingPolicy = Union[Treatment, Mapping[str, Treatment]]
Vector = npt.ArrayLike

KINDS = ("not_administered", "not_reached", "omitted", "invalid")


def missing_policy(missing: MissingPolicy) -> list[str]:
    """Treatments in the order of the kinds."""
    if isinstance(missing, str):
        return [missing] * 4
    for kind in missing:
        if kind not in KINDS:
            raise ValueError(f"missing: {kind!r} is not one of {', '.join(KINDS)}")
    return [missing.get(kind, "ignore") for kind in KINDS]


def numbers(values: Any) -> npt.NDArray[np.float64] | None:
    """A vector of doubles, or None."""
    return None if values is None else np.ascontiguousarray(values, dtype=np.float64)


def flags(values: Any) -> npt.NDArray[np.uint8] | None:
    """A vector of 0 and 1, or None."""
    return None if values is None else np.ascontiguousarray(np.asarray(values, dtype=bool), dtype=np.uint8)


def units(values: Any) -> tuple[list[int], list[str]]:
    """Indices and names of the units of persons; names in order of first appearance, -1 where a person has none."""
    if values is None:
        return [], []
    names: dict[str, int] = {}
    index = []
    for value in values:
        if value is None or value != value:
            index.append(-1)
        else:
            index.append(names.setdefault(str(value), len(names)))
    return index, list(names)
