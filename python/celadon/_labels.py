"""Item numbers and column names as schools write them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_CIRCLED = {ord("①") + k: f"({k + 1})" for k in range(20)}
_SPACE = re.compile(r"\s+")
_POINTS = re.compile(r"[(\[【]?\s*(?:满分|共|每题|每空|每小题)?\s*[::]?\s*(\d+(?:\.\d+)?)\s*分\s*[)\]】]?")
_PREFIX = r"(?:第|题号?|小题|[QqTtXx]|item|单选|多选|选择|填空|判断|解答|计算|简答|客观|主观|选做|选考|附加)?(?:题)?"
_ITEM = re.compile(
    rf"^(?P<prefix>{_PREFIX})\s*[-_.::]?\s*(?P<main>\d{{1,3}})\s*(?:题|小题)?"
    r"(?:\s*(?:\((?P<sub>\d{1,2}|[ivx]{1,4}|[a-h])\)|[-_.、](?P<dash>\d{1,2}))(?:\s*\((?P<deep>\d{1,2}|[ivx]{1,4}|[a-h])\))?)?"
    r"\s*(?:题|小题|得分)?\s*(?P<tail>\(?(?:选做|选考|附加|选做题|附加题)\)?)?$"
)
_SUB = re.compile(r"^\(?\s*(?P<sub>\d{1,2}|[ivx]{1,4})\s*\)?$")
_WORDS = re.compile(r"^(?:作文|写作|书写|卷面分?|听力|口语|附加题?|选做题?|选考题?)$")
_TYPES = re.compile(
    r"单项选择题?|多项选择题?|单选题?|多选题?|不定项选择题?|选择题?|填空题?|判断题?|解答题?|计算题?|应用题?|实验题?|作图题?|简答题?|"
    r"证明题?|综合题|材料题|默写|文言文|现代文|古诗|阅读理解|阅读|完形填空|语法填空|写作|作文|听力|翻译|口语|连线题?|客观题|主观题"
)

ROLES: dict[str, re.Pattern[str]] = {
    "id": re.compile(
        r"^(?:考号|准考证号?|考生号|学号|学籍号|全国学籍号|学生编号|学生号|考生编号|编号|student(?:_?id)?|id|studentid)$", re.I
    ),
    "name": re.compile(r"^(?:姓名|学生姓名|考生姓名|name)$", re.I),
    "class": re.compile(r"^(?:班级|班级名称|行政班|教学班|所在班级|班别|班|class)$", re.I),
    "school": re.compile(r"^(?:学校|学校名称|校名|所在学校|school)$", re.I),
    "form": re.compile(r"^(?:卷别|卷型|试卷类型|试卷|a/b卷|ab卷|卷)$", re.I),
    "status": re.compile(r"^(?:状态|考试状态|考生状态|缺考标记|是否缺考|status)$", re.I),
    "remark": re.compile(r"^(?:备注|说明|学生类别|考生类别|学籍情况|remark|note)$", re.I),
    "total": re.compile(r"^(?:总分|总成绩|合计|总计|全卷总?分?|卷面总分|成绩|得分|总得分|total)$", re.I),
    "ignore": re.compile(
        r"^(?:序号|座号|座位号|考场|考场号|性别|名次|.*排名|.*名次|.*小计|.*得分合计|等级|等第|客观题?总?得?分|主观题?总?得?分|"
        r".*(?:选择题|填空题|解答题|客观题|主观题)(?:总分|得分|合计)|年级|科目|学科|i+卷|第?[一二ⅠⅡ]+卷|t分|z分|标准分|no\.?)$",
        re.I,
    ),
}

_SUMMARY = re.compile(
    r"^(?:平均分?|均分|班均分?|年级均分|最高分?|最低分?|中位数|标准差|方差|及格率|优秀率|低分率|得分率|合格率|难度|区分度|合计|总计|小计|"
    r"人数|参考人数|应考人数|实考人数|满分|分值|满分值|小题满分|题目满分|正确率|一分三率|平均|全班|全年级|最大值|最小值)[::]?.*$"
)
_NOTE = re.compile(r"^(?:注|备注|说明|附注|填表人|制表|审核|统计|\*|※|note)", re.I)
_FULL_ROW = re.compile(r"^(?:满分|分值|满分值|小题满分|题目满分|每题分值|赋分|full ?marks?)[::]?$", re.I)


def text_of(cell: object) -> str:
    """The text of a cell for matching: half width, no spaces, circled numbers as (1)."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = unicodedata.normalize("NFKC", str(cell).translate(_CIRCLED))
    return _SPACE.sub("", text)


