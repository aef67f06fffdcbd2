"""Evaluating a data set: everything that the data allow, and reports of it."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Union

from . import _celadon, cdm, irt, reports
from ._celadon import Dataset, Report, Table
from ._celadon.feedback import Comment, CommentBank
from ._findings import Findings
from ._irt_model import bank_of
from ._progress import Progress, resolve
from ._responses import MissingKind, _split_missing
from .package import Package, Profile, as_dataset, profile_text

__all__ = ["Evaluation", "Tables", "Written", "default_profile", "evaluate"]

Language = Literal["zh-CN", "en"]
Family = Literal["classical", "rasch", "2pl_prior", "3pl"]
#: Called with path, kind ("pupil", "class", "school", "index", "print"), subject and the bytes of each page.
Sink = Callable[[str, str, str, bytes], object]


class Tables(Mapping[str, Table]):
    """Result tables by name, made when asked for. Complete tables for the school's own use: suppress before publishing."""

    def __init__(self, evaluation: _celadon._Evaluation, language: Language) -> None:
        self._evaluation = evaluation
        self._language = language
        self._names = list(_celadon._table_names())

    def __getitem__(self, name: str) -> Table:
        if name not in self._names:
            raise KeyError(f"{name!r}; there are: {', '.join(self._names)}")
        return self._evaluation.table(name, self._language)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"<Tables: {', '.join(self._names)}>"


@dataclass(frozen=True)
class Written:
    """What :meth:`Evaluation.write_reports` wrote."""

    folder: Path
    pages: int
    bytes: int
    workbooks: list[Path] = field(default_factory=list)

    @property
    def index(self) -> Path:
        """The page that links to the others."""
        return self.folder / "index.html"


