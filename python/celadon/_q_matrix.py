"""Q-matrices from arrays, frames and mappings; public under :mod:`celadon.cdm`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ._celadon import Dataset
from ._celadon.cdm import QMatrix

#: Columns that hold the item ids of a frame.
_ITEM_COLUMNS = ("item", "items", "item_id")

_Cells = Sequence[Sequence[Any]]


def q_matrix(table: Any, *, items: Sequence[str] | None = None, attributes: Sequence[str] | None = None) -> QMatrix:
    """Which attributes (knowledge points, abilities) each item needs: items x attributes, 0 or 1, at most 15 attributes.

    Parameters
    ----------
    table
        A two-dimensional NumPy array; a pandas or Polars frame, an Arrow table or a mapping of columns with one column an attribute and
        the item ids in a column ``item`` (or in the index of a pandas frame); or a mapping from each item to the names of its attributes.
    items
        Item ids where the table has none. Items are matched with answers by id.
    attributes
        Names and order of the attributes; from the table where not given.

    A missing cell, or one other than 0 and 1, is a ValueError that names the item and the attribute; nothing is taken as 0 by itself.

    >>> import celadon as cd
    >>> cd.cdm.q_matrix({"q1": ["add"], "q2": ["carry"], "q3": ["add", "carry"]}).cells.tolist()
    [[1, 0], [0, 1], [1, 1]]
    >>> cd.cdm.q_matrix([[1, 0], [0, 1]], items=["q1", "q2"], attributes=["add", "carry"]).attributes
    ['add', 'carry']
    """
    if isinstance(table, QMatrix):
        if items is None and attributes is None:
            return table
        return _made(items or table.item_ids, attributes or table.attributes, table.cells.tolist())
    if isinstance(table, Mapping) and table and all(map(_is_names, table.values())) and not any(c in table for c in _ITEM_COLUMNS):
        return _from_names(table, items, attributes)
    if isinstance(table, (list, tuple)) and table and not isinstance(table[0], Mapping):
        table = np.asarray(table)
    if isinstance(table, np.ndarray) and table.dtype.names is None:
        if table.ndim != 2:
            raise ValueError("q_matrix: expected a two-dimensional array, items by attributes")
        rows, columns = table.shape
        return _made(
            [str(j + 1) for j in range(rows)] if items is None else items,
            [f"A{k + 1}" for k in range(columns)] if attributes is None else attributes,
            table.tolist(),
        )
    return _from_frame(table, items, attributes)


def _is_names(value: Any) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, (str, bytes, np.ndarray)) and all(isinstance(name, str) for name in value)


def _from_names(table: Mapping[Any, Iterable[str]], items: Sequence[str] | None, attributes: Sequence[str] | None) -> QMatrix:
    needed = {str(item): list(names) for item, names in table.items()}
    names = list(dict.fromkeys(name for wanted in needed.values() for name in wanted)) if attributes is None else list(attributes)
    for item, wanted in needed.items():
        for name in wanted:
            if name not in names:
                raise ValueError(f"q_matrix: item {item!r} needs {name!r}, which is not one of the attributes")
    order = list(needed) if items is None else [str(item) for item in items]
    for item in order:
        if item not in needed:
            raise ValueError(f"q_matrix: there is no item {item!r}")
    return _made(order, names, [[int(name in needed[item]) for name in names] for item in order])


def _has_named_rows(table: Any) -> bool:
    """Whether the item ids are the index of a pandas frame."""
    index = getattr(table, "index", None)
    kind = getattr(getattr(index, "dtype", None), "kind", None)
    return kind is not None and kind not in "iu" and not any(name in table.columns for name in _ITEM_COLUMNS)


def _from_frame(table: Any, items: Sequence[str] | None, attributes: Sequence[str] | None) -> QMatrix:
    if items is None and _has_named_rows(table):
        items = [str(item) for item in table.index]
        table = table.reset_index(drop=True)
    data = Dataset()
    data.add("q_matrix", table)
    columns = data["q_matrix"].to_dict()
    found = next((name for name in _ITEM_COLUMNS if name in columns), None)
    ids = [str(item) for item in columns.pop(found)] if found is not None else None
    if items is not None:
        ids = [str(item) for item in items]
    names = list(columns) if attributes is None else list(attributes)
    for name in names:
        if name not in columns:
            raise ValueError(f"q_matrix: there is no column {name!r}")
    rows = len(columns[names[0]]) if names else 0
    if ids is None:
        ids = [str(j + 1) for j in range(rows)]
    return _made(ids, names, [[columns[name][j] for name in names] for j in range(rows)])


def _made(items: Sequence[Any], attributes: Sequence[Any], cells: _Cells) -> QMatrix:
    ids = [str(item) for item in items]
    names = [str(name) for name in attributes]
    if len(ids) != len(cells):
        raise ValueError(f"q_matrix: {len(ids)} item ids for {len(cells)} rows")
    out = np.zeros((len(ids), len(names)), dtype=np.uint8)
    for j, row in enumerate(cells):
        if len(row) != len(names):
            raise ValueError(f"q_matrix: {len(names)} attribute names for {len(row)} columns")
        for k, cell in enumerate(row):
            if cell is None or cell not in (0, 1):
                said = "is missing" if cell is None or cell != cell else f"is {cell!r}"
                raise ValueError(f"q_matrix: the cell of item {ids[j]!r} and attribute {names[k]!r} {said}; it has to be 0 or 1")
            out[j, k] = int(cell)
    return QMatrix(ids, names, out)


def matrix_for(table: Any, item_ids: Sequence[str]) -> QMatrix:
    """The matrix for answers: rows of an array without ids stand for the items in their order."""
    bare = isinstance(table, (np.ndarray, list, tuple)) and getattr(getattr(table, "dtype", None), "names", None) is None
    if isinstance(table, (list, tuple)) and table and isinstance(table[0], Mapping):
        bare = False
    if bare:
        if len(table) != len(item_ids):
            raise ValueError(
                f"q_matrix: {len(table)} rows for {len(item_ids)} items; name the items with cd.cdm.q_matrix(table, items=...)"
            )
        return q_matrix(table, items=item_ids)
    return q_matrix(table)


def prerequisite_pairs(prerequisites: Iterable[tuple[Any, Any]], attributes: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs (first, then) of names or numbers as numbers."""

    def number(name: Any) -> int:
        if isinstance(name, (int, np.integer)):
            return int(name)
        if name not in attributes:
            raise ValueError(f"prerequisites: {name!r} is not one of {', '.join(attributes)}")
        return list(attributes).index(name)

    return [(number(first), number(then)) for first, then in prerequisites]
