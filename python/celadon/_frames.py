"""Tables in and out: pandas, Polars, HTML, and columns of what has no Arrow interface."""

from __future__ import annotations

import html
import math
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ._errors import MissingExtra

if TYPE_CHECKING:
    from ._celadon import Table

#: Columns that name a person; a notebook's picture of a table leaves their values out.
PERSONAL_COLUMNS = frozenset({"student", "name", "person_name", "pupil_name", "person_id", "pupil"})
#: Rows that a notebook's picture of a table shows.
HTML_ROWS = 200
#: Rows that print(table) shows.
TEXT_ROWS = 40

Column = tuple[str, str, Any, Any]


def to_dict(table: Table) -> dict[str, list[Any]]:
    """Columns as lists; None where there is no value."""
    return {name: table._list(name) for name in table.columns}


def to_pandas(table: Table) -> Any:
    """The table as a pandas.DataFrame."""
    try:
        import pandas as pd
    except ImportError:
        raise MissingExtra("to_pandas()", "pandas", "frames") from None
    return pd.DataFrame({name: table[name] for name in table.columns}, columns=table.columns)


def to_polars(table: Table) -> Any:
    """The table as a polars.DataFrame."""
    try:
        import polars as pl
    except ImportError:
        raise MissingExtra("to_polars()", "polars", "frames") from None
    return pl.DataFrame(table)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    return html.escape(str(value))


def _is_personal(table: Table, column: str) -> bool:
    return column in PERSONAL_COLUMNS or (column == "id" and table.name == "students")


def to_html(table: Table) -> str:
    """An HTML table for notebooks: everything escaped, at most 200 rows, no values of columns that name a person."""
    shown = min(table.n_rows, HTML_ROWS)
    columns = table.columns
    cells = {name: table._list(name)[:shown] for name in columns}
    head = "".join(f"<th>{html.escape(name)}</th>" for name in columns)
    rows = []
    for row in range(shown):
        values = ("***" if _is_personal(table, name) else _shown(cells[name][row]) for name in columns)
        rows.append("<tr>" + "".join(f"<td>{value}</td>" for value in values) + "</tr>")
    more = f"<p>… {table.n_rows - shown} more rows</p>" if table.n_rows > shown else ""
    caption = f"<caption>{html.escape(table.name)}</caption>" if table.name else ""
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{more}"


def to_text(table: Table) -> str:
    """The first rows in columns, for print(); values of columns that name a person are left out."""
    shown = min(table.n_rows, TEXT_ROWS)
    columns = [
        [name, *("***" if _is_personal(table, name) else _plain_text(value) for value in table._list(name)[:shown])]
        for name in table.columns
    ]
    widths = [max(map(_width, column)) for column in columns]
    lines = [
        "  ".join(" " * (width - _width(cells[row])) + cells[row] for cells, width in zip(columns, widths, strict=True))
        for row in range(shown + 1)
    ]
    more = [f"... {table.n_rows - shown} more rows"] if table.n_rows > shown else []
    return "\n".join([*lines, *more]) if columns else repr(table)


def _plain_text(value: Any) -> str:
    if value is None:
        return "-"
    text = f"{value:.4g}" if isinstance(value, float) else " ".join(str(value).split())
    return text if len(text) <= 24 else text[:23] + "…"


def _width(text: str) -> int:
    """Columns of a terminal: wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _is_null(value: Any) -> bool:
    if value is None:
        return True
    if isinstance(value, float) and math.isnan(value):
        return True
    return type(value).__name__ in {"NAType", "NaTType"}


def _text_of(value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, np.floating)) and float(value).is_integer() and abs(float(value)) < 2**53:
        return str(int(value))
    return str(value)


def _column(name: str, values: Any) -> Column:
    array = values if isinstance(values, np.ndarray) else np.asarray(_plain(values))
    if array.ndim != 1:
        raise ValueError(f"column {name!r} must be one-dimensional")
    kind = array.dtype.kind
    if kind == "b":
        return name, "boolean", array.astype(np.uint8), None
    if kind in "iu":
        if array.dtype == np.uint64 and array.size and int(array.max()) > np.iinfo(np.int64).max:
            raise ValueError(f"column {name!r} holds whole numbers beyond 64 bits")
        return name, "integer", array.astype(np.int64), None
    if kind == "f":
        return name, "number", array.astype(np.float64), None
    cells: list[Any] = [None if _is_null(value) else value for value in array.tolist()]
    if all(value is None for value in cells):
        return name, "text", cells, None
    if all(value is None or isinstance(value, (bool, np.bool_)) for value in cells):
        valid = np.array([value is not None for value in cells], dtype=np.uint8)
        return name, "boolean", np.array([bool(value) for value in cells], dtype=np.uint8), valid
    if all(value is None or isinstance(value, (int, float, np.number)) for value in cells):
        return name, "number", np.array([math.nan if value is None else float(value) for value in cells]), None
    return name, "text", [None if value is None else _text_of(value) for value in cells], None


def _plain(values: Any) -> Any:
    """What NumPy would coerce (mixed numbers and text) is kept as objects."""
    if hasattr(values, "to_numpy"):
        return values.to_numpy()
    cells = list(values)
    kinds = {type(value) for value in cells if value is not None}
    if kinds <= {int} and None not in cells:
        try:
            return np.array(cells, dtype=np.int64)
        except OverflowError:
            raise ValueError("whole numbers beyond 64 bits") from None
    if kinds <= {bool} and None not in cells:
        return np.array(cells, dtype=bool)
    out = np.empty(len(cells), dtype=object)
    out[:] = cells
    return out


def columns_of(table: Any) -> list[Column]:
    """Columns (name, kind, values, validity) of a mapping, a structured or two-dimensional array, or a pandas.DataFrame."""
    if isinstance(table, np.ndarray):
        if table.dtype.names:
            return [_column(name, table[name]) for name in table.dtype.names]
        if table.ndim == 2:
            return [_column(str(j + 1), table[:, j]) for j in range(table.shape[1])]
        raise TypeError("an array must be two-dimensional or structured")
    if isinstance(table, Mapping):
        return _same_length([_column(str(name), values) for name, values in table.items()])
    if hasattr(table, "columns") and hasattr(table, "__getitem__"):
        names = list(table.columns)
        if len({str(name) for name in names}) != len(names):
            raise ValueError("two columns have the same name")
        return [_column(str(name), table[name]) for name in names]
    if isinstance(table, (list, tuple)) and table and all(isinstance(row, Mapping) for row in table):
        names = list(dict.fromkeys(str(name) for row in table for name in row))
        return [_column(name, [row.get(name) for row in table]) for name in names]
    raise TypeError(
        "expected a table: an object with the Arrow PyCapsule interface (__arrow_c_stream__), a pandas.DataFrame, "
        "a NumPy array, a mapping of columns or a list of mappings"
    )


def _same_length(columns: list[Column]) -> list[Column]:
    lengths = {len(values) for _, _, values, _ in columns}
    if len(lengths) > 1:
        raise ValueError("the columns have different lengths")
    return columns