class Evaluation:
    """The result of :func:`evaluate`. Printing it shows sizes only, never a value of a pupil."""

    def __init__(self, native: _celadon._Evaluation, language: Language = "zh-CN") -> None:
        self._native = native
        self.language: Language = language
        #: Result tables by name: ``result.tables["items"]``.
        self.tables = Tables(native, language)

    @property
    def papers(self) -> list[dict[str, Any]]:
        """What each paper is and what it was calibrated with: id, name, n_pupils, n_counted, n_items, model, alpha ..."""
        return [self._native.paper(k) for k in range(self._native.n_papers)]

    @property
    def findings(self) -> Findings:
        """Findings about the data set, then about each paper."""
        found = list(self._native.findings)
        for k in range(self._native.n_papers):
            found.extend(self._native.paper_findings(k))
        return Findings(found, self.language)

    @property
    def not_evaluated(self) -> dict[str, str]:
        """What the data did not allow, with the reason."""
        return {what: reason.text(self.language) for what, reason in self._native.not_evaluated()}

    @property
    def profile_hash(self) -> str:
        """Hash of the thresholds that were applied."""
        return str(self._native.profile_hash)

    def explain(self, statement_id: str) -> dict[str, Any]:
        """The rule and the numbers behind a sentence of a report, by the id that stands beside it.

        >>> import celadon as cd
        >>> result = cd.evaluate(cd.datasets.make_city(80, seed=3), progress=False)
        >>> result.explain(result.statements("pupil", 0)[0][0])["profile"]
        'example'
        """
        return dict(self._native.explain(statement_id, self.language))

    def statements(self, kind: Literal["pupil", "class", "paper"] = "paper", index: int = 0, *, paper: int = 0) -> list[tuple[str, str]]:
        """Sentences with their ids, about a pupil (row), a class (number of its review) or a paper.

        >>> import celadon as cd
        >>> result = cd.evaluate(cd.datasets.make_city(80, seed=3), progress=False)
        >>> len(result.statements("class", 0)) > 0
        True
        """
        if kind == "pupil":
            return list(self._native.pupil_statements(paper, index, self.language))
        if kind == "class":
            return list(self._native.class_statements(paper, index, self.language))
        return list(self._native.paper_statements(paper, self.language))

    def mastery(self) -> Table:
        """One row a counted pupil and knowledge point: mastered, not yet, or cannot be judged, with the reason and the probability.

        >>> import celadon as cd
        >>> result = cd.evaluate(cd.datasets.make_city(80, seed=3), progress=False)
        >>> sorted(set(result.mastery().to_dict()["state"])) <= ["cannot_judge", "mastered", "not_yet"]
        True
        """
        return self.tables["pupil_mastery"]

    def comment(self, student: Union[str, int], *, reader: Literal["family", "teacher"] = "family", paper: int = 0) -> Union[Comment, None]:
        """The diagnostic comment about a pupil (identifier, or row from 0), for the family or the teacher, in the result's language.

        ``text`` and ``sentences`` hold the words, ``explain(id)`` the rule and the numbers. None for a pupil who is not counted, without
        knowledge points, or without a comment bank.

        >>> import celadon as cd
        >>> result = cd.evaluate(cd.datasets.make_city(80, seed=3), progress=False)
        >>> said = result.comment("P0000001")
        >>> said.explain(said.sentences[0][0])["part"]
        'goal'
        """
        return _celadon.feedback._pupil_comment(self._native, paper, self._row(student, paper), reader, self.language)

    def class_comment(self, index: int = 0, *, paper: int = 0) -> Union[Comment, None]:
        """The diagnostic comment about a class (number of its review), for its teacher: common gaps, groups, items to discuss.

        >>> import celadon as cd
        >>> result = cd.evaluate(cd.datasets.make_city(80, seed=3), progress=False)
        >>> result.class_comment(0).reader
        'class'
        """
        return _celadon.feedback._class_comment(self._native, paper, index, self.language)

    def pupil_items(self, student: Union[str, int], *, paper: int = 0) -> Table:
        """Every item of one pupil (identifier, or row from 0): points, loss, expected, outcome, option taken, cause.

        >>> import celadon as cd
        >>> result = cd.evaluate(cd.datasets.make_city(80, seed=3), progress=False)
        >>> result.pupil_items("P0000001").n_rows
        24
        """
        return self._native.pupil_items(paper, self._row(student, paper))

    def pupil_parts(self, student: Union[str, int], *, paper: int = 0) -> Table:
        """Points of one pupil by knowledge point, level and item type, each share with its interval.

        >>> import celadon as cd
        >>> result = cd.evaluate(cd.datasets.make_city(80, seed=3), progress=False)
        >>> "knowledge" in result.pupil_parts(0).to_dict()["dimension"]
        True
        """
        return self._native.pupil_parts(paper, self._row(student, paper))

    def class_parts(self, class_index: int = -1, *, paper: int = 0) -> Table:
        """The same of one class (number), or of everybody (-1).

        >>> import celadon as cd
        >>> result = cd.evaluate(cd.datasets.make_city(80, seed=3), progress=False)
        >>> result.class_parts().n_rows > 0
        True
        """
        return self._native.class_parts(paper, class_index)

    def _row(self, student: Union[str, int], paper: int) -> int:
        return int(self._native.person_index(paper, student)) if isinstance(student, str) else student

    def pupil_report(self, student: Union[str, int], *, paper: int = 0, language: Language | None = None, signed_by: str = "") -> Report:
        """The page of one pupil: by identifier, or by row from 0."""
        return reports.pupil_report(self, student, paper=paper, language=language, signed_by=signed_by)

    def class_report(self, review: int = 0, *, paper: int = 0, language: Language | None = None, signed_by: str = "") -> Report:
        """The pages of one class for its teacher, the 讲评单 first."""
        return reports.class_report(self, review, paper=paper, language=language, signed_by=signed_by)

    def school_report(self, school: int = -1, *, paper: int = 0, language: Language | None = None, signed_by: str = "") -> Report:
        """The pages of one school (number), or of everybody who sat the paper (-1)."""
        return reports.school_report(self, school, paper=paper, language=language, signed_by=signed_by)

    def to_json(self) -> str:
        """Every table, finding and the profile's hash as one JSON text.

        >>> import celadon as cd
        >>> result = cd.evaluate(cd.datasets.make_city(80, seed=3), progress=False)
        >>> import json
        >>> json.loads(result.to_json())["format"]
        'celadon.evaluation'
        """
        return str(self._native.to_json(self.language))

    def write_reports(
        self,
        out: Union[str, os.PathLike[str], Sink],
        *,
        language: Language | None = None,
        signed_by: str = "",
        pupils: bool = True,
        classes: bool = True,
        schools: bool = True,
        print_files: bool = True,
        html: bool = True,
        json: bool = False,
        xlsx: bool | None = None,
        n_threads: int = 0,
        progress: Progress = None,
    ) -> Written:
        """Writes the reports to a folder, to one SQLite file (a name that ends in ``.sqlite``) or to a function.

        A folder gets ``index.html`` and pages by paper, and the tables as XLSX workbooks, one for all and one for each class
        (``xlsx`` None: where XlsxWriter is installed). The same bytes for any ``n_threads``.

        >>> import celadon as cd
        >>> result = cd.evaluate(cd.datasets.make_city(80, seed=3), progress=False)
        >>> pages = {}
        >>> written = result.write_reports(lambda path, kind, subject, body: pages.update({path: body}), progress=False)
        >>> written.pages == len(pages), "index.html" in pages
        (True, True)
        """
        tag = language or self.language
        options: dict[str, Any] = {
            "language": tag,
            "signed_by": signed_by,
            "pupils": pupils,
            "classes": classes,
            "schools": schools,
            "print_files": print_files,
            "html": html,
            "json": json,
            "n_threads": n_threads,
            "progress": resolve(progress),
        }
        if callable(out):
            pages, size = _celadon._write_reports(self._native, out, **options)
            return Written(Path(), pages, size)
        target = Path(out)
        if target.suffix in {".sqlite", ".db"}:
            pages, size = self._write_sqlite(target, tag, options)
            return Written(target, pages, size)
        target.mkdir(parents=True, exist_ok=True)
        pages, size = _celadon._write_reports(self._native, str(target), **options)
        workbooks: list[Path] = []
        from . import xlsx as xlsx_module

        if xlsx or (xlsx is None and xlsx_module.available()):
            workbooks = self.write_xlsx(target / "xlsx", language=tag)
        return Written(target, pages, size, workbooks)

    def _write_sqlite(self, file: Path, language: str, options: dict[str, Any]) -> tuple[int, int]:
        connection = sqlite3.connect(file)
        try:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS documents (kind TEXT NOT NULL, id TEXT NOT NULL, language TEXT NOT NULL, "
                "media_type TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (kind, id, language)) WITHOUT ROWID"
            )
        finally:
            connection.close()
        # Pages come from a thread of the engine, one at a time, and a connection belongs to the thread that opened it.
        holder: list[sqlite3.Connection] = []

        def keep(path: str, kind: str, subject: str, body: bytes) -> None:
            if not holder:
                holder.append(sqlite3.connect(file, check_same_thread=False))
            media = "application/json" if path.endswith(".json") else "text/html"
            holder[0].execute("REPLACE INTO documents VALUES (?, ?, ?, ?, ?)", (kind, path, language, media, body))

        try:
            pages, size = _celadon._write_reports(self._native, keep, **options)
            if holder:
                holder[0].commit()
        finally:
            if holder:
                holder[0].close()
        return int(pages), int(size)

    def write_xlsx(self, folder: str | os.PathLike[str], *, language: Language | None = None) -> list[Path]:
        """Every result table as XLSX: ``tables.xlsx`` and one workbook for each class. Needs XlsxWriter.

        >>> import celadon as cd
        >>> result = cd.evaluate(cd.datasets.make_city(80, seed=3), progress=False)
        >>> import tempfile
        >>> len(result.write_xlsx(tempfile.mkdtemp()))  # doctest: +SKIP
        3
        """
        from .xlsx import write_workbooks

        return write_workbooks(self, Path(folder), language or self.language)

    def __repr__(self) -> str:
        told = ", ".join(f"{p['id']} ({p['n_pupils']} pupils, {p['n_items']} items)" for p in self.papers)
        return f"<Evaluation: {told}>"

    def _repr_html_(self) -> str:
        from ._frames import columns_of

        rows = [{k: v for k, v in paper.items() if k != "date"} for paper in self.papers]
        return _celadon._table_from_columns("papers", columns_of(rows))._repr_html_() if rows else "<p>no papers</p>"


