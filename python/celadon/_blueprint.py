"""Reading a 双向细目表: a row an item, or a row a run of items."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ._labels import ItemLabel, expand, is_note, is_summary, item_label, shown, sub_label, text_of, type_of
from ._sheets import Cell, Sheet, number_of

_COLUMNS: dict[str, re.Pattern[str]] = {
    "label": re.compile(r"^(?:题号|小题号?|题目|试题号|题序|序号|item|no\.?)$", re.I),
    "form": re.compile(r"^(?:卷别|卷型|试卷)$"),
    "type": re.compile(r"^(?:题型|题目类型|试题类型|题类)$"),
    "full_mark": re.compile(r"^(?:分值|满分|分数|赋分|每题分值|题分|小题分值|配分|points?)(?:\(分\))?$", re.I),
    "knowledge": re.compile(r"^(?:知识点|考点|知识内容|考查知识点?|主要知识点|知识要点|知识领域|知识板块|考查内容|内容|知识)$"),
    "ability_level": re.compile(r"^(?:能力层次|能力要求|能力水平|能力|能力目标|学习水平|考查能力|关键能力|核心素养|学科素养)$"),
    "cognitive_level": re.compile(r"^(?:认知水平|认知层次|认知|水平层次|思维层次|认知目标)$"),
    "planned_difficulty": re.compile(r"^(?:难度|预估难度|预设难度|难度系数|预计难度|难易度|难度预估|预期难度|估计难度)$"),
    "key": re.compile(r"^(?:答案|参考答案|正确答案|标准答案|正确选项|key)$", re.I),
    "option_notes": re.compile(r"^(?:选项说明|错因|干扰项说明|选项分析)$"),
    "note": re.compile(r"^(?:备注|考查目标|考查要点|说明|题目说明|命题意图)$"),
}
_LEVEL_GROUP = re.compile(r"能力|认知|水平|目标|层次|要求")
_LISTS = re.compile(r"[、,,;;//\n]+")
_FILLED_DOWN = ("type", "knowledge", "form")


@dataclass
class BlueprintRow:
    """What a blueprint says about one item."""

    label: str
    values: dict[str, str | float] = field(default_factory=dict)
    run: int = 1  # items of the row it came from


@dataclass
class Blueprint:
    """The blueprint's rows by canonical item id, in order."""

    sheet: str
    header_row: int
    columns: dict[str, int]
    levels: dict[int, str]
    items: dict[str, BlueprintRow]
    words_for_difficulty: bool = False