def shown(cell: object) -> str:
    """The text of a cell as it is printed, trimmed."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return _SPACE.sub(" ", str(cell)).strip()


@dataclass(frozen=True)
class ItemLabel:
    """An item number taken apart."""

    main: str
    sub: str = ""
    bonus: bool = False
    choice: bool = False
    points: float | None = None

    @property
    def id(self) -> str:
        """The canonical form: 21(1), 21(1)(2)."""
        return self.main + self.sub


def take_points(text: str) -> tuple[str, float | None]:
    """The text without "(3分)", and the points."""
    found = _POINTS.search(text)
    if found is None:
        return text, None
    return text[: found.start()] + text[found.end() :], float(found.group(1))


def item_label(cell: object) -> ItemLabel | None:
    """The item that a header cell names; None where it names none."""
    text, points = take_points(text_of(cell))
    if not text:
        return None
    bonus, choice = "附加" in text, "选做" in text or "选考" in text
    found = _ITEM.match(text)
    if found is not None:
        # A bare number with a letter before it is an item; a year or an identifier is not.
        sub = found.group("sub") or found.group("dash") or ""
        sub = f"({sub})" if sub else ""
        if found.group("deep"):
            sub += f"({found.group('deep')})"
        main = str(int(found.group("main")))
        prefix = found.group("prefix")
        if prefix.startswith("附加"):
            main = f"附加{main}"
        return ItemLabel(main, sub, bonus, choice, points)
    if _WORDS.match(text):
        return ItemLabel(text, "", bonus, choice, points)
    return None


def is_group(main: str) -> bool:
    """Whether a heading names a group of items (附加题, 选做题) and no question."""
    return main.startswith(("附加", "选做", "选考")) and not main[-1].isdigit()


def sub_label(cell: object) -> str | None:
    """ "(1)" for a header cell that only numbers a part of a question."""
    text, _ = take_points(text_of(cell))
    found = _SUB.match(text)
    return f"({found.group('sub')})" if found else None


def type_of(text: str) -> str:
    """The 题型 named in a heading; empty where there is none."""
    found = _TYPES.search(text)
    return found.group(0) if found else ""


def role_of(cell: object) -> str:
    """What a column that is no item holds; empty where its name is not known."""
    text, _ = take_points(text_of(cell))
    for role, pattern in ROLES.items():
        if pattern.match(text):
            return role
    return ""


def is_summary(cell: object) -> bool:
    """Whether the first cell of a row says that it holds a statistic and no pupil."""
    return bool(_SUMMARY.match(text_of(cell)))


def is_note(cell: object) -> bool:
    """Whether a row is a remark below the table."""
    return bool(_NOTE.match(text_of(cell)))


def is_full_row(cell: object) -> bool:
    """Whether a row holds the items' full marks."""
    return bool(_FULL_ROW.match(text_of(cell)))


def expand(label: object) -> list[str]:
    """Labels of a cell such as 1-5, 1~5 or 1、2、3; one label otherwise."""
    text = text_of(label)
    run = re.match(r"^第?(\d{1,3})(?:题)?[-~—–至到](\d{1,3})(?:题|小题)?$", text)
    if run and int(run.group(1)) < int(run.group(2)) <= int(run.group(1)) + 60:
        return [str(k) for k in range(int(run.group(1)), int(run.group(2)) + 1)]
    parts = [part for part in re.split(r"[、,;;]", text) if part]
    if len(parts) > 1 and all(item_label(part) for part in parts):
        return parts
    return [text]
