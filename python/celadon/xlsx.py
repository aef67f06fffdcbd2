"""Result tables as XLSX workbooks."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._errors import MissingExtra

if TYPE_CHECKING:
    from ._celadon import Table
    from .evaluation import Evaluation

__all__ = ["available", "write_table", "write_workbooks"]

_MAX_ROWS = 1_048_575
_UNIT_COLUMNS = ("class", "unit")


def available() -> bool:
    """Whether XlsxWriter is installed."""
    return importlib.util.find_spec("xlsxwriter") is not None


def _new_workbook(path: Path) -> Any:
    try:
        import xlsxwriter
    except ImportError:
        raise MissingExtra("XLSX", "XlsxWriter", "cli") from None
    path.parent.mkdir(parents=True, exist_ok=True)
    # Text stays text: a name that begins with = is no formula and an address no link.
    return xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})


def _columns(table: Table) -> dict[str, list[Any]]:
    return {name: table._list(name) for name in table.columns}


def _sheet(workbook: Any, name: str, columns: dict[str, list[Any]], rows: list[int] | None = None) -> int:
    """Writes a sheet; returns the number of rows that did not fit."""
    sheet = workbook.add_worksheet(name[:31])
    bold = workbook.add_format({"bold": True, "bottom": 1})
    length = len(next(iter(columns.values()), []))
    chosen = range(length) if rows is None else rows
    for j, (title, cells) in enumerate(columns.items()):
        sheet.write_string(0, j, title, bold)
        width = len(title) + 2
        for i, source in enumerate(chosen):
            if i >= _MAX_ROWS:
                break
            value = cells[source]
            if value is None or value != value:
                continue
            if isinstance(value, bool):
                sheet.write_boolean(i + 1, j, value)
            elif isinstance(value, (int, float)):
                if value in (float("inf"), float("-inf")):
                    sheet.write_string(i + 1, j, str(value))
                else:
                    sheet.write_number(i + 1, j, value)
            else:
                text = str(value)[:32767]
                sheet.write_string(i + 1, j, text)
                if i < 200:
                    width = max(width, min(40, sum(2 if ord(c) > 255 else 1 for c in text) + 2))
        sheet.set_column(j, j, width)
    sheet.freeze_panes(1, 0)
    return max(0, len(chosen) - _MAX_ROWS)


def write_table(path: Path | str, tables: dict[str, Table]) -> Path:
    """One workbook with a sheet a table. Needs XlsxWriter."""
    file = Path(path)
    workbook = _new_workbook(file)
    for name, table in tables.items():
        _sheet(workbook, name, _columns(table))
    workbook.close()
    return file


def _file_name(text: str) -> str:
    return re.sub(r"[^\w()()-]+", "_", text)[:80] or "class"


def write_workbooks(evaluation: Evaluation, folder: Path, language: str) -> list[Path]:
    """``tables.xlsx`` with every table, and one workbook a class with the rows of its pupils."""
    native = evaluation._native
    tables = {name: native.table(name, language) for name in evaluation.tables}
    columns = {name: _columns(table) for name, table in tables.items() if table.n_rows > 0}
    whole = folder / "tables.xlsx"
    workbook = _new_workbook(whole)
    # A city's pupil tables do not fit in a sheet: its classes' workbooks hold them.
    for name, cells in columns.items():
        if len(next(iter(cells.values()))) <= 200_000:
            _sheet(workbook, name, cells)
    if not columns:
        workbook.add_worksheet("empty")
    workbook.close()
    files = [whole]
    by_class: dict[str, dict[str, list[int]]] = {}
    for name, cells in columns.items():
        unit = next((c for c in _UNIT_COLUMNS if c in cells), None)
        if unit is None:
            continue
        for row, value in enumerate(cells[unit]):
            if value:
                by_class.setdefault(str(value), {}).setdefault(name, []).append(row)
    names: dict[str, str] = {}
    for paper in range(native.n_papers):
        names.update(dict(native.class_ids(paper)))
    for key, rows in sorted(by_class.items()):
        if key not in names:
            continue
        file = folder / "class" / f"{_file_name(key)}.xlsx"
        workbook = _new_workbook(file)
        for name, chosen in rows.items():
            _sheet(workbook, name, columns[name], chosen)
        workbook.close()
        files.append(file)
    return files