def default_profile() -> dict[str, Any]:
    """The shipped example profile (every threshold of a report, with sources), as a start for your own.

    >>> import celadon as cd
    >>> sorted(cd.default_profile())[:2] != []
    True
    """
    return dict(json.loads(_celadon._default_profile()))


def evaluate(
    package: Union[Package, Dataset, Mapping[str, Any]],
    *,
    profile: Profile = None,
    blank: MissingKind | None = None,
    missing: Mapping[Any, MissingKind] | None = None,
    bank: Union[irt.Model, Iterable[irt.ItemParameters], None] = None,
    family: Family | None = None,
    calibrate: bool = True,
    sp_tables: bool = True,
    diagnose: bool = True,
    diagnosis_bank: Union[cdm.Model, None] = None,
    comments: Union[CommentBank, Literal[False], None] = None,
    language: Language = "zh-CN",
    seed: int = 1,
    n_threads: int = 0,
    progress: Progress = None,
) -> Evaluation:
    """Everything that the data allow: item analysis, calibration, gain and loss of every pupil on every item, reports.

    Parameters
    ----------
    package
        A data package, a data set, or a mapping of tables (docs/data-package.md).
    profile
        The thresholds: a mapping, or the path of a JSON file. The shipped example where not given (:func:`default_profile`).
    blank, missing
        What a blank cell means where the papers table does not say, and values that stand for a missing kind: ``{"9": "omitted"}``.
    bank
        Calibrated items: those found in a paper keep their parameters.
    family
        Overrules the model that the sample size suggests; said in the findings.
    diagnose, diagnosis_bank
        Mastery of the knowledge points that the items name; a calibrated diagnosis model whose items and points are matched by name.
    comments
        The comment bank (the shipped one where not given); False for no comments.

    The same bits for any ``n_threads``. Raises :class:`celadon.CeladonError` where there is nothing to evaluate.

    >>> import celadon as cd
    >>> city = cd.datasets.make_city(n_pupils=80, seed=3)
    >>> result = cd.evaluate(city, progress=False)
    >>> result.papers[0]["n_items"], result.tables["items"].n_rows
    (24, 24)
    """
    null_kind, values = _split_missing(missing)
    if blank is None and missing and any(value is None or value != value for value in missing):
        blank = null_kind
    native = _celadon._evaluate(
        as_dataset(package),
        profile=profile_text(profile),
        blank=blank,
        missing=values,
        bank=bank_of(bank),
        family=family,
        calibrate=calibrate,
        sp_tables=sp_tables,
        diagnose=diagnose,
        diagnosis_bank=None if diagnosis_bank is None else diagnosis_bank._model,
        comments=_celadon.feedback.default_comment_bank() if comments is None else comments or None,
        seed=seed,
        n_threads=n_threads,
        progress=resolve(progress),
    )
    return Evaluation(native, language)
