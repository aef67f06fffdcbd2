"""Arguments of :mod:`celadon.standard_setting`: what judges said, from whatever it is in; labels as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Union

import numpy as np
import numpy.typing as npt

from . import _celadon
from ._findings import error
from ._frames import _is_null
from ._survey import numbered

Kind = Literal["yes_no", "probability", "marks"]
Numbers = npt.NDArray[np.float64]
#: One number a row, where None and NaN are missing: an array, a series, a sequence.
Column = Union[npt.ArrayLike, Sequence[Union[float, None]]]
#: Judges x items: a two-dimensional array, or a table with one column an item.
RatingTable = Any
_native = _celadon.standard_setting


def _doubles(cells: Any) -> Numbers:
    """Numbers with NaN for what is missing. Text is no number, even where it reads like one."""
    if isinstance(cells, np.ma.MaskedArray):
        cells = np.ma.filled(cells.astype(np.float64), np.nan)
    try:
        array = np.asarray(cells)
    except ValueError:
        raise ValueError("rows of different lengths") from None
    if array.dtype.kind == "O":
        flat = [np.nan if _is_null(cell) else cell for cell in array.ravel().tolist()]
        if not all(isinstance(cell, (int, float, np.number, np.bool_)) for cell in flat):
            raise TypeError("expected numbers")
        array = np.array(flat, dtype=np.float64).reshape(array.shape)
    elif array.dtype.kind not in "biuf":
        raise TypeError("expected numbers")
    return np.ascontiguousarray(array, dtype=np.float64)


def _named(cells: Any, n_dimensions: int, name: str) -> Numbers:
    try:
        array = _doubles(cells)
    except (TypeError, ValueError) as problem:
        raise type(problem)(f"{name}: {problem}") from None
    if array.ndim != n_dimensions:
        raise ValueError(f"{name}: expected {'one dimension' if n_dimensions == 1 else 'two dimensions'}")
    return array


def vector(values: Any, name: str) -> Numbers:
    """One number a row; NaN, None and null are missing."""
    return _named(values, 1, name)


def is_column(values: Any) -> bool:
    """Whether this is one column: an array of one dimension, a series, a sequence of numbers."""
    if isinstance(values, (list, tuple)):
        return not any(isinstance(row, (Mapping, Sequence, np.ndarray)) for row in values)
    if isinstance(values, np.ndarray):
        return values.ndim == 1 and values.dtype.names is None
    return hasattr(values, "to_numpy") and not hasattr(values, "columns")


def matrix(table: Any, columns: Iterable[str] | None, name: str, preferred: Sequence[str] = ()) -> tuple[Numbers, list[str]]:
    """Numbers by rows, with the names of the columns: of an array, those that the caller gave.

    Columns are ``columns``, or else ``preferred`` where the table has them all, or else every one.
    """
    wanted = None if columns is None else [str(column) for column in columns]
    rows = isinstance(table, (list, tuple)) and not any(isinstance(row, Mapping) for row in table)
    if rows or (isinstance(table, np.ndarray) and table.dtype.names is None):
        return _named(table, 2, name), wanted or []
    data = _celadon.Dataset()
    data.add(name, table)
    frame = data[name]
    if wanted is None and preferred and all(column in frame for column in preferred):
        wanted = list(preferred)
    out = []
    for column in frame.columns if wanted is None else wanted:
        if column not in frame:
            raise error("missing_column", table=name, column=column)
        try:
            out.append(_doubles(frame[column]))
        except TypeError:
            raise error("not_numeric", table=name, column=column) from None
    array = np.ascontiguousarray(np.column_stack(out)) if out else np.empty((frame.n_rows, 0))
    return array, frame.columns if wanted is None else wanted


def labels(values: Any, name: str) -> npt.NDArray[np.int32] | None:
    """One label a row as numbers from 0, in sorted order."""
    if values is None:
        return None
    index, _ = numbered(np.asarray(values) if hasattr(values, "__array__") else list(values))
    assert index is not None
    if np.any(index < 0):
        raise ValueError(f"{name}: row {int(np.argmax(index < 0)) + 1} has no label")
    return index


def by_item(values: Any, ids: list[str], name: str) -> Numbers | None:
    """One number an item, in their order or by id."""
    if values is None:
        return None
    if not isinstance(values, Mapping):
        return vector(values, name)
    absent = [item for item in ids if item not in values]
    if absent or not ids:
        raise ValueError(f"{name}: no value for {', '.join(absent)}" if absent else f"{name}: a mapping needs the names of the items")
    return vector([values[item] for item in ids], name)


def ratings_of(
    table: RatingTable, kind: Kind, full_marks: Any, items: Iterable[str] | None, tables: Any, preferred: Sequence[str] = ()
) -> tuple[_celadon.standard_setting._Ratings, list[str]]:
    """Ratings for the engine, with the ids of the items where there are any."""
    values, ids = matrix(table, items, "ratings", preferred)
    native = _native._Ratings(
        values=values, kind=kind, full_marks=by_item(full_marks, ids, "full_marks"), item_ids=ids, tables=labels(tables, "tables")
    )
    return native, ids
