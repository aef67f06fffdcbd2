"""Reading a sheet of 小题分: a row a pupil, a column an item."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from ._labels import (
    ItemLabel,
    is_full_row,
    is_group,
    is_note,
    is_summary,
    item_label,
    role_of,
    shown,
    sub_label,
    take_points,
    text_of,
    type_of,
)
from ._sheets import Cell, Sheet, number_of

STATUS_WORDS = {
    "缺考": "缺考",
    "缺": "缺考",
    "未考": "缺考",
    "absent": "缺考",
    "缓考": "缓考",
    "免考": "免考",
    "免修": "免考",
    "exempt": "免考",
    "补考": "补考",
    "作弊": "作弊",
    "违纪": "作弊",
    "违规": "作弊",
}
#: Words that often stand for an absence but do not say so; the guess is listed.
GUESSED_STATUS = {"病假": "缺考", "事假": "缺考", "请假": "缺考", "休学": "免考", "未参加": "缺考"}
FLAG_WORDS = {"随班就读": "随班就读", "随读": "随班就读", "转入": "转入", "借读": "借读", "转学": "转入", "外借": "借读"}
_NO_ANSWER = frozenset({"-", "--", "—", "——", "/", "\\", "*"})
_OPTIONS = re.compile(r"^[A-Ha-h]{1,8}$")


@dataclass
class ItemColumn:
    """One item's column."""

    column: int
    label: ItemLabel
    type: str = ""
    full_mark: float | None = None


@dataclass
class PupilRow:
    """One pupil: row numbers count rows of the sheet from 1."""

    sheet_row: int
    cells: list[Cell]
    status: str = ""
    guessed_status: bool = False
    flags: list[str] = field(default_factory=list)
    sheet: str = ""


@dataclass
class Marks:
    """A sheet of item marks, taken apart."""

    sheet: str
    title: str
    header_rows: tuple[int, int]
    roles: dict[str, int]
    items: list[ItemColumn]
    ignored: list[str]
    pupils: list[PupilRow]
    skipped: int = 0
    notes: int = 0
    dashes: int = 0
    found_by_name: bool = True

    def same_layout(self, other: Marks) -> bool:
        """Whether the columns of another sheet stand for the same things, as in a workbook with a sheet a class."""
        own, others = ([(item.column, item.label.id) for item in marks.items] for marks in (self, other))
        return self.roles == other.roles and own == others


def _role_row(sheet: Sheet) -> tuple[int, bool]:
    """The first header row, and whether it was recognised by the name of a column of pupils."""
    best = (-1.0, 0, False)
    for r in range(min(len(sheet.rows), 15)):
        row = sheet.filled(r, r)[0]
        roles = [role_of(cell) for cell in row]
        items = sum(1 for cell, role in zip(row, roles, strict=True) if not role and item_label(cell) is not None)
        named = sum(2.0 for role in roles if role in {"id", "name", "class"}) + sum(0.5 for role in roles if role)
        # A row of marks is full of numbers too, but none of its cells names a column.
        value = named + (min(items, 3) if named else 0.0)
        if value > best[0] and named >= 2:
            best = (value, r, True)
    if best[2]:
        return best[1], True
    counts = [
        (sum(1 for cell in row if item_label(cell) is not None and number_of(cell) is None), r) for r, row in enumerate(sheet.rows[:15])
    ]
    most = max(counts, default=(0, 0))
    return most[1], False


def _header_end(sheet: Sheet, first: int, anchor: int) -> int:
    """The last header row: rows whose identifying cell is blank or repeats the heading, and rows of full marks."""
    last = first
    heading = text_of(sheet.cell(first, anchor))
    filled = sheet.filled(first, min(first + 4, len(sheet.rows) - 1))
    for offset in range(1, len(filled)):
        row = filled[offset]
        cell = text_of(row[anchor])
        lead = next((c for c in row if c is not None), None)
        if is_full_row(cell) or is_full_row(lead):
            last = first + offset
            continue
        if cell in {"", heading} and any(c is not None for c in row) and not is_note(lead) and not is_summary(lead):
            last = first + offset
            continue
        break
    return last


def _stack(header: list[list[Cell]], column: int) -> list[Cell]:
    """Texts of the heading above a column, top to bottom, repeats of merged cells left out."""
    out: list[Cell] = []
    for row in header:
        cell = row[column]
        if cell is not None and (not out or text_of(out[-1]) != text_of(cell)):
            out.append(cell)
    return out


def _item_of(stack: list[Cell]) -> tuple[ItemLabel | None, str]:
    """The item that a stack of headings names, and the 题型 above it."""
    kind = next((type_of(text_of(cell)) for cell in stack if type_of(text_of(cell))), "")
    label: ItemLabel | None = None
    points: float | None = None
    for cell in stack:
        text, marks = take_points(text_of(cell))
        points = marks if marks is not None and type_of(text) == "" else points
        parsed = item_label(cell)
        part = sub_label(cell)
        # A number under 附加题 or 选做题 is an item of its own, not a part of a question of that name.
        if label is not None and parsed is not None and is_group(label.main) and not text.startswith("("):
            label = parsed
        elif label is not None and part and (text.startswith("(") or label.sub == ""):
            label = ItemLabel(label.main, label.sub + part, label.bonus, label.choice, points)
        elif parsed is not None:
            label = parsed
        elif "附加" in text and label is None:
            label = None
    if label is None:
        return None, kind
    joined = "".join(text_of(cell) for cell in stack)
    bonus, choice = label.bonus or "附加" in joined, label.choice or "选做" in joined or "选考" in joined
    return ItemLabel(label.main, label.sub, bonus, choice, points if points is not None else label.points), kind


