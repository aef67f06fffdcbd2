"""Reading CSV as schools write it: UTF-8 with or without BOM, GB18030, both in one file, rows cut short."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from ._celadon import Finding
from ._findings import finding

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z")
# The words of the Table Schema standard.
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "1": True, "false": False, "False": False, "FALSE": False, "0": False}
_LISTED = 20
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def decode(data: bytes, table: str) -> tuple[str, list[Finding]]:
    """The text of a file, with findings where its encoding is not UTF-8. Row numbers count data rows from 1."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            data = data[len(bom) :]
            if encoding != "utf-8":
                return data.decode(encoding, errors="replace"), []
            break
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    try:
        whole = data.decode("gb18030")
    except UnicodeDecodeError:
        whole = None
    findings: list[Finding] = []
    lines = []
    utf8 = other = 0
    odd: list[tuple[int, str]] = []
    for number, line in enumerate(data.split(b"\n")):
        try:
            text = line.decode("utf-8")
            utf8 += not line.isascii()
        except UnicodeDecodeError:
            try:
                text = line.decode("gb18030")
                other += 1
                odd.append((number, "mixed_encoding"))
            except UnicodeDecodeError:
                text = line.decode("utf-8", errors="replace")
                odd.append((number, "undecodable"))
        lines.append(text)
    if utf8 == 0 and whole is not None:
        return whole, [finding("note", "not_utf8_file", table=table)]
    for number, code in odd[:_LISTED]:
        findings.append(finding("warning", code, table=table, row=number))
    if len(odd) > _LISTED:
        findings.append(finding("warning", "more_findings", table=table, count=len(odd) - _LISTED))
    return "\n".join(lines), findings


def _delimiter(first_line: str) -> str:
    counts = {mark: first_line.count(mark) for mark in (",", "\t", ";")}
    return max(counts, key=lambda mark: counts[mark])


def rows_of(text: str, table: str, delimiter: str | None = None) -> tuple[list[list[str]], list[Finding]]:
    """All rows; where the file breaks off, what stands before it and a finding."""
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or _delimiter(first), strict=True)
    rows: list[list[str]] = []
    findings: list[Finding] = []
    while True:
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as problem:
            findings.append(finding("error", "csv_broken", table=table, row=max(len(rows), 1), detail=str(problem)))
            break
        rows.append(row)
    return rows, findings


def _names(header: list[str], table: str, findings: list[Finding]) -> list[tuple[int, str]]:
    seen: set[str] = set()
    names = []
    for position, raw in enumerate(header):
        name = raw.strip()
        if not name:
            findings.append(finding("note", "unnamed_column", table=table, value=position + 1))
            continue
        if name in seen:
            fresh = next(f"{name}.{k}" for k in range(2, len(header) + 2) if f"{name}.{k}" not in seen)
            findings.append(finding("warning", "renamed_column", table=table, column=name, value=fresh))
            name = fresh
        seen.add(name)
        names.append((position, name))
    return names


def typed(cells: list[str | None]) -> tuple[str, Any, Any]:
    """Numbers where every cell is one, else text."""
    texts = [cell for cell in cells if cell is not None]
    plain = texts and all(_NUMBER.match(cell) for cell in texts)
    # An identifier with leading zeros is no number.
    if not plain or any(len(cell) > 1 and cell[0] == "0" and cell[1] not in ".eE" for cell in texts):
        return "text", cells, None
    if all(cell.lstrip("+-").isdigit() and len(cell) < 18 for cell in texts):
        valid = None if len(texts) == len(cells) else np.array([cell is not None for cell in cells], dtype=np.uint8)
        return "integer", np.array([0 if cell is None else int(cell) for cell in cells], dtype=np.int64), valid
    return "number", np.array([np.nan if cell is None else float(cell) for cell in cells]), None


def read_csv(
    data: bytes,
    table: str,
    *,
    text_columns: Iterable[str] = (),
    boolean_columns: Iterable[str] = (),
    missing_values: Iterable[str] = ("",),
    delimiter: str | None = None,
) -> tuple[list[tuple[str, str, Any, Any]], list[Finding]]:
    """Columns (name, kind, values, validity) of a CSV file, and findings."""
    if not data.strip():
        return [], [finding("error", "empty_file", table=table)]
    text, findings = decode(data, table)
    rows, broken = rows_of(text, table, delimiter)
    findings.extend(broken)
    if not rows:
        return [], findings
    names = _names(rows[0], table, findings)
    width = len(rows[0])
    body: list[list[str]] = []
    wrong = 0
    for row in rows[1:]:
        if not row or (len(row) == 1 and not row[0].strip() and width > 1):
            continue
        body.append(row)
        if len(row) != width:
            wrong += 1
            if wrong <= _LISTED:
                findings.append(finding("warning", "csv_cells", table=table, row=len(body), actual=len(row), expected=width))
    if wrong > _LISTED:
        findings.append(finding("warning", "more_findings", table=table, count=wrong - _LISTED))
    none = set(missing_values) | {""}
    keep_text, flags = set(text_columns), set(boolean_columns)
    columns: list[tuple[str, str, Any, Any]] = []
    for position, name in names:
        cells: list[str | None] = []
        for row in body:
            cell = row[position].strip() if position < len(row) else ""
            cells.append(None if cell in none else cell)
        if name in flags and all(cell is None or cell in _BOOLEANS for cell in cells):
            present = np.array([cell is not None for cell in cells], dtype=np.uint8)
            columns.append((name, "boolean", np.array([cell is not None and _BOOLEANS[cell] for cell in cells], dtype=np.uint8), present))
        else:
            columns.append((name, "text", cells, None) if name in keep_text else (name, *typed(cells)))
    return columns, findings
