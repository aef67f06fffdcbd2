"""Importing what schools have: a workbook (or CSV files) with a sheet of 小题分 and a 双向细目表, into a data package.

Nothing is guessed silently: :class:`Imported` lists every guess with how sure it is and the option that overrules it.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import _blueprint, _marks
from ._celadon import Finding
from ._findings import Findings, error, finding
from ._labels import shown, text_of
from ._marks import Marks
from ._sheets import Cell, Sheet, load, number_of
from .package import Package

__all__ = ["Guess", "Imported", "import_workbook"]

_WHAT = {
    "marks_sheet": ("小题分工作表", "sheet of item marks", "marks"),
    "blueprint_sheet": ("双向细目表工作表", "sheet of the blueprint", "blueprint"),
    "joined_sheets": ("合在一起读的工作表(列相同)", "sheets read as one (same columns)", "marks"),
    "unused_sheets": ("像小题分但没有读的工作表", "sheets that look like marks and were not read", "marks"),
    "header_rows": ("表头所在行", "header rows", "header_rows"),
    "id_column": ("考号列", "column of identifiers", "id_column"),
    "paper_name": ("试卷名称", "name of the paper", "paper_name"),
    "subject": ("学科", "subject", "subject"),
    "grade": ("年级", "grade", "grade"),
    "items": ("小题", "items", "header_rows"),
    "raw_options": ("按选项读取的小题", "items read as options", "key"),
    "ignored_columns": ("未使用的列", "columns not used", "header_rows"),
    "summary_rows": ("略过的统计行数", "rows of statistics left out", "header_rows"),
    "note_rows": ("略过的说明行数", "rows of remarks left out", "header_rows"),
    "dashes": ("“-”“/”等符号按空白处理的格数", "cells with a dash taken as blank", "blank"),
    "status": ("按“缺考”等状态处理的请假人数", "pupils on leave taken as absent", "status column"),
    "run_marks": ("多题一行的分值按每题计", "points of a run of items taken as points of each", "blueprint"),
    "run_marks_total": ("多题一行的分值按总分平均", "points of a run of items divided among them", "blueprint"),
    "difficulty_words": ("难度为文字(易、中、难),未使用", "difficulty in words, not used", "blueprint"),
    "choice_group": ("选做题组", "items of which a pupil answers one", "blueprint"),
    "forms": ("卷别", "forms of the paper", "form column"),
}
_SUBJECTS = "语文 数学 英语 物理 化学 生物 历史 地理 政治 道德与法治 科学 信息技术 体育 音乐 美术".split()
_GRADES = {f"{w}年级": k + 1 for k, w in enumerate("一二三四五六七八九")} | {f"{k}年级": k for k in range(1, 10)}
_GRADES |= {"初一": 7, "初二": 8, "初三": 9, "高一": 10, "高二": 11, "高三": 12, "中考": 9, "高考": 12}


@dataclass(frozen=True)
class Guess:
    """Something the import decided. ``confidence`` is in [0, 1]; ``option`` names the argument that overrules it."""

    what: str
    value: str
    confidence: float
    option: str

    def text(self, language: str = "zh-CN") -> str:
        """One sentence."""
        name = _WHAT[self.what][0 if language == "zh-CN" else 1]
        told = finding("note", "guess", what=name, value=self.value, option=self.option)
        return f"{told.cause(language)} ({self.confidence:.0%})"


@dataclass
class Imported:
    """The data package that an import made, what it guessed and what it found. Printing it shows no value of a pupil.

    ``rows`` gives the row of the sheet of each row of the table ``responses``.
    """

    package: Package
    guesses: list[Guess] = field(default_factory=list)
    findings: Findings = field(default_factory=lambda: Findings([]))
    rows: list[int] = field(default_factory=list)

    def write(self, folder: str | os.PathLike[str], *, format: str = "csv") -> Path:
        """Writes the data package."""
        return self.package.write(folder, format=format)

    def __repr__(self) -> str:
        return f"<Imported: {self.package!r}, {len(self.guesses)} guesses, {self.findings!r}>"


def _pick(sheets: list[Sheet], wanted: str | int | None) -> Sheet | None:
    if wanted is None:
        return None
    if isinstance(wanted, int):
        if not 0 <= wanted < len(sheets):
            raise ValueError(f"there is no sheet number {wanted}")
        return sheets[wanted]
    for sheet in sheets:
        if sheet.name == wanted:
            return sheet
    raise ValueError("there is no such sheet; there are: " + ", ".join(sheet.name for sheet in sheets))


class _Import:
    def __init__(self) -> None:
        self.guesses: list[Guess] = []
        self.findings: list[Finding] = []

    def guess(self, what: str, value: object, confidence: float) -> None:
        self.guesses.append(Guess(what, str(value), confidence, _WHAT[what][2]))


def import_workbook(
    path: str | os.PathLike[str],
    *,
    blueprint: str | os.PathLike[str] | int | None = None,
    marks: str | int | None = None,
    header_rows: tuple[int, int] | None = None,
    id_column: str | None = None,
    paper_id: str | None = None,
    paper_name: str | None = None,
    subject: str | None = None,
    grade: int | None = None,
    blank: str | None = None,
    key: dict[str, str] | None = None,
) -> Imported:
    """Imports a workbook (XLSX, XLS, ODS) or a CSV file (UTF-8 with or without BOM, GB18030).

    Parameters
    ----------
    path
        The workbook, or the CSV file of item marks.
    blueprint
        Sheet (name or number from 0) of the 双向细目表, or the path of another file that holds it.
    marks
        Sheet (name or number from 0) of the item marks.
    header_rows
        First and last header row of the item marks, counted from 1 as a spreadsheet does.
    id_column
        Heading of the column that identifies pupils.
    paper_id, paper_name, subject, grade
        What the paper is; taken from the title where not given, and listed as a guess.
    blank
        What a blank cell means: "omitted", "not_reached", "not_administered" or "invalid". Never guessed: without it validation asks.
    key
        Right options by item number, where the blueprint does not hold them.

    >>> import celadon as cd, pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "marks.csv"
    >>> _ = file.write_text("考号,1,2(1),2(2)\\n01,3,2,0.5\\n02,0,缺考,\\n", encoding="gb18030")
    >>> imported = cd.import_workbook(file)
    >>> imported.package["items"]["id"].tolist()
    ['1', '2(1)', '2(2)']
    >>> imported.package["responses"]["status"].tolist()
    [None, '缺考']
    """
    file = Path(path)
    work = _Import()
    sheets = load(file)
    for sheet in sheets:
        work.findings.extend(sheet.findings)
    plan_sheets = sheets
    plan_wanted: str | int | None = None
    if isinstance(blueprint, int):
        plan_wanted = blueprint
    elif blueprint is not None:
        if Path(blueprint).suffix and Path(blueprint).is_file():
            plan_sheets = load(Path(blueprint))
            for sheet in plan_sheets:
                work.findings.extend(sheet.findings)
        else:
            plan_wanted = str(blueprint)
    plan = _find_blueprint(plan_sheets, plan_wanted, work)
    rows = None if header_rows is None else (header_rows[0] - 1, header_rows[1] - 1)
    others = [sheet for sheet in sheets if plan is None or sheet.name != plan.sheet or plan_sheets is not sheets]
    table = _find_marks(others, sheets, marks, rows, work)
    if id_column is not None:
        _overrule_id(sheets, table, id_column)
    return _build(file, table, plan, work, paper_id, paper_name, subject, grade, blank, key or {})


def _find_blueprint(sheets: list[Sheet], wanted: str | int | None, work: _Import) -> _blueprint.Blueprint | None:
    chosen = _pick(sheets, wanted)
    if chosen is None:
        ranked = sorted(((_blueprint.score(sheet), -k, sheet) for k, sheet in enumerate(sheets)), key=lambda e: (e[0], e[1]), reverse=True)
        if not ranked or ranked[0][0] < 0.3:
            work.findings.append(finding("warning", "no_blueprint_sheet"))
            return None
        chosen = ranked[0][2]
        work.guess("blueprint_sheet", chosen.name, round(ranked[0][0], 2))
    plan = _blueprint.read(chosen)
    if plan is None:
        work.findings.append(finding("warning", "no_blueprint_sheet"))
    elif plan.words_for_difficulty:
        work.guess("difficulty_words", chosen.name, 1.0)
    return plan


def _find_marks(others: list[Sheet], sheets: list[Sheet], wanted: str | int | None, rows: tuple[int, int] | None, work: _Import) -> Marks:
    chosen = _pick(sheets, wanted)
    if chosen is None:
        scores = [_marks.score(sheet) for sheet in others]
        if max(scores, default=0.0) <= 0:
            raise error("no_marks_sheet")
        # Sheets of one layout stand together: the group with most pupils is the paper.
        good = [(sheet, _marks.read(sheet, rows)) for sheet, told in zip(others, scores, strict=True) if told >= min(0.5, max(scores))]
        known = [(sheet, marks) for sheet, marks in good if marks is not None]
        pupils = [sum(len(m.pupils) for _, m in known if marks.same_layout(m)) for _, marks in known]
        chosen = known[pupils.index(max(pupils))][0] if known else others[scores.index(max(scores))]
        told = scores[others.index(chosen)]
        work.guess("marks_sheet", chosen.name, round(min(0.99, told), 2))
    table = _marks.read(chosen, rows)
    if table is None or not table.pupils:
        raise error("no_marks_sheet")
    if wanted is None:
        _join(table, [sheet for sheet in others if sheet is not chosen], rows, work)
    if rows is None:
        first, last = table.header_rows
        work.guess("header_rows", f"{first + 1}-{last + 1}", 0.95 if table.found_by_name else 0.5)
    return table


def _join(table: Marks, others: list[Sheet], rows: tuple[int, int] | None, work: _Import) -> None:
    """Adds the pupils of further sheets with the same columns (a sheet a class); names the sheets of marks that are left."""
    joined, unused = [], []
    for sheet in others:
        more = _marks.read(sheet, rows) if _marks.score(sheet) >= 0.5 else None
        if more is None or not more.pupils:
            continue
        if not table.same_layout(more):
            unused.append(sheet.name)
            continue
        joined.append(sheet.name)
        table.pupils.extend(more.pupils)
        table.skipped += more.skipped
        table.notes += more.notes
        table.dashes += more.dashes
    if joined:
        work.guess("joined_sheets", "、".join([table.sheet, *joined]), 0.8)
    if unused:
        work.guess("unused_sheets", "、".join(unused), 0.5)


def _overrule_id(sheets: list[Sheet], table: Marks, heading: str) -> None:
    sheet = next(sheet for sheet in sheets if sheet.name == table.sheet)
    for row in sheet.filled(*table.header_rows):
        for c, cell in enumerate(row):
            if cell is not None and text_of(cell) == text_of(heading):
                table.roles["id"] = c
                table.items = [item for item in table.items if item.column != c]
                return
    raise ValueError(f"id_column: there is no column {heading!r}")


def _text(cell: Cell) -> str | None:
    return shown(cell) or None if cell is not None else None


def _students(table: Marks, work: _Import) -> list[str]:
    """An identifier for each row: the identifier column, else the names where they differ, else the row of the sheet."""
    role = "id" if "id" in table.roles else "name" if "name" in table.roles else ""
    if role:
        ids = [_text(row.cells[table.roles[role]]) for row in table.pupils]
        if role == "id":
            out = [value if value is not None else f"row-{row.sheet_row}" for value, row in zip(ids, table.pupils, strict=True)]
            first_row: dict[str, int] = {}
            for value, row in zip(out, table.pupils, strict=True):
                if value in first_row:
                    work.findings.append(finding("error", "duplicate_pupil", table="responses", row=row.sheet_row, first=first_row[value]))
                first_row.setdefault(value, row.sheet_row)
            return out
        if None not in ids and len(set(ids)) == len(ids):
            work.guess("id_column", "姓名 / name", 0.6)
            return [str(value) for value in ids]
    work.guess("id_column", "行号 / row number", 0.4)
    return [f"row-{row.sheet_row}" for row in table.pupils]


def _items(
    table: Marks, plan: _blueprint.Blueprint | None, paper: str, subject: str, work: _Import, key: dict[str, str]
) -> tuple[list[dict[str, Any]], dict[int, str]]:
    """Rows of the items table, and the item id of each column of the sheet."""
    rows: list[dict[str, Any]] = []
    ids: dict[int, str] = {}
    seen: set[str] = set()
    for item in table.items:
        item_id = item.label.id
        if item_id in seen:
            continue
        seen.add(item_id)
        ids[item.column] = item_id
        values = dict(plan.items[item_id].values) if plan is not None and item_id in plan.items else {}
        if plan is not None and item_id not in plan.items:
            work.findings.append(finding("warning", "mark_not_in_blueprint", item=item_id))
        full = values.get("full_mark", item.full_mark)
        if plan is not None and item_id in plan.items and plan.items[item_id].run > 1 and "full_mark" in values:
            full = _share_of_run(table, item.column, plan.items[item_id], float(values["full_mark"]), work)
        rows.append(
            {
                "id": item_id,
                "paper": None,
                "label": item_id,
                "subject": subject or None,
                "type": values.get("type") or item.type or None,
                "full_mark": full,
                "step": _step(table, item.column, full),
                "key": key.get(item_id) or values.get("key"),
                "option_notes": values.get("option_notes"),
                "knowledge": values.get("knowledge"),
                "ability_level": values.get("ability_level"),
                "cognitive_level": values.get("cognitive_level"),
                "planned_difficulty": values.get("planned_difficulty"),
                "note": values.get("note"),
                "bonus": True if item.label.bonus or values.get("bonus") else None,
                "choice_group": "选做" if item.label.choice or values.get("choice") else None,
            }
        )
    if plan is not None:
        for item_id in plan.items:
            # A blueprint may list a question whose marks come in parts.
            if item_id not in seen and not any(known.startswith(item_id + "(") for known in seen):
                work.findings.append(finding("warning", "blueprint_not_in_marks", item=item_id))
    if any(row["choice_group"] for row in rows):
        work.guess("choice_group", "、".join(row["id"] for row in rows if row["choice_group"]), 0.8)
    return rows, ids


def _share_of_run(table: Marks, column: int, row: _blueprint.BlueprintRow, points: float, work: _Import) -> float:
    """Points of one item of a run such as 1-10: the row may give points of each or of all."""
    seen = [number_of(pupil.cells[column]) for pupil in table.pupils]
    highest = max((value for value in seen if value is not None), default=0.0)
    each = points / row.run
    if highest > 0 and highest <= each and points > highest and each * row.run == points:
        guess = ("run_marks_total", f"{points:g}/{row.run}")
        value = each
    else:
        guess = ("run_marks", f"{points:g}")
        value = points
    if not any(g.what == guess[0] and g.value == guess[1] for g in work.guesses):
        work.guess(guess[0], guess[1], 0.8)
    return value


def _step(table: Marks, column: int, full: object) -> float | None:
    """The smallest difference of marks, where half marks occur."""
    values = [number_of(row.cells[column]) for row in table.pupils]
    marks = [value for value in values if value is not None]
    if not marks or all(value == int(value) for value in marks):
        return None
    for step in (0.5, 0.25, 0.2, 0.1):
        if all(abs(value / step - round(value / step)) < 1e-9 for value in marks):
            return step
    return None


def _check_totals(table: Marks, rows: list[dict[str, Any]], ids: dict[int, str], work: _Import) -> None:
    """A total is compared with the sum of the items, with and without bonus items."""
    if "total" not in table.roles:
        return
    bonus = {row["id"] for row in rows if row["bonus"]}
    keyed = {row["id"] for row in rows if row["key"]}
    wrong = 0
    for pupil in table.pupils:
        total = number_of(pupil.cells[table.roles["total"]])
        if total is None or pupil.status:
            continue
        plain = extra = 0.0
        raw = False
        for column, item_id in ids.items():
            value = number_of(pupil.cells[column])
            if value is None:
                raw = raw or pupil.cells[column] is not None or item_id in keyed
            elif item_id in bonus:
                extra += value
            else:
                plain += value
        if not raw and abs(total - plain) > 1e-6 and abs(total - plain - extra) > 1e-6:
            wrong += 1
            if wrong <= 20:
                work.findings.append(finding("warning", "total_of_sheet", table="responses", row=pupil.sheet_row))
    if wrong > 20:
        work.findings.append(finding("warning", "more_findings", table="responses", count=wrong - 20))


def _build(
    file: Path,
    table: Marks,
    plan: _blueprint.Blueprint | None,
    work: _Import,
    paper_id: str | None,
    paper_name: str | None,
    subject: str | None,
    grade: int | None,
    blank: str | None,
    key: dict[str, str],
) -> Imported:
    title = table.title or file.stem
    if paper_name is None:
        work.guess("paper_name", title, 0.8 if table.title else 0.5)
    name = paper_name or title
    if subject is None:
        subject = next((word for word in _SUBJECTS if word in name or word in table.sheet or word in file.stem), "")
        if subject:
            work.guess("subject", subject, 0.9)
    if grade is None:
        hit = next((word for word in _GRADES if word in name or word in file.stem), None)
        if hit is not None:
            grade = _GRADES[hit]
            work.guess("grade", grade, 0.8)
    paper = paper_id or re.sub(r"\s+", "-", file.stem)
    students = _students(table, work)
    rows, ids = _items(table, plan, paper, subject, work, key)
    _check_totals(table, rows, ids, work)
    work.guess("items", "、".join(row["id"] for row in rows), 0.9)
    if table.ignored:
        work.guess("ignored_columns", "、".join(table.ignored), 0.8)
    for what, count in (("summary_rows", table.skipped), ("note_rows", table.notes), ("dashes", table.dashes)):
        if count:
            work.guess(what, count, 0.9)
    guessed = sum(1 for row in table.pupils if row.guessed_status)
    if guessed:
        work.guess("status", guessed, 0.6)

    responses: dict[str, Any] = {"student": students, "status": [row.status or None for row in table.pupils]}
    forms: list[str] = []
    if "form" in table.roles:
        sat = [_text(row.cells[table.roles["form"]]) for row in table.pupils]
        forms = sorted({form for form in sat if form})
        responses["paper"] = [f"{paper}-{form}" if form else None for form in sat]
        work.guess("forms", "、".join(forms), 0.8)
    raw = []
    for column, item_id in ids.items():
        cells: list[str | None] = []
        letters = 0
        for pupil in table.pupils:
            cell = pupil.cells[column]
            value = number_of(cell)
            if value is not None:
                cells.append(f"{value:g}")
            elif cell is None:
                cells.append(None)
            else:
                text = text_of(cell).upper()
                letters += bool(re.fullmatch(r"[A-H]{1,8}", text))
                if not re.fullmatch(r"[A-H]{1,8}", text):
                    work.findings.append(finding("warning", "cell_not_understood", table="responses", row=pupil.sheet_row, item=item_id))
                cells.append(text)
        responses[item_id] = cells
        if letters:
            raw.append(item_id)
    if raw:
        work.guess("raw_options", "、".join(raw), 0.9)
    if "total" in table.roles:
        totals = [number_of(row.cells[table.roles["total"]]) for row in table.pupils]
        responses["total"] = [None if value is None else value for value in totals]

    paper_ids = [f"{paper}-{form}" for form in forms] or [paper]
    full = sum(float(row["full_mark"]) for row in rows if row["full_mark"] is not None and not row["bonus"] and not row["choice_group"])
    complete = all(row["full_mark"] is not None for row in rows) and not any(row["choice_group"] for row in rows)
    count = len(paper_ids)
    papers: dict[str, Any] = {
        "id": paper_ids,
        "name": [f"{name} {form}" for form in forms] or [name],
        "subject": [subject or None] * count,
        "grade": [grade] * count,
        "full_mark": [full if complete else None] * count,
        "blank": [blank] * count,
    }
    tables: dict[str, Any] = {
        "papers": {k: v for k, v in papers.items() if any(cell is not None for cell in v)},
        "items": {name: [row[name] for row in rows] for name in rows[0] if any(row[name] is not None for row in rows)},
        "responses": responses,
    }
    roster = _roster(table, students)
    if len(roster) > 1:
        tables["students"] = roster
    descriptor = {"name": re.sub(r"[^a-z0-9._-]+", "-", paper.lower()).strip("-") or "import", "title": name}
    package = Package(tables, descriptor=descriptor)
    return Imported(package, work.guesses, Findings(work.findings), [row.sheet_row for row in table.pupils])


def _roster(table: Marks, students: list[str]) -> dict[str, Any]:
    """The students table; of a pupil who stands twice the first row counts."""
    first = {student: k for k, student in reversed(list(enumerate(students)))}
    chosen = sorted(first.values())
    roster: dict[str, Any] = {"id": [students[k] for k in chosen]}
    for role in ("name", "class", "school"):
        if role in table.roles:
            roster[role] = [_text(table.pupils[k].cells[table.roles[role]]) for k in chosen]
    if "class" not in table.roles and len({pupil.sheet for pupil in table.pupils}) > 1:
        roster["class"] = [table.pupils[k].sheet for k in chosen]
    if any(table.pupils[k].flags for k in chosen):
        roster["flags"] = [";".join(table.pupils[k].flags) or None for k in chosen]
    return roster
