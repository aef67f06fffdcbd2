"""Data packages: a folder with ``datapackage.json`` and one CSV or Parquet file a table."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Union

from . import _celadon
from ._celadon import Dataset, Finding, Table
from ._csv import read_csv
from ._errors import MissingExtra
from ._findings import Findings, error, finding
from ._responses import MissingKind, _split_missing

__all__ = ["KNOWN_TABLES", "Package", "read_package", "write_package"]

#: Tables that the engine knows (docs/data-package.md).
KNOWN_TABLES = (
    "papers",
    "items",
    "responses",
    "students",
    "classes",
    "schools",
    "districts",
    "knowledge",
    "error_codes",
    "questionnaire",
    "practice",
    "assignments",
    "measures",
    "evidence",
    "ratings",
    "actions",
)

# Identifiers and words stay text, whatever they look like.
_TEXT_COLUMNS = frozenset(
    "id student name class school district city status paper item column label stem key options option_notes option_scores "
    "category_scores knowledge ability_level cognitive_level type subject note choice_group code error_code flags blank date parent".split()
)
#: Tables and columns that may be printed in messages; every other column of any table is taken as personal.
_PUBLIC_TABLES = frozenset({"papers", "items", "knowledge", "error_codes", "schools", "districts"})
_PUBLIC_COLUMNS = frozenset({("students", "paper"), ("responses", "paper"), ("responses", "item")})


class Package:
    """Named tables with what is known about them. Printing it shows names and sizes only, never a value.

    >>> import celadon as cd
    >>> package = cd.Package({"responses": {"student": ["a", "b"], "q1": [1, 0]}})
    >>> package
    <Package: responses (2 rows)>
    """

    def __init__(
        self,
        tables: Mapping[str, Any],
        *,
        descriptor: Mapping[str, Any] | None = None,
        findings: Iterable[Finding] = (),
        path: Path | None = None,
    ) -> None:
        self.descriptor: dict[str, Any] = dict(descriptor or {})
        self.path = path
        #: What reading the files found.
        self.findings = Findings(findings)
        self._dataset = Dataset()
        for name, table in tables.items():
            self._dataset.add(name, table)
        for resource in self.descriptor.get("resources", []):
            for field in (resource.get("schema") or {}).get("fields", []):
                if isinstance(field.get("personal"), bool):
                    self._dataset.declare_personal(str(resource.get("name", "")), str(field.get("name", "")), field["personal"])

    @property
    def dataset(self) -> Dataset:
        """The tables as the engine reads them."""
        return self._dataset

    @property
    def names(self) -> list[str]:
        """Names of the tables."""
        return list(self._dataset.names)

    @property
    def simulated(self) -> bool:
        """Whether the descriptor labels the data as simulated."""
        return bool(self.descriptor.get("simulated", False))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._dataset

    def __getitem__(self, name: str) -> Table:
        """A copy of a table."""
        return self._dataset[name]

    def validate(
        self,
        *,
        blank: MissingKind | None = None,
        missing: Mapping[Any, MissingKind] | None = None,
        language: str = "zh-CN",
        n_threads: int = 0,
    ) -> Findings:
        """Everything that is wrong, doubtful or worth knowing: what reading found, then what the engine finds.

        ``blank`` and ``missing`` as in :func:`celadon.evaluate`.

        >>> import celadon as cd
        >>> package = cd.Package({"responses": {"student": ["a", "a"], "q1": [1, 0]}})
        >>> len(package.validate()) > 0
        True
        """
        _, values = _split_missing(missing)
        return Findings([*self.findings, *_celadon._validate(self._dataset, blank, values, n_threads)], language)

    def write(self, folder: str | os.PathLike[str], *, format: str = "csv") -> Path:
        """Writes the tables and their descriptor; see :func:`write_package`."""
        tables = {name: self._dataset[name] for name in self.names}
        return write_package(folder, tables, descriptor=self.descriptor, format=format)

    def __repr__(self) -> str:
        told = ", ".join(f"{name} ({self._dataset[name].n_rows} rows)" for name in self.names)
        return f"<Package: {told}>"


#: The thresholds of an evaluation: a mapping, the path of a JSON file, or None for the shipped example.
Profile = Union[Mapping[str, Any], str, "os.PathLike[str]", None]


def as_dataset(package: Any) -> Dataset:
    """The tables of a data package, a data set or a mapping of tables."""
    if isinstance(package, Package):
        return package.dataset
    return package if isinstance(package, Dataset) else Package(package).dataset


def profile_text(profile: Profile) -> str | None:
    """The JSON text of a profile; None stands for the shipped example."""
    if profile is None:
        return None
    if isinstance(profile, Mapping):
        return json.dumps(profile, ensure_ascii=False)
    return Path(profile).read_text(encoding="utf-8")


def _read_parquet(path: Path, table: str) -> tuple[Any, list[Finding]]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        pass
    else:
        try:
            return pq.read_table(path), []
        except (pa.ArrowInvalid, pa.ArrowException, OSError):
            return None, [finding("error", "parquet_broken", table=table)]
    try:
        import duckdb
    except ImportError:
        missing = MissingExtra("Parquet", "pyarrow", "cli")
        return None, [finding("error", "missing_extra", table=table, value="pyarrow", command=missing.command)]
    try:
        return duckdb.read_parquet(str(path)).arrow(), []
    except duckdb.Error:
        return None, [finding("error", "parquet_broken", table=table)]


def _inside(folder: Path, path: str) -> Path | None:
    parts = PurePosixPath(path.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or "://" in path or not path:
        return None
    resolved = (folder / Path(*parts.parts)).resolve()
    return resolved if resolved.is_relative_to(folder.resolve()) else None


def _read_resource(folder: Path, resource: Mapping[str, Any]) -> tuple[Any, list[Finding]]:
    name = str(resource.get("name", ""))
    paths = resource.get("path", "")
    path = _inside(folder, paths if isinstance(paths, str) else "")
    if path is None:
        return None, [finding("error", "unsafe_path", table=name)]
    if not path.is_file():
        return None, [finding("error", "file_missing", table=name, file=path.name)]
    kind = str(resource.get("format") or path.suffix.lstrip(".")).lower()
    if kind in {"parquet", "pq"}:
        return _read_parquet(path, name)
    if kind not in {"csv", "tsv", "txt"}:
        return None, [finding("error", "unknown_format", table=name, value=kind)]
    schema = resource.get("schema") or {}
    strings = {str(f.get("name")) for f in schema.get("fields", []) if f.get("type") == "string"}
    booleans = {str(f.get("name")) for f in schema.get("fields", []) if f.get("type") == "boolean"}
    columns, findings = read_csv(
        path.read_bytes(),
        name,
        text_columns=_TEXT_COLUMNS | strings,
        boolean_columns=booleans,
        missing_values=schema.get("missingValues", [""]),
        delimiter=(resource.get("dialect") or {}).get("delimiter"),
    )
    if not columns:
        return None, findings
    return _celadon._table_from_columns(name, columns), findings


def _descriptor(folder: Path, findings: list[Finding]) -> dict[str, Any]:
    file = folder / "datapackage.json"
    if file.is_file():
        try:
            loaded = json.loads(file.read_text(encoding="utf-8-sig"))
            if isinstance(loaded, dict) and isinstance(loaded.get("resources"), list):
                loaded["resources"] = [entry for entry in loaded["resources"] if isinstance(entry, dict)]
                return loaded
            findings.append(finding("error", "package_unreadable", detail="resources"))
        except UnicodeDecodeError:
            findings.append(finding("error", "package_unreadable", detail="UTF-8"))
        except json.JSONDecodeError as problem:
            findings.append(finding("error", "package_unreadable", detail=f"{problem.msg}, line {problem.lineno}"))
    known: dict[str, dict[str, str]] = {}
    for entry in sorted(folder.iterdir()):
        if entry.is_file() and entry.stem in KNOWN_TABLES and entry.suffix.lower() in {".csv", ".parquet"}:
            known.setdefault(entry.stem, {"name": entry.stem, "path": entry.name})
    return {"resources": list(known.values())}


def read_package(path: str | os.PathLike[str]) -> Package:
    """Reads a data package: a folder, or its ``datapackage.json``. Without that file tables are recognised by their file names.

    What is wrong with a file is in ``package.findings`` (and ``package.validate()``) and the other tables are read all the same.
    Raises :class:`celadon.CeladonError` where there is no table at all.

    >>> import celadon as cd, tempfile
    >>> folder = cd.write_package(tempfile.mkdtemp(), {"responses": {"student": ["a", "b"], "q1": [1, 0]}})
    >>> cd.read_package(folder)["responses"]["q1"].tolist()
    [1, 0]
    """
    folder = Path(path)
    if folder.name == "datapackage.json":
        folder = folder.parent
    if not folder.is_dir():
        raise error("file_missing", file=folder.name)
    findings: list[Finding] = []
    descriptor = _descriptor(folder, findings)
    tables: dict[str, Any] = {}
    for resource in descriptor["resources"]:
        table, told = _read_resource(folder, resource)
        findings.extend(told)
        name = str(resource.get("name", ""))
        if table is not None and name not in tables:
            tables[name] = table
    if not tables:
        first = next((f for f in findings if f.severity == "error"), None)
        if first is None:
            raise error("no_tables")
        raise error(first.code, table=first.table or "", row=first.row or -1, **first.arguments)
    return Package(tables, descriptor=descriptor, findings=findings, path=folder)


def _cell(value: Any) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)


def _write_csv(path: Path, table: Table) -> None:
    import csv

    columns = [table._list(name) for name in table.columns]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.columns)
        writer.writerows([_cell(value) for value in row] for row in zip(*columns, strict=True))


def _write_parquet(path: Path, table: Table) -> None:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtra("Parquet", "pyarrow", "cli") from None
    pq.write_table(pa.table(table), path)


def write_package(
    folder: str | os.PathLike[str],
    tables: Mapping[str, Any],
    *,
    descriptor: Mapping[str, Any] | None = None,
    format: str = "csv",
) -> Path:
    """Writes tables (frames, mappings of columns, results) as a data package and returns its folder.

    ``format`` is "csv" or "parquet" (needs pyarrow). Columns of pupils are declared personal in ``datapackage.json``.

    >>> import celadon as cd, tempfile
    >>> folder = cd.write_package(tempfile.mkdtemp(), {"items": {"id": ["q1"], "full_mark": [3]}})
    >>> sorted(file.name for file in folder.iterdir())
    ['datapackage.json', 'items.csv']
    """
    if format not in {"csv", "parquet"}:
        raise ValueError("format must be csv or parquet")
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    data = Dataset()
    resources = []
    for name, source in tables.items():
        data.add(name, source)
        table = data[name]
        file = target / f"{name}.{format}"
        (_write_csv if format == "csv" else _write_parquet)(file, table)
        fields = []
        for column in table.columns:
            field: dict[str, Any] = {"name": column}
            kind = table[column].dtype.kind
            if (
                kind == "O"
                and any(cell is not None for cell in table[column])
                and all(cell in (None, True, False) for cell in table[column])
            ):
                field["type"] = "boolean"
            elif column in _TEXT_COLUMNS or kind == "O":
                field["type"] = "string"
            else:
                field["type"] = {"i": "integer", "b": "boolean"}.get(kind, "number")
            field["personal"] = name not in _PUBLIC_TABLES and (name, column) not in _PUBLIC_COLUMNS
            fields.append(field)
        resource = {"name": name, "path": file.name, "format": format, "schema": {"fields": fields}}
        if format == "csv":
            resource["encoding"] = "utf-8"
        resources.append(resource)
    whole = {"profile": "data-package", **dict(descriptor or {}), "resources": resources}
    text = json.dumps(whole, ensure_ascii=False, indent=1)
    (target / "datapackage.json").write_text(text + "\n", encoding="utf-8")
    return target
