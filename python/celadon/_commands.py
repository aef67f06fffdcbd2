"""What the command line does, whatever parses it. Prints counts and paths, never a value of a pupil."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from . import _comment_lint
from ._celadon import Finding
from ._celadon.feedback import CommentBank
from ._errors import CeladonError, MissingExtra
from ._findings import Findings
from ._responses import MissingKind
from .package import Package, read_package

if TYPE_CHECKING:
    from .evaluation import Evaluation

Lang = Literal["zh-CN", "en"]

_TEXTS: dict[str, tuple[str, str]] = {
    "imported": ("已导入:{pupils} 名学生,{items} 个小题 → {folder}", "Imported: {pupils} pupils, {items} items -> {folder}"),
    "guesses": ("导入时作出的判断(不对时用右侧选项指定):", "What the import guessed (overrule with the option on the right):"),
    "no_findings": ("没有发现问题", "No findings"),
    "findings": (
        "发现 {errors} 个错误、{warnings} 个警告、{notes} 条提示",
        "Errors: {errors}, warnings: {warnings}, notes: {notes}",
    ),
    "more": ("……另有 {count} 条,用 --all 全部列出", "... {count} more; list them with --all"),
    "cause": ("原因", "cause"),
    "fix": ("处理", "fix"),
    "paper": (
        "试卷“{name}”:{n_counted}/{n_pupils} 人计入,{n_items} 题,模型 {model}{simulated}",
        'Paper "{name}": {n_counted} of {n_pupils} pupils counted, {n_items} items, model {model}{simulated}',
    ),
    "simulated": (",模拟数据", ", simulated data"),
    "not_evaluated": ("未作评价:{what}:{reason}", "Not evaluated: {what}: {reason}"),
    "written": ("{pages} 页报告,{seconds:.1f} 秒", "{pages} pages, {seconds:.1f} s"),
    "open": ("打开 {path}", "Open {path}"),
    "workbooks": ("{count} 个 XLSX 工作簿:{folder}", "{count} XLSX workbooks: {folder}"),
    "no_xlsx": ("未写 XLSX:{command}", "No XLSX written: {command}"),
    "real": ("真实数据:", "Real data:"),
    "city": ("模拟数据(一个区):", "Simulated data (one district):"),
    "no_real": ("跳过真实数据:{command}", "The real data are skipped: {command}"),
    "report": ("报告写在 {path}", "The report is in {path}"),
    "bank_sound": (
        "没有发现问题:{rules} 条规则,{sentences} 个句子({languages})",
        "No findings: {rules} rules, {sentences} sentences ({languages})",
    ),
    "bank_faults": ("发现 {count} 个问题", "{count} findings"),
    "stopped": ("已取消", "Cancelled"),
}


def say(key: str, lang: Lang, **slots: Any) -> None:
    """Prints a line of the catalogue above."""
    print(_TEXTS[key][0 if lang == "zh-CN" else 1].format(**slots), flush=True)


def show_findings(findings: Iterable[Finding], lang: Lang, everything: bool = False, file: Any = None) -> None:
    """Lists findings, the worst first."""
    listed = Findings(findings)
    counts = {kind: sum(f.severity == kind for f in listed) for kind in ("error", "warning", "note")}
    if not len(listed):
        say("no_findings", lang)
        return
    say("findings", lang, errors=counts["error"], warnings=counts["warning"], notes=counts["note"])
    order = {"error": 0, "warning": 1, "note": 2}
    ranked = sorted(listed, key=lambda f: order[f.severity])
    limit = len(ranked) if everything else 30
    for entry in ranked[:limit]:
        mark = {"error": "✗", "warning": "!", "note": "·"}[entry.severity]
        place = " ".join(part for part in (entry.table, f"#{entry.row}" if entry.row else None, entry.column, entry.item) if part)
        cause = _TEXTS["cause"][0 if lang == "zh-CN" else 1]
        fix = _TEXTS["fix"][0 if lang == "zh-CN" else 1]
        print(f"{mark} [{entry.code}] {place}\n    {cause}: {entry.cause(lang)}\n    {fix}: {entry.fix(lang)}", file=file or sys.stdout)
    if len(ranked) > limit:
        say("more", lang, count=len(ranked) - limit)


def open_data(path: Path, lang: Lang) -> Package:
    """A data package from its folder, or from a workbook that is imported on the way."""
    if path.is_dir() or path.name == "datapackage.json":
        return read_package(path)
    from .workbook import import_workbook

    imported = import_workbook(path)
    say("guesses", lang)
    for guess in imported.guesses:
        print("  " + guess.text(lang))
    package = imported.package
    package.findings = Findings([*imported.findings, *package.findings])
    return package


def parse_missing(pairs: Iterable[str]) -> dict[str, MissingKind]:
    """{"9": "omitted"} from 9=omitted."""
    out: dict[str, MissingKind] = {}
    for pair in pairs:
        value, separator, kind = pair.partition("=")
        if not separator:
            raise ValueError(f"--missing {pair}: VALUE=KIND")
        out[value] = cast(MissingKind, kind)
    return out


def run_import(
    source: Path,
    out: Path,
    *,
    blueprint: str | None = None,
    marks: str | None = None,
    header_rows: str | None = None,
    id_column: str | None = None,
    paper_name: str | None = None,
    subject: str | None = None,
    grade: int | None = None,
    blank: str | None = None,
    format: str = "csv",
    lang: Lang = "zh-CN",
    everything: bool = False,
) -> int:
    """celadon import."""
    from .workbook import import_workbook

    rows = None
    if header_rows:
        first, _, last = header_rows.partition("-")
        rows = (int(first), int(last or first))
    imported = import_workbook(
        source,
        blueprint=blueprint,
        marks=marks,
        header_rows=rows,
        id_column=id_column,
        paper_name=paper_name,
        subject=subject,
        grade=grade,
        blank=blank,
    )
    folder = imported.write(out, format=format)
    package = imported.package
    say("imported", lang, pupils=package["responses"].n_rows, items=package["items"].n_rows, folder=folder)
    say("guesses", lang)
    for guess in imported.guesses:
        print("  " + guess.text(lang))
    show_findings([*imported.findings, *package.validate(language=lang)], lang, everything)
    return 0


def run_validate(
    data: Path,
    *,
    blank: str | None = None,
    missing: Iterable[str] = (),
    lang: Lang = "zh-CN",
    everything: bool = False,
    as_json: bool = False,
) -> int:
    """celadon validate: 0 where nothing is an error, else 1."""
    package = open_data(data, lang)
    findings = package.validate(blank=cast("MissingKind | None", blank), missing=parse_missing(missing), language=lang)
    if as_json:
        columns = findings.to_dict()
        rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        show_findings(findings, lang, everything)
    return 0 if findings.ok else 1


def _write(package: Package, out: Path, lang: Lang, show: bool, evaluation: dict[str, Any], writing: dict[str, Any]) -> None:
    from .evaluation import evaluate

    started = time.perf_counter()
    result = evaluate(package, language=lang, **evaluation)
    if show:
        show_findings(result.findings, lang)
    for paper in result.papers:
        simulated = _TEXTS["simulated"][0 if lang == "zh-CN" else 1] if paper["simulated"] else ""
        say("paper", lang, **{**paper, "simulated": simulated})
    for what, reason in result.not_evaluated.items():
        say("not_evaluated", lang, what=what, reason=reason)
    written = result.write_reports(out, language=lang, **writing)
    say("written", lang, pages=written.pages, seconds=time.perf_counter() - started)
    if written.workbooks:
        say("workbooks", lang, count=len(written.workbooks), folder=out / "xlsx")
    elif writing.get("xlsx") is not False:
        say("no_xlsx", lang, command="pip install 'celadon[cli]'")
    say("open", lang, path=written.index)


def run_evaluate(
    data: Path,
    out: Path,
    *,
    profile: str | None = None,
    comments: Iterable[Path] = (),
    blank: str | None = None,
    missing: Iterable[str] = (),
    family: str | None = None,
    calibrate: bool = True,
    pupils: bool = True,
    print_files: bool = True,
    json_too: bool = False,
    xlsx: bool | None = None,
    signed_by: str = "",
    threads: int = 0,
    lang: Lang = "zh-CN",
) -> int:
    """celadon evaluate."""
    evaluation = {
        "profile": profile,
        "comments": _bank(comments, lang),
        "blank": blank,
        "missing": parse_missing(missing),
        "family": family,
        "calibrate": calibrate,
        "n_threads": threads,
    }
    writing = {
        "pupils": pupils,
        "print_files": print_files,
        "json": json_too,
        "xlsx": xlsx,
        "signed_by": signed_by,
        "n_threads": threads,
    }
    package = open_data(data, lang)
    if len(package.findings):
        show_findings(package.findings, lang)
    _write(package, out, lang, True, evaluation, writing)
    return 0


def _bank(files: Iterable[Path], lang: Lang) -> CommentBank | None:
    """The bank of the given files, None for the shipped one."""
    given = list(files)
    return _comment_lint.read_bank(given, lang).bank if given else None


def _evaluated(
    data: Path, profile: str | None, comments: Iterable[Path], blank: str | None, missing: Iterable[str], lang: Lang
) -> Evaluation:
    """The evaluation that `celadon evaluate` makes with the same options."""
    from .evaluation import evaluate

    package = open_data(data, lang)
    return evaluate(
        package,
        profile=profile,
        comments=_bank(comments, lang),
        blank=cast("MissingKind | None", blank),
        missing=parse_missing(missing),
        language=lang,
    )


def run_report(
    data: Path,
    out: Path,
    *,
    pupil: str | None = None,
    review: int | None = None,
    school: int | None = None,
    paper: int = 0,
    signed_by: str = "",
    profile: str | None = None,
    comments: Iterable[Path] = (),
    blank: str | None = None,
    missing: Iterable[str] = (),
    lang: Lang = "zh-CN",
) -> int:
    """celadon report: one report as HTML, or as JSON where the file's name ends so."""
    result = _evaluated(data, profile, comments, blank, missing, lang)
    if pupil is not None:
        try:
            report = result.pupil_report(pupil, paper=paper, signed_by=signed_by)
        except KeyError:
            raise ValueError("--pupil") from None
    elif review is not None:
        report = result.class_report(review - 1, paper=paper, signed_by=signed_by)
    else:
        report = result.school_report(-1 if school is None else school - 1, paper=paper, signed_by=signed_by)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(report.to_json() if out.suffix == ".json" else report.to_html(), encoding="utf-8")
    say("report", lang, path=out)
    return 0


