"""Arguments of :mod:`celadon.survey`: variables with their imputations, labels as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Union

import numpy as np
import numpy.typing as npt

from ._options import Vector

#: One column, or one an imputation: rows x imputations, a sequence of columns, or an object with ``columns`` (plausible values).
Columns = Any
#: A variable by name, or its columns alone.
Variable = Union[Mapping[str, Columns], Columns]
Variables = Mapping[str, Columns]
Named = tuple[str, list[npt.NDArray[np.float64]]]


def _column(values: Any) -> npt.NDArray[np.float64]:
    if hasattr(values, "to_numpy"):
        values = values.to_numpy()
    try:
        return np.ascontiguousarray(values, dtype=np.float64)
    except TypeError:
        cells = [np.nan if value is None else value for value in values]
        return np.ascontiguousarray(cells, dtype=np.float64)


def columns_of(values: Columns) -> list[npt.NDArray[np.float64]]:
    """Columns of doubles, one an imputation; None is missing."""
    own = getattr(values, "columns", None)
    if isinstance(own, list):
        return [_column(column) for column in own]
    if isinstance(values, (list, tuple)) and values and np.ndim(values[0]) == 1:
        return [_column(column) for column in values]
    array = _column(values)
    if array.ndim == 2:
        return [np.ascontiguousarray(array[:, m]) for m in range(array.shape[1])]
    if array.ndim != 1:
        raise ValueError("a variable is one column, or rows x imputations")
    return [array]


def named(variable: Variable, name: str) -> Named:
    """One variable; `name` where it has none of its own."""
    if isinstance(variable, Mapping):
        if len(variable) != 1:
            raise ValueError("expected one variable")
        ((own, values),) = variable.items()
        return str(own), columns_of(values)
    return name, columns_of(variable)


def all_named(variables: Variables) -> list[Named]:
    """Variables in the order of the mapping."""
    if not isinstance(variables, Mapping):
        raise TypeError("expected a mapping of names to columns")
    return [(str(name), columns_of(values)) for name, values in variables.items()]


def numbered(labels: Any) -> tuple[npt.NDArray[np.int32] | None, list[str]]:
    """Numbers of labels and their names, in sorted order; -1 where a row has none."""
    if labels is None:
        return None, []
    array = np.asarray(labels.to_numpy() if hasattr(labels, "to_numpy") else labels)
    if array.ndim != 1:
        raise ValueError("labels must be one-dimensional")
    present = np.ones(array.shape, dtype=bool)
    if array.dtype.kind == "f":
        present = ~np.isnan(array)
    elif array.dtype.kind == "O":
        present = np.array([value is not None and value == value for value in array], dtype=bool)
        kinds = {type(value) for value in array[present]}
        array = array if kinds <= {int} else np.array([str(value) if there else "" for value, there in zip(array, present, strict=True)])
    found, inverse = np.unique(array[present], return_inverse=True)
    index = np.full(array.shape, -1, dtype=np.int32)
    index[present] = inverse
    return index, [
        str(int(value)) if isinstance(value, (float, np.floating)) and float(value).is_integer() else str(value) for value in found
    ]


def strata_of(labels: Vector | None) -> npt.NDArray[np.int32] | None:
    """Whole numbers of 0 or more as they are; other labels numbered in sorted order."""
    if labels is None:
        return None
    array = np.asarray(labels.to_numpy() if hasattr(labels, "to_numpy") else labels)
    if array.dtype.kind in "iu" and array.size and int(array.min()) >= 0 and int(array.max()) <= np.iinfo(np.int32).max:
        return np.ascontiguousarray(array, dtype=np.int32)
    return numbered(labels)[0]
