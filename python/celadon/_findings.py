"""Lists of findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

from . import _celadon
from ._celadon import Finding, Table
from ._errors import CeladonError


def finding(
    severity: str,
    code: str,
    *,
    table: str = "",
    column: str = "",
    row: int = -1,
    item: str = "",
    **arguments: object,
) -> Finding:
    """A finding with sentences from the catalogue."""
    parts = [(name, str(value)) for name, value in arguments.items()]
    return _celadon._finding(severity, code, table, column, row, item, parts)


def error(code: str, *, table: str = "", column: str = "", row: int = -1, item: str = "", **arguments: object) -> CeladonError:
    """An exception with sentences from the catalogue."""
    told = finding("error", code, table=table, column=column, row=row, item=item, **arguments)
    return CeladonError(
        code,
        told.cause("zh-CN"),
        told.fix("zh-CN"),
        told.cause("en"),
        told.fix("en"),
        told.table,
        told.row,
        told.column,
        told.item,
        told.arguments,
    )


class Findings(Sequence[Finding]):
    """Findings in order; a frame with a row a finding (severity, code, table, row, column, item, value, cause, fix).

    No finding holds a personal value.
    """

    def __init__(self, findings: Iterable[Finding], language: str = "zh-CN") -> None:
        self._findings = list(findings)
        self.language = language

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Findings: ...
    def __getitem__(self, index: int | slice) -> Finding | Findings:
        if isinstance(index, slice):
            return Findings(self._findings[index], self.language)
        return self._findings[index]

    def __len__(self) -> int:
        return len(self._findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._findings)

    @property
    def errors(self) -> Findings:
        """Those that stop something."""
        return Findings([f for f in self._findings if f.severity == "error"], self.language)

    @property
    def ok(self) -> bool:
        """Whether nothing is an error."""
        return not any(f.severity == "error" for f in self._findings)

    @property
    def codes(self) -> list[str]:
        """The codes, in order."""
        return [f.code for f in self._findings]

    @property
    def table(self) -> Table:
        """One row a finding."""
        rows = self._findings
        columns: list[tuple[str, str, Any, Any]] = [
            ("severity", "text", [f.severity for f in rows], None),
            ("code", "text", [f.code for f in rows], None),
            ("table", "text", [f.table for f in rows], None),
            ("row", "integer", [f.row if f.row is not None else 0 for f in rows], [f.row is not None for f in rows]),
            ("column", "text", [f.column for f in rows], None),
            ("item", "text", [f.item for f in rows], None),
            ("value", "text", [f.arguments.get("value") for f in rows], None),
            ("cause", "text", [f.cause(self.language) for f in rows], None),
            ("fix", "text", [f.fix(self.language) for f in rows], None),
        ]
        return _celadon._table_from_columns("findings", columns)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)

    def to_pandas(self) -> Any:
        """One row a finding, as a pandas.DataFrame."""
        return self.table.to_pandas()

    def to_polars(self) -> Any:
        """One row a finding, as a polars.DataFrame."""
        return self.table.to_polars()

    def to_dict(self) -> dict[str, list[Any]]:
        """One row a finding, as a dict of lists."""
        return self.table.to_dict()

    def _repr_html_(self) -> str:
        return self.table._repr_html_()

    def __repr__(self) -> str:
        counts = {kind: sum(f.severity == kind for f in self._findings) for kind in ("error", "warning", "note")}
        return f"<Findings: {counts['error']} errors, {counts['warning']} warnings, {counts['note']} notes>"
