"""Errors of the engine as Python exceptions."""

from __future__ import annotations

from collections.abc import Mapping


class CeladonError(ValueError):
    """The engine has no answer, and says why.

    Attributes: ``code`` (a stable name such as ``"no_persons"``), ``table``, ``row`` (data rows from 1), ``column``,
    ``item`` (None where not known), ``arguments``, and the sentences ``cause`` and ``fix`` by language.
    No message holds a personal value.

    >>> import celadon as cd
    >>> try:
    ...     cd.Responses.from_table({"q1": [0, 1, 300]})
    ... except cd.CeladonError as error:
    ...     print(error.code)
    too_many_categories
    """

    def __init__(
        self,
        code: str,
        cause_zh: str = "",
        fix_zh: str = "",
        cause_en: str = "",
        fix_en: str = "",
        table: str | None = None,
        row: int | None = None,
        column: str | None = None,
        item: str | None = None,
        arguments: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{cause_en}. {fix_en}. / {cause_zh}。{fix_zh}。 [{code}]")
        self.code = code
        self.table = table
        self.row = row
        self.column = column
        self.item = item
        self.arguments = dict(arguments or {})
        self._sentences = {"zh-CN": (cause_zh, fix_zh), "en": (cause_en, fix_en)}

    def cause(self, language: str = "zh-CN") -> str:
        """What is wrong, one sentence without a final stop."""
        return self._sentences[language][0]

    def fix(self, language: str = "zh-CN") -> str:
        """What to do about it, one sentence without a final stop."""
        return self._sentences[language][1]


class MissingExtra(ImportError):
    """An optional package is needed; the message names the command that installs it. ``code`` is ``"missing_extra"``."""

    code = "missing_extra"

    def __init__(self, what: str, package: str, extra: str) -> None:
        command = f"pip install 'celadon[{extra}]'"
        super().__init__(f"{what} needs the package {package}: {command} / {what}需要 {package},请运行:{command}")
        self.package = package
        self.command = command