def header_of(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """The header row and the columns of a blueprint; None where the sheet is none."""
    best: tuple[int, dict[str, int]] | None = None
    for r in range(min(len(sheet.rows), 12)):
        row = sheet.filled(r, r)[0]
        columns: dict[str, int] = {}
        for c, cell in enumerate(row):
            text = text_of(cell)
            for name, pattern in _COLUMNS.items():
                if name not in columns and pattern.match(text):
                    columns[name] = c
                    break
        known = len(set(columns) - {"label", "note", "form"})
        if "label" in columns and known >= 1 and (best is None or len(columns) > len(best[1])):
            best = (r, columns)
    return best


def score(sheet: Sheet) -> float:
    """How much a sheet looks like a blueprint, 0 to 1."""
    found = header_of(sheet)
    if found is None:
        return 0.0
    row, columns = found
    column = columns["label"]
    labels = sum(1 for r in range(row + 1, len(sheet.rows)) if item_label(sheet.cell(r, column)) or expand(sheet.cell(r, column))[1:])
    return min(1.0, 0.25 * len(columns)) * (1.0 if labels >= 2 else 0.3)


def _level_columns(sheet: Sheet, header: int, columns: dict[str, int]) -> tuple[dict[int, str], int]:
    """Level of each column of a matrix of levels (a heading over 了解, 理解, ... with marks in the cells), and the last header row."""
    taken = set(columns.values())
    last = header
    levels: dict[int, str] = {}
    if header + 1 < len(sheet.rows) and not text_of(sheet.cell(header + 1, columns["label"])).isdigit():
        upper, lower = sheet.filled(header, header + 1)
        parent = ""
        for c in range(sheet.width):
            parent = text_of(upper[c]) or parent
            child = text_of(lower[c])
            heads_levels = c not in taken or columns.get("ability_level") == c or columns.get("cognitive_level") == c
            if child and child != text_of(upper[c]) and _LEVEL_GROUP.search(parent) and heads_levels and number_of(lower[c]) is None:
                levels[c] = shown(lower[c])
        if len(levels) >= 2:
            return levels, header + 1
    return {}, last


def _difficulty(cell: Cell) -> float | None:
    value = number_of(cell)
    if value is None:
        text = text_of(cell)
        if text.endswith("%"):
            value = number_of(text[:-1])
            value = None if value is None else value / 100
    return value if value is not None and 0 <= value <= 1 else None


def read(sheet: Sheet) -> Blueprint | None:
    """The blueprint on a sheet; None where there is none."""
    found = header_of(sheet)
    if found is None:
        return None
    header, columns = found
    levels, last_header = _level_columns(sheet, header, columns)
    for name in ("ability_level", "cognitive_level"):
        if columns.get(name) in levels:
            del columns[name]
    out = Blueprint(sheet.name, header, columns, levels, {})
    body = sheet.filled(last_header + 1, len(sheet.rows) - 1) if len(sheet.rows) > last_header + 1 else []
    above: dict[str, Cell] = {}
    main = ""
    for row in body:
        label = row[columns["label"]]
        first = next((cell for cell in row if cell is not None), None)
        if first is None:
            continue
        if is_note(first):
            break
        if label is None or is_summary(label) or is_summary(first):
            continue
        for name in _FILLED_DOWN:
            if name in columns and row[columns[name]] is not None:
                above[name] = row[columns[name]]
        labels: list[tuple[str, ItemLabel | None]] = []
        for part in expand(label):
            parsed = item_label(part)
            only_sub = sub_label(part) if "(" in text_of(part) else None
            if parsed is None and only_sub and main:
                labels.append((main + only_sub, None))
            elif parsed is not None:
                main = parsed.main
                labels.append((parsed.id, parsed))
        for item_id, parsed in labels:
            entry = BlueprintRow(item_id, run=len(labels))
            _fill(entry, row, columns, levels, above, out)
            if parsed is not None and parsed.points is not None:
                entry.values.setdefault("full_mark", parsed.points)
            if parsed is not None and parsed.bonus:
                entry.values["bonus"] = 1.0
            out.items.setdefault(item_id, entry)
    return out if out.items else None


def _fill(
    entry: BlueprintRow, row: list[Cell], columns: dict[str, int], levels: dict[int, str], above: dict[str, Cell], out: Blueprint
) -> None:
    for name, column in columns.items():
        cell = row[column] if row[column] is not None else above.get(name)
        if name == "label" or cell is None:
            continue
        if name == "full_mark":
            value = number_of(cell)
            if value is None:
                digits = re.search(r"\d+(?:\.\d+)?", text_of(cell))
                value = float(digits.group(0)) if digits else None
            if value is not None and value > 0:
                entry.values[name] = value
        elif name == "planned_difficulty":
            share = _difficulty(cell)
            if share is None:
                out.words_for_difficulty = True
            else:
                entry.values[name] = share
        elif name == "knowledge":
            entry.values[name] = ";".join(part.strip() for part in _LISTS.split(shown(cell)) if part.strip())
        elif name == "type":
            entry.values[name] = type_of(text_of(cell)) or shown(cell)
            if "附加" in text_of(cell):
                entry.values["bonus"] = 1.0
            if "选做" in text_of(cell) or "选考" in text_of(cell):
                entry.values["choice"] = 1.0
        elif name == "key":
            entry.values[name] = text_of(cell).upper().replace("或", "|")
        else:
            entry.values[name] = shown(cell)
    marked = [level for column, level in levels.items() if row[column] is not None and text_of(row[column]) not in {"", "0"}]
    if len(marked) == 1:
        entry.values.setdefault("ability_level", marked[0])
