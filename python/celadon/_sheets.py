"""Sheets of a workbook or a CSV file as rows of cells."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ._celadon import Finding
from ._csv import decode, rows_of
from ._errors import MissingExtra
from ._findings import error

Cell = Any


@dataclass
class Sheet:
    """Rows of cells from the first row of the sheet on; merged cells are (first row, first column, last row, last column)."""

    name: str
    rows: list[list[Cell]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)

    def cell(self, row: int, column: int) -> Cell:
        """The cell, None beyond the sheet."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return None
        return self.rows[row][column]

    def filled(self, first: int, last: int) -> list[list[Cell]]:
        """Rows first to last with merged cells written out."""
        rows = [[self.cell(r, c) for c in range(self.width)] for r in range(first, last + 1)]
        for top, left, bottom, right in self.merged:
            value = self.cell(top, left)
            for r in range(max(top, first), min(bottom, last) + 1):
                for c in range(left, min(right, self.width - 1) + 1):
                    rows[r - first][c] = value
        return rows


def _clean(value: Any) -> Cell:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, (datetime.date, datetime.datetime, datetime.time)):
        # A spreadsheet turns 1-2 into a date; the item number is what was typed.
        if isinstance(value, (datetime.date, datetime.datetime)):
            return f"{value.month}-{value.day}"
        return None
    text = str(value).strip()
    return text or None


def number_of(cell: Cell) -> float | None:
    """The number in a cell, whether it is stored as number or as text."""
    if isinstance(cell, float):
        return cell
    if isinstance(cell, str):
        from ._labels import text_of

        text = text_of(cell)
        try:
            value = float(text)
        except ValueError:
            return None
        return value if value == value and abs(value) != float("inf") else None
    return None


def load(path: Path) -> list[Sheet]:
    """The sheets of an XLSX, XLS or ODS workbook, or the one sheet of a CSV file."""
    if not path.is_file():
        raise error("file_missing", file=path.name)
    if path.suffix.lower() in {".csv", ".tsv", ".txt"}:
        data = path.read_bytes()
        if not data.strip():
            raise error("empty_file", table=path.stem)
        text, findings = decode(data, path.stem)
        rows, broken = rows_of(text, path.stem)
        cells = [[_number_or_text(cell) for cell in row] for row in rows]
        return [Sheet(path.stem, cells, [], [*findings, *broken])]
    try:
        import python_calamine as calamine
    except ImportError:
        raise MissingExtra(f"{path.suffix} import", "python-calamine", "cli") from None
    try:
        workbook = calamine.CalamineWorkbook.from_path(str(path))
        sheets = []
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            rows = [[_clean(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
            merged = [(a[0], a[1], b[0], b[1]) for a, b in (sheet.merged_cell_ranges or [])]
            sheets.append(Sheet(name, rows, merged))
        return sheets
    except (calamine.CalamineError, OSError, ValueError) as problem:
        raise error("workbook_unreadable", detail=type(problem).__name__) from None


def _number_or_text(cell: str) -> Cell:
    text = cell.strip()
    if not text:
        return None
    # 007 is an identifier.
    if len(text) > 1 and text[0] == "0" and text[1] not in ".":
        return text
    try:
        value = float(text)
    except ValueError:
        return text
    return value if len(text) < 16 and text[0] in "0123456789.-+" else text
