"""The command line without extras."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from . import __version__, _commands


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    top = argparse.ArgumentParser(prog="celadon", description="教育评价与分析 / evaluation and analytics for school education")
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(dest="command", required=True)

    def add(name: str, help_text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help_text, description=help_text)
        command.add_argument("--lang", choices=["zh-CN", "en"], default="zh-CN", help="语言 / language")
        return command

    def reading(command: argparse.ArgumentParser) -> None:
        command.add_argument(
            "--blank", choices=["omitted", "not_reached", "not_administered", "invalid"], help="空白格的含义 / what a blank is"
        )
        command.add_argument(
            "--missing", action="append", default=[], metavar="VALUE=KIND", help="缺失代码,如 9=omitted / code of a missing kind"
        )

    def judging(command: argparse.ArgumentParser) -> None:
        reading(command)
        command.add_argument("--profile", help="评价参数文件 / profile file")
        command.add_argument(
            "--comments", type=Path, action="append", default=[], metavar="FILE", help="评语库文件,可多次 / file of a bank of comments"
        )

    one = add("import", "导入工作簿(小题分与双向细目表) / import a workbook")
    one.add_argument("source", type=Path)
    one.add_argument("--out", type=Path, required=True, help="数据包文件夹 / folder of the data package")
    one.add_argument("--blueprint", help="双向细目表的工作表或文件 / sheet or file of the blueprint")
    one.add_argument("--marks", help="小题分工作表 / sheet of item marks")
    one.add_argument("--header-rows", metavar="FIRST-LAST", help="表头行 / header rows, from 1")
    one.add_argument("--id-column", help="考号列的表头 / heading of the identifier")
    one.add_argument("--paper-name")
    one.add_argument("--subject")
    one.add_argument("--grade", type=int)
    one.add_argument("--blank", choices=["omitted", "not_reached", "not_administered", "invalid"])
    one.add_argument("--format", choices=["csv", "parquet"], default="csv")
    one.add_argument("--all", action="store_true", help="列出全部发现 / list every finding")

    two = add("validate", "校验数据 / check data")
    two.add_argument("data", type=Path)
    reading(two)
    two.add_argument("--all", action="store_true", help="列出全部发现 / list every finding")
    two.add_argument("--json", action="store_true")

    three = add("evaluate", "评价并写出报告 / evaluate and write reports")
    three.add_argument("data", type=Path)
    three.add_argument("--out", type=Path, required=True)
    judging(three)
    three.add_argument("--family", choices=["classical", "rasch", "2pl_prior", "3pl"])
    three.add_argument("--no-calibrate", action="store_true")
    three.add_argument("--no-pupils", action="store_true", help="不写学生报告 / no pupil reports")
    three.add_argument("--no-print-files", action="store_true")
    three.add_argument("--json", action="store_true", help="同时写 JSON / JSON beside HTML")
    three.add_argument("--xlsx", action=argparse.BooleanOptionalAction, default=None)
    three.add_argument("--signed-by", default="", help="签发教师 / the teacher who signs")
    three.add_argument("--threads", type=int, default=0)

    four = add("report", "写出一份报告 / write one report")
    four.add_argument("data", type=Path)
    four.add_argument("--out", type=Path, required=True, help="*.html 或 *.json")
    judging(four)
    which = four.add_mutually_exclusive_group()
    which.add_argument("--pupil", help="学号 / identifier of the pupil")
    which.add_argument("--class", dest="review", type=int, help="班级序号(从 1 起) / number of the class")
    which.add_argument("--school", type=int, help="学校序号(从 1 起) / number of the school")
    four.add_argument("--paper", type=int, default=1, help="试卷序号(从 1 起) / number of the paper")
    four.add_argument("--signed-by", default="")

    why = add("explain", "一句话背后的规则和数字 / the rule and the numbers behind a sentence")
    why.add_argument("data", type=Path)
    why.add_argument("statement", metavar="ID", help="报告中句子的编号 / the id beside the sentence")
    judging(why)

    bank = add("lint-comments", "检查评语库 / check a bank of comments")
    bank.add_argument(
        "files", type=Path, nargs="*", help="规则与各语言句子,缺省为随库文件 / rules and sentences; what is not given is the shipped file"
    )
    bank.add_argument("--fields", action="store_true", help="列出规则和句子可用的字段 / list what rules and sentences may use")
    bank.add_argument("--write", type=Path, metavar="FOLDER", help="写出随库的三个文件,供改写 / write the shipped files, to begin from")
    bank.add_argument("--json", action="store_true")

    five = add("demo", "演示:真实测验与模拟的一个区 / a real test and a simulated district")
    five.add_argument("--out", type=Path, default=Path("celadon-demo"))
    five.add_argument("--pupils", type=int, default=1200)
    five.add_argument("--seed", type=int, default=1)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Parses and runs; returns the exit code."""
    given = parser().parse_args(arguments)

    def command() -> int:
        if given.command == "import":
            return _commands.run_import(
                given.source,
                given.out,
                blueprint=given.blueprint,
                marks=given.marks,
                header_rows=given.header_rows,
                id_column=given.id_column,
                paper_name=given.paper_name,
                subject=given.subject,
                grade=given.grade,
                blank=given.blank,
                format=given.format,
                lang=given.lang,
                everything=given.all,
            )
        if given.command == "validate":
            return _commands.run_validate(
                given.data, blank=given.blank, missing=given.missing, lang=given.lang, everything=given.all, as_json=given.json
            )
        if given.command == "evaluate":
            return _commands.run_evaluate(
                given.data,
                given.out,
                profile=given.profile,
                comments=given.comments,
                blank=given.blank,
                missing=given.missing,
                family=given.family,
                calibrate=not given.no_calibrate,
                pupils=not given.no_pupils,
                print_files=not given.no_print_files,
                json_too=given.json,
                xlsx=given.xlsx,
                signed_by=given.signed_by,
                threads=given.threads,
                lang=given.lang,
            )
        if given.command == "report":
            return _commands.run_report(
                given.data,
                given.out,
                pupil=given.pupil,
                review=given.review,
                school=given.school,
                paper=given.paper - 1,
                signed_by=given.signed_by,
                profile=given.profile,
                comments=given.comments,
                blank=given.blank,
                missing=given.missing,
                lang=given.lang,
            )
        if given.command == "explain":
            return _commands.run_explain(
                given.data,
                given.statement,
                profile=given.profile,
                comments=given.comments,
                blank=given.blank,
                missing=given.missing,
                lang=given.lang,
            )
        if given.command == "lint-comments":
            return _commands.run_lint_comments(given.files, fields=given.fields, write=given.write, lang=given.lang, as_json=given.json)
        return _commands.run_demo(given.out, pupils=given.pupils, seed=given.seed, lang=given.lang)

    return _commands.guarded(command, given.lang)
