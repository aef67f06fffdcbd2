"""`celadon lint-comments`: the files of a comment bank, and the linter's faults in words for who edits them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import _celadon
from ._celadon.feedback import CommentBank
from ._errors import CeladonError

_native = _celadon.feedback

RULES = "celadon.comment-rules"
WORDING = "celadon.comment-wording"
SHIPPED_RULES = "comments.rules.json"

#: By kind of fault: what, why, what to do; Chinese, then English.
_FAULTS: dict[str, tuple[tuple[str, str, str], tuple[str, str, str]]] = {
    "banned_word": (
        (
            "含禁用词“{detail}”",
            "评语只谈作业,不评价人,不与别人比较",
            "换一种说法;确需使用时从 banned 中删去此词",
        ),
        (
            'holds the banned word "{detail}"',
            "a comment is about the work, never about the person or others",
            "say it otherwise",
        ),
    ),
    "unknown_slot": (
        (
            "槽位“{detail}”不存在",
            "没有数据可填,句子会缺字",
            "改为已有的槽位名,用 --fields 列出",
        ),
        (
            'the slot "{detail}" does not exist',
            "nothing can fill it",
            "use a known slot; --fields lists them",
        ),
    ),
    "slot_not_filled": (
        (
            "槽位未必有值:{detail}",
            "规则成立时这个槽位可能为空,句子会缺字",
            "换一个槽位,或在规则的 when 中加上相应条件",
        ),
        (
            "a slot may be empty: {detail}",
            "the rule can hold where nothing fills the slot",
            "use another slot, or test for it in the rule's when",
        ),
    ),
    "open_brace": (
        (
            "花括号没有配对",
            "槽位写不完整,会原样印出",
            "写成 {{槽位}}",
        ),
        (
            "a brace is not closed",
            "the slot would be printed as it stands",
            "write {{slot}}",
        ),
    ),
    "unknown_format": (
        (
            "槽位格式“{detail}”无效",
            "这个槽位不能按此格式印出",
            "用 percent、0 到 4(小数位数)或“单数|复数”;文字槽位不写格式",
        ),
        (
            'the slot format "{detail}" is not valid',
            "the slot cannot be printed so",
            "use percent, 0 to 4 places, or one|many; none for text",
        ),
    ),
    "unknown_field": (
        (
            "“{detail}”在这条规则中不能使用",
            "规则只能检验其读者和对象具有的字段",
            "改为可检验的字段,用 --fields 列出;班级规则不与其他读者合写",
        ),
        (
            '"{detail}" cannot be used in this rule',
            "a rule tests fields that its readers and subject have",
            "use another field, --fields lists them; keep class rules apart",
        ),
    ),
    "never_true": (
        (
            "规则永远不成立",
            "条件互相矛盾,或没有学生会是这样",
            "放宽或改正 when 中的条件",
        ),
        (
            "the rule never holds",
            "its tests contradict each other, or no pupil is so",
            "loosen or correct the tests in when",
        ),
    ),
    "always_covered": (
        (
            "规则从不被选用",
            "总有优先级更高的规则占去它的位置,或该部分的 limits 为 0",
            "提高 priority,收紧其他规则,或增加 limits",
        ),
        (
            "the rule is never chosen",
            "a rule of higher priority always takes its place, or its limit is 0",
            "raise its priority, narrow the others, or raise limits",
        ),
    ),
    "no_message": (
        (
            "规则“{detail}”的句子在此语言中没有",
            "这条规则成立时无话可说",
            "在 messages 中加上这一条",
        ),
        (
            'the message of rule "{detail}" is missing in this language',
            "nothing could be said where the rule holds",
            "add it to messages",
        ),
    ),
    "not_used": (
        (
            "没有规则使用这条消息",
            "它永远不会印出",
            "删去,或让一条规则的 message 指向它",
        ),
        (
            "no rule uses this message",
            "it would never be printed",
            "delete it, or name it as the message of a rule",
        ),
    ),
    "no_variant": (
        (
            "没有句子,或句子为空",
            "规则成立时会印出空白",
            "写上至少一个句子",
        ),
        (
            "has no sentence, or an empty one",
            "a blank would be printed",
            "write at least one sentence",
        ),
    ),
    "same_variant": (
        (
            "有两个句子相同",
            "同班学生会更多地读到同一句",
            "改写或删去其中一个",
        ),
        (
            "two of its sentences are the same",
            "more pupils of a class would read the same",
            "reword or delete one",
        ),
    ),
    "language_missing": (
        (
            "缺少一种语言",
            "每条评语都要有中文和英文",
            "补上这种语言的文件或文字",
        ),
        (
            "a language is missing",
            "every comment stands in Chinese and English",
            "add the file or the text of this language",
        ),
    ),
    "too_long": (
        (
            "句子过长({detail})",
            "长句难读,家长一眼读不完",
            "拆短;上限在 limits.sentence",
        ),
        (
            "the sentence is too long ({detail})",
            "long sentences are hard to read",
            "shorten it; the limit is limits.sentence",
        ),
    ),
    "clause_too_long": (
        (
            "一口气读不完的分句({detail})",
            "两个标点之间的字太多",
            "加标点或删字;上限在 limits.clause",
        ),
        (
            "a clause is too long to read in one breath ({detail})",
            "too many words between two stops",
            "break it; the limit is limits.clause",
        ),
    ),
    "duplicate_rule": (
        (
            "规则编号为空或重复",
            "编号要能指明一条规则",
            "另取一个编号",
        ),
        (
            "the id of the rule is empty or used twice",
            "an id names one rule",
            "give it an id of its own",
        ),
    ),
}

_SHIPPED = ("(随库)", " (shipped)")


@dataclass
class BankFiles:
    """A bank with the names of the files that it came from; what no file gives is the shipped one."""

    bank: CommentBank
    rules: str
    wordings: dict[str, str] = field(default_factory=dict)

    def of(self, language: str) -> str:
        """The file that a fault of a language, or of the rules (""), stands in."""
        return self.wordings.get(language, f"comments.{language}.json") if language else self.rules


class UnreadableFile(ValueError):
    """A file that is no part of a bank; the message names it and says why in both languages."""


def read_bank(files: Sequence[Path], lang: str) -> BankFiles:
    """Rules and wordings from files in any order, told apart by their "format"; the shipped ones for what is not given."""
    chinese = lang == "zh-CN"
    mark = _SHIPPED[0 if chinese else 1]
    shipped_rules, shipped = _native._default_comment_texts()
    rules, rules_name = shipped_rules, SHIPPED_RULES + mark
    texts = {json.loads(text)["language"]: text for text in shipped}
    names = {language: f"comments.{language}.json{mark}" for language in texts}
    given: dict[str, Path] = {}
    for path in files:
        text = _text(path, chinese)
        try:
            value = json.loads(text)
        except ValueError:
            value = None
        kind = value.get("format") if isinstance(value, dict) else None
        try:
            if kind == RULES:
                _native.parse_comment_bank(text, list(shipped))
            else:  # also what is no JSON: the reader says where it ends
                _native.parse_comment_bank(shipped_rules, [text])
        except CeladonError as problem:
            raise UnreadableFile(f"{path}: [{problem.code}] {problem.cause(lang)}. {problem.fix(lang)}") from None
        key = "" if kind == RULES else str(value["language"])
        if key in given:
            why = "与 {} 是同一部分,请只给一个" if chinese else "the same part of a bank as {}; give one of them"
            raise UnreadableFile(f"{path}: {why.format(given[key])}")
        given[key] = path
        if kind == RULES:
            rules, rules_name = text, str(path)
        else:
            texts[key], names[key] = text, str(path)
    return BankFiles(_native.parse_comment_bank(rules, list(texts.values())), rules_name, names)


def _text(path: Path, chinese: bool) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        why = "不是 UTF-8 文本,请另存为 UTF-8" if chinese else "not UTF-8 text; save it as UTF-8"
        raise UnreadableFile(f"{path}: {why}") from None


def faults(files: BankFiles, lang: str) -> Iterator[dict[str, Any]]:
    """One mapping a fault: file, id, variant, language, kind, detail, what, why, fix, sentence."""
    told = _native.lint(files.bank).to_dict()
    messages = files.bank.messages.to_dict()
    sentences = {
        (language, message, variant): text
        for language, message, variant, text in zip(
            messages["language"], messages["message"], messages["variant"], messages["text"], strict=True
        )
    }
    for kind, language, where, detail, variant in zip(*(told[c] for c in ("kind", "language", "where", "detail", "variant")), strict=True):
        what, why, fix = _FAULTS[kind][0 if lang == "zh-CN" else 1]
        yield {
            "file": files.of(language),
            "id": where,
            "variant": variant,
            "language": language,
            "kind": kind,
            "detail": detail,
            "what": what.format(detail=detail),
            "why": why,
            "fix": fix.format(),
            "sentence": sentences.get((language, where, variant), ""),
        }


def line(fault: dict[str, Any], lang: str) -> str:
    """A fault in one line: file, id and number of the sentence, language, kind, what, why, what to do, the sentence."""
    chinese = lang == "zh-CN"
    place = fault["id"] + (f"#{fault['variant']}" if fault["variant"] else "")
    head = " ".join(part for part in (fault["file"] + ":", place, fault["language"], f"[{fault['kind']}]") if part)
    quoted = fault["sentence"].replace("\n", " ")
    if chinese:
        return f"{head} {fault['what']}。原因:{fault['why']}。处理:{fault['fix']}。" + (f"原句:{quoted}" if quoted else "")
    return f"{head} {fault['what']}; {fault['why']}; to do: {fault['fix']}." + (f" Sentence: {quoted}" if quoted else "")


def write_shipped(folder: Path) -> list[Path]:
    """The shipped rules and sentences as files, to begin a bank of one's own with; never over a file that is there."""
    folder.mkdir(parents=True, exist_ok=True)
    rules, wordings = _native._default_comment_texts()
    named = {SHIPPED_RULES: rules} | {f"comments.{json.loads(text)['language']}.json": text for text in wordings}
    for name, text in named.items():
        with (folder / name).open("x", encoding="utf-8") as file:
            file.write(text)
    return [folder / name for name in named]


def field_lines(lang: str) -> Iterator[str]:
    """What a rule may test and a sentence may hold, one field a line."""
    words = ("检验", "槽位", "学生", "班级") if lang == "zh-CN" else ("test", "slot", "pupil", "class")
    told = _native.comment_fields().to_dict()
    for name, scope, *uses in zip(*(told[c] for c in ("name", "scope", "test", "slot", "for_pupil", "for_class")), strict=True):
        yield f"{name:<20} {scope:<6} " + " ".join(word for word, used in zip(words, uses, strict=True) if used)