def score(sheet: Sheet) -> float:
    """How much a sheet looks like one of item marks, 0 to 1."""
    marks = read(sheet)
    if marks is None or not marks.pupils:
        return 0.0
    cells = [row.cells[item.column] for row in marks.pupils for item in marks.items if item.column < len(row.cells)]
    known = sum(1 for cell in cells if number_of(cell) is not None or (isinstance(cell, str) and _OPTIONS.match(cell)))
    share = known / max(1, len(cells))
    return min(1.0, 0.3 + 0.1 * min(4, len(marks.items)) + (0.3 if marks.found_by_name else 0.0)) * share


def read(sheet: Sheet, header_rows: tuple[int, int] | None = None) -> Marks | None:
    """The marks on a sheet; None where no header with item numbers is found. Header rows count from 0."""
    if not sheet.rows:
        return None
    first, by_name = _role_row(sheet) if header_rows is None else (header_rows[0], True)
    if header_rows is None:
        # Headings merged over several rows begin in the first of them.
        first = min([first, *(top for top, _, bottom, _ in sheet.merged if top < first <= bottom)])
    row = sheet.filled(first, first)[0]
    anchors = [c for role in ("id", "name", "class") for c, cell in enumerate(row) if role_of(cell) == role]
    last = header_rows[1] if header_rows else _header_end(sheet, first, anchors[0] if anchors else 0)
    header = sheet.filled(max(0, first), last)
    # Headings of item groups may stand in the row above the names; a title alone in its row is not one.
    if first > 0:
        above = sheet.filled(first - 1, first - 1)[0]
        if len({text_of(cell) for cell in above if cell is not None}) > 1:
            header = [above, *header]
    full_rows = [r for r in header if any(is_full_row(c) for c in r if c is not None)]
    heads = [r for r in header if not any(is_full_row(c) for c in r if c is not None)]
    roles: dict[str, int] = {}
    items: list[ItemColumn] = []
    ignored: list[str] = []
    for c in range(sheet.width):
        stack = _stack(heads, c)
        if not stack:
            continue
        role = next((role_of(cell) for cell in stack if role_of(cell)), "")
        label, kind = _item_of(stack) if not role else (None, "")
        if role and role not in roles and role != "ignore":
            roles[role] = c
        elif label is not None:
            column = ItemColumn(c, label, kind, label.points)
            if full_rows and column.full_mark is None:
                column.full_mark = number_of(full_rows[0][c])
            if label.bonus and any(known.label.id == label.id for known in items):
                column.label = replace(label, main=f"附加{label.main}")
            items.append(column)
        elif not role or role == "ignore" or role in roles:
            ignored.append(shown(stack[-1]))
    if not items:
        return None
    out = Marks(sheet.name, _title(sheet, first), (first, last), roles, items, ignored, [], found_by_name=by_name)
    _read_pupils(sheet, last + 1, out)
    return out


def _title(sheet: Sheet, header: int) -> str:
    for r in range(header):
        texts = {shown(cell) for cell in sheet.filled(r, r)[0] if cell is not None}
        if len(texts) == 1:
            return texts.pop()
    return ""


def _identity(cells: list[Cell], roles: dict[str, int]) -> Cell:
    for role in ("id", "name"):
        if role in roles and roles[role] < len(cells) and cells[roles[role]] is not None:
            return cells[roles[role]]
    return None


def _read_pupils(sheet: Sheet, start: int, out: Marks) -> None:
    for r in range(start, len(sheet.rows)):
        cells = list(sheet.rows[r]) + [None] * (sheet.width - len(sheet.rows[r]))
        lead = next((cell for cell in cells if cell is not None), None)
        if lead is None:
            continue
        identity = _identity(cells, out.roles)
        if is_note(lead):
            out.notes += 1
            continue
        if is_summary(lead) or is_summary(identity) or is_full_row(lead) or is_full_row(identity):
            out.skipped += 1
            continue
        values = [cells[item.column] for item in out.items]
        # A row that repeats the heading (a printed page break) is no pupil.
        if identity is not None and role_of(identity):
            out.skipped += 1
            continue
        if identity is None and not any(number_of(value) is not None for value in values):
            out.notes += 1
            continue
        pupil = PupilRow(r + 1, cells, sheet=sheet.name)
        _status(pupil, out)
        for item in out.items:
            if text_of(cells[item.column]) in _NO_ANSWER:
                cells[item.column] = None
                out.dashes += 1
        out.pupils.append(pupil)


def _status(pupil: PupilRow, out: Marks) -> None:
    columns = [out.roles[role] for role in ("status", "remark", "total") if role in out.roles] + [item.column for item in out.items]
    for column in columns:
        cell = pupil.cells[column]
        if cell is None or number_of(cell) is not None:
            continue
        word = text_of(cell)
        for words, guessed in ((STATUS_WORDS, False), (GUESSED_STATUS, True)):
            hit = word if word in words else next((w for w in words if len(w) > 1 and w in word), None)
            if hit is not None and not pupil.status:
                pupil.status, pupil.guessed_status = words[hit], guessed
        for flag_word, flag in FLAG_WORDS.items():
            if flag_word in word and flag not in pupil.flags:
                pupil.flags.append(flag)
        if word in STATUS_WORDS or word in GUESSED_STATUS:
            pupil.cells[column] = None