def run_explain(
    data: Path,
    statement: str,
    *,
    profile: str | None = None,
    comments: Iterable[Path] = (),
    blank: str | None = None,
    missing: Iterable[str] = (),
    lang: Lang = "zh-CN",
) -> int:
    """celadon explain: the rule and the numbers behind one sentence, as JSON."""
    result = _evaluated(data, profile, comments, blank, missing, lang)
    print(json.dumps(result.explain(statement), ensure_ascii=False, indent=1))
    return 0


def run_lint_comments(
    files: Iterable[Path], *, fields: bool = False, write: Path | None = None, lang: Lang = "zh-CN", as_json: bool = False
) -> int:
    """celadon lint-comments: 0 where the bank is sound, else 1 and a line for each fault."""
    if fields:
        print("\n".join(_comment_lint.field_lines(lang)))
        return 0
    if write is not None:
        print("\n".join(str(path) for path in _comment_lint.write_shipped(write)))
        return 0
    read = _comment_lint.read_bank(list(files), lang)
    found = list(_comment_lint.faults(read, lang))
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return 1 if found else 0
    for fault in found:
        print(_comment_lint.line(fault, lang))
    if found:
        say("bank_faults", lang, count=len(found))
    else:
        bank = read.bank
        say("bank_sound", lang, rules=bank.table.n_rows, sentences=bank.messages.n_rows, languages=", ".join(bank.languages))
    return 1 if found else 0


def run_demo(out: Path, *, pupils: int = 1200, seed: int = 1, lang: Lang = "zh-CN") -> int:
    """celadon demo: a real test and a simulated district."""
    from . import datasets

    writing: dict[str, Any] = {}
    say("real", lang)
    try:
        _write(datasets.iqitems(), out / "iqitems", lang, False, {}, {"pupils": True, "print_files": False, **writing})
    except MissingExtra as missing:
        say("no_real", lang, command=missing.command)
    say("city", lang)
    _write(datasets.make_city(pupils, seed=seed), out / "city", lang, False, {}, writing)
    return 0


def guarded(command: Any, lang: Lang) -> int:
    """Runs a command; errors become one message and an exit code."""
    try:
        return int(command())
    except CeladonError as problem:
        print(f"✗ [{problem.code}] {problem.cause(lang)}\n  {problem.fix(lang)}", file=sys.stderr)
        return 2
    except MissingExtra as problem:
        print(f"✗ {problem}", file=sys.stderr)
        return 3
    except (ValueError, OSError) as problem:
        print(f"✗ {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        say("stopped", lang)
        return 130
