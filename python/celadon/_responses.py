"""Making packed responses from frames and arrays."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from ._celadon import Responses, _responses_from_table
from ._frames import _is_null, _text_of
from ._progress import Progress, resolve

MissingKind = Literal["not_administered", "not_reached", "omitted", "invalid"]
KINDS: tuple[MissingKind, ...] = ("not_administered", "not_reached", "omitted", "invalid")
_CODES = {"not_administered": -1, "not_reached": -2, "omitted": -3, "invalid": -4}


def _split_missing(missing: Mapping[Any, MissingKind] | None) -> tuple[MissingKind, list[tuple[str, str]]]:
    """The kind of a null cell, and values with their kinds."""
    null_kind: MissingKind = "not_administered"
    values: list[tuple[str, str]] = []
    for value, kind in (missing or {}).items():
        if kind not in KINDS:
            raise ValueError(f"missing: {kind!r} is not one of {', '.join(KINDS)}")
        if _is_null(value):
            null_kind = kind
        else:
            values.append((_text_of(value), kind))
    return null_kind, values


def _from_array(
    array: np.ndarray[Any, Any], items: Sequence[str] | None, missing: Mapping[Any, MissingKind] | None, n_threads: int
) -> Responses:
    if array.ndim != 2:
        raise ValueError("responses must be a two-dimensional array, persons by items")
    null_kind, values = _split_missing(missing)
    if array.dtype.kind == "f":
        empty = np.isnan(array)
        whole = np.where(empty, 0.0, array)
        if not np.all(np.isfinite(whole)) or not np.all(whole == np.floor(whole)) or np.any(np.abs(whole) > 2**31):
            # The table reader names the row and the item of the first such cell.
            names = [str(j + 1) for j in range(array.shape[1])] if items is None else list(items)
            table = {name: np.ascontiguousarray(array[:, j]) for j, name in enumerate(names)}
            return _responses_from_table(table, [], null_kind, values, n_threads, None)
        array = np.where(empty, _CODES[null_kind], whole).astype(np.int64)
    elif array.dtype.kind not in "iub":
        names = [str(j + 1) for j in range(array.shape[1])] if items is None else list(items)
        return _responses_from_table({name: array[:, j] for j, name in enumerate(names)}, [], null_kind, values, n_threads, None)
    if values:
        array = array.astype(np.int64) if array.dtype.kind != "i" else array.copy()
        for text, kind in values:
            try:
                code = float(text)
            except ValueError:
                continue
            if math.isfinite(code) and code.is_integer():
                array[array == int(code)] = _CODES[kind]
    if items is not None and len(items) != array.shape[1]:
        raise ValueError(f"items: {len(items)} names for {array.shape[1]} columns")
    return Responses._from_numpy(array, list(items) if items is not None else [], n_threads)


def from_table(
    table: Any,
    *,
    items: Iterable[str] | None = None,
    missing: Mapping[Any, MissingKind] | None = None,
    n_threads: int = 0,
    progress: Progress = None,
) -> Responses:
    names = None if items is None else [str(item) for item in items]
    if isinstance(table, np.ndarray) and table.dtype.names is None:
        return _from_array(table, names, missing, n_threads)
    null_kind, values = _split_missing(missing)
    return _responses_from_table(table, names or [], null_kind, values, n_threads, resolve(progress))


def scored(responses: Responses, key: Mapping[str, Any] | Sequence[Any]) -> Responses:
    ids = responses.item_ids
    keys = [key[item] for item in ids] if isinstance(key, Mapping) else list(key)
    if len(keys) != len(ids):
        raise ValueError(f"key: {len(keys)} answers for {len(ids)} items")
    cells = responses.to_numpy()
    labels = responses.labels
    out = np.where(cells < 0, cells, 0)
    for j, right in enumerate(keys):
        if labels and labels[j]:
            category = labels[j].index(str(right)) if str(right) in labels[j] else -1
        else:
            category = int(right)
        if category >= 0:
            out[cells[:, j] == category, j] = 1
    return Responses._from_numpy(out.astype(np.int8), list(ids), 0)
