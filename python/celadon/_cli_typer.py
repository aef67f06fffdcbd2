"""The command line with typer (and rich, which typer uses for its help)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from . import _commands

app = typer.Typer(
    name="celadon",
    help="教育评价与分析 / evaluation and analytics for school education",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Language(str, Enum):
    """Languages of messages and reports."""

    zh = "zh-CN"
    en = "en"


class Kind(str, Enum):
    """Kinds of missing answers."""

    omitted = "omitted"
    not_reached = "not_reached"
    not_administered = "not_administered"
    invalid = "invalid"


class Format(str, Enum):
    """Files of a data package."""

    csv = "csv"
    parquet = "parquet"


class Family(str, Enum):
    """Model families."""

    classical = "classical"
    rasch = "rasch"
    two_parameter = "2pl_prior"
    three_parameter = "3pl"


LangOption = Annotated[Language, typer.Option("--lang", help="语言 / language")]
BlankOption = Annotated[Kind | None, typer.Option("--blank", help="空白格的含义 / what a blank is")]
MissingOption = Annotated[
    list[str] | None, typer.Option("--missing", metavar="VALUE=KIND", help="缺失代码,如 9=omitted / code of a missing kind")
]


ProfileOption = Annotated[str | None, typer.Option(help="评价参数文件 / profile file")]
CommentsOption = Annotated[list[Path] | None, typer.Option(metavar="FILE", help="评语库文件,可多次 / file of a bank of comments")]


def _finish(command: Any, lang: Language) -> None:
    raise typer.Exit(_commands.guarded(command, lang.value))


def _lang(lang: Language) -> _commands.Lang:
    return lang.value


@app.command("import")
def import_command(
    source: Path,
    out: Annotated[Path, typer.Option(help="数据包文件夹 / folder of the data package")],
    blueprint: Annotated[str | None, typer.Option(help="双向细目表的工作表或文件 / sheet or file of the blueprint")] = None,
    marks: Annotated[str | None, typer.Option(help="小题分工作表 / sheet of item marks")] = None,
    header_rows: Annotated[str | None, typer.Option(metavar="FIRST-LAST", help="表头行 / header rows, from 1")] = None,
    id_column: Annotated[str | None, typer.Option(help="考号列的表头 / heading of the identifier")] = None,
    paper_name: str | None = None,
    subject: str | None = None,
    grade: int | None = None,
    blank: BlankOption = None,
    format: Format = Format.csv,
    lang: LangOption = Language.zh,
    everything: Annotated[bool, typer.Option("--all", help="列出全部发现 / list every finding")] = False,
) -> None:
    """导入工作簿(小题分与双向细目表) / import a workbook"""
    _finish(
        lambda: _commands.run_import(
            source,
            out,
            blueprint=blueprint,
            marks=marks,
            header_rows=header_rows,
            id_column=id_column,
            paper_name=paper_name,
            subject=subject,
            grade=grade,
            blank=blank.value if blank else None,
            format=format.value,
            lang=_lang(lang),
            everything=everything,
        ),
        lang,
    )


@app.command()
def validate(
    data: Path,
    blank: BlankOption = None,
    missing: MissingOption = None,
    lang: LangOption = Language.zh,
    everything: Annotated[bool, typer.Option("--all", help="列出全部发现 / list every finding")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """校验数据 / check data"""
    _finish(
        lambda: _commands.run_validate(
            data,
            blank=blank.value if blank else None,
            missing=missing or [],
            lang=_lang(lang),
            everything=everything,
            as_json=as_json,
        ),
        lang,
    )


@app.command()
def evaluate(
    data: Path,
    out: Annotated[Path, typer.Option(help="报告文件夹 / folder of the reports")],
    blank: BlankOption = None,
    missing: MissingOption = None,
    profile: ProfileOption = None,
    comments: CommentsOption = None,
    family: Family | None = None,
    calibrate: bool = True,
    pupils: Annotated[bool, typer.Option(help="学生报告 / pupil reports")] = True,
    print_files: bool = True,
    json_too: Annotated[bool, typer.Option("--json", help="同时写 JSON / JSON beside HTML")] = False,
    xlsx: Annotated[bool | None, typer.Option("--xlsx/--no-xlsx")] = None,
    signed_by: Annotated[str, typer.Option(help="签发教师 / the teacher who signs")] = "",
    threads: int = 0,
    lang: LangOption = Language.zh,
) -> None:
    """评价并写出报告 / evaluate and write reports"""
    _finish(
        lambda: _commands.run_evaluate(
            data,
            out,
            profile=profile,
            comments=comments or [],
            blank=blank.value if blank else None,
            missing=missing or [],
            family=family.value if family else None,
            calibrate=calibrate,
            pupils=pupils,
            print_files=print_files,
            json_too=json_too,
            xlsx=xlsx,
            signed_by=signed_by,
            threads=threads,
            lang=_lang(lang),
        ),
        lang,
    )


@app.command()
def report(
    data: Path,
    out: Annotated[Path, typer.Option(help="*.html 或 *.json")],
    pupil: Annotated[str | None, typer.Option(help="学号 / identifier of the pupil")] = None,
    review: Annotated[int | None, typer.Option("--class", help="班级序号(从 1 起) / number of the class")] = None,
    school: Annotated[int | None, typer.Option(help="学校序号(从 1 起) / number of the school")] = None,
    paper: Annotated[int, typer.Option(help="试卷序号(从 1 起) / number of the paper")] = 1,
    signed_by: str = "",
    profile: ProfileOption = None,
    comments: CommentsOption = None,
    blank: BlankOption = None,
    missing: MissingOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """写出一份报告 / write one report"""
    _finish(
        lambda: _commands.run_report(
            data,
            out,
            pupil=pupil,
            review=review,
            school=school,
            paper=paper - 1,
            signed_by=signed_by,
            profile=profile,
            comments=comments or [],
            blank=blank.value if blank else None,
            missing=missing or [],
            lang=_lang(lang),
        ),
        lang,
    )


@app.command()
def explain(
    data: Path,
    statement: Annotated[str, typer.Argument(metavar="ID", help="报告中句子的编号 / the id beside the sentence")],
    profile: ProfileOption = None,
    comments: CommentsOption = None,
    blank: BlankOption = None,
    missing: MissingOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """一句话背后的规则和数字 / the rule and the numbers behind a sentence"""
    _finish(
        lambda: _commands.run_explain(
            data,
            statement,
            profile=profile,
            comments=comments or [],
            blank=blank.value if blank else None,
            missing=missing or [],
            lang=_lang(lang),
        ),
        lang,
    )


@app.command("lint-comments")
def lint_comments(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="规则与各语言句子,缺省为随库文件 / rules and sentences; what is not given is the shipped file"),
    ] = None,
    fields: Annotated[bool, typer.Option("--fields", help="列出规则和句子可用的字段 / list what rules and sentences may use")] = False,
    write: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="写出随库的三个文件,供改写 / write the shipped files, to begin from")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    lang: LangOption = Language.zh,
) -> None:
    """检查评语库 / check a bank of comments"""
    _finish(lambda: _commands.run_lint_comments(files or [], fields=fields, write=write, lang=_lang(lang), as_json=as_json), lang)


@app.command()
def demo(
    out: Path = Path("celadon-demo"),
    pupils: Annotated[int, typer.Option(help="模拟的学生数 / simulated pupils")] = 1200,
    seed: int = 1,
    lang: LangOption = Language.zh,
) -> None:
    """演示:真实测验与模拟的一个区 / a real test and a simulated district"""
    _finish(lambda: _commands.run_demo(out, pupils=pupils, seed=seed, lang=_lang(lang)), lang)


def main(arguments: Sequence[str] | None = None) -> int:
    """Parses and runs; returns the exit code."""
    try:
        app(args=None if arguments is None else list(arguments), prog_name="celadon")
    except SystemExit as finished:
        return finished.code if isinstance(finished.code, int) else 0
    return 0
