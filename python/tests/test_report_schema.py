"""Reports and profiles against their JSON Schemas."""

from __future__ import annotations

import copy
import json
import pathlib
from typing import Any, Literal

import jsonschema
import pytest

import celadon as cd

SOURCE = pathlib.Path(__file__).resolve().parents[2] / "src"
REPORT = json.loads((SOURCE / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
PROFILE = json.loads((SOURCE / "profiles" / "profile.schema.json").read_text(encoding="utf-8"))


def problems(schema: dict[str, Any], document: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in jsonschema.Draft202012Validator(schema).iter_errors(document)]


def reports(result: cd.Evaluation, language: Literal["zh-CN", "en"]) -> list[dict[str, Any]]:
    pages: list[dict[str, Any]] = []

    def keep(path: str, kind: str, subject: str, body: bytes) -> None:
        pages.append(json.loads(body))

    result.write_reports(keep, language=language, html=False, json=True, progress=False)
    return pages


@pytest.mark.parametrize("schema", [REPORT, PROFILE], ids=["report", "profile"])
def test_schemas_are_schemas(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_report_is_valid(result: cd.Evaluation, language: Literal["zh-CN", "en"]) -> None:
    pages = reports(result, language)
    assert {page["audience"] for page in pages} == {"pupil_family", "teacher", "school"}
    for page in pages:
        assert problems(REPORT, page) == [], page["id"]
        assert page["language"] == language
        for section in page["sections"]:
            for block in section["blocks"]:
                table = block.get("table") or block.get("chart", {}).get("table")
                if table is not None:
                    assert all(len(row) == len(table["columns"]) for row in table["rows"])


def test_a_broken_report_is_not_valid(result: cd.Evaluation) -> None:
    page = json.loads(result.pupil_report(0).to_json())
    for path in (["version"], ["audience"], ["sections", 0, "blocks", 0, "type"], ["sections", 0, "heading"]):
        broken = copy.deepcopy(page)
        place = broken
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = 2 if path == ["version"] else ""
        assert problems(REPORT, broken), path
    page["rank"] = 3
    assert problems(REPORT, page)


def test_the_shipped_profile_is_valid() -> None:
    assert problems(PROFILE, cd.default_profile()) == []
    assert problems(PROFILE, json.loads((SOURCE / "profiles" / "default.json").read_text(encoding="utf-8"))) == []


def test_schema_and_loader_refuse_the_same_gaps(city: cd.datasets.City) -> None:
    """Whatever the loader needs the schema asks for, group by group and field by field."""
    profile = cd.default_profile()
    for group, values in profile.items():
        for field in [None, *values] if isinstance(values, dict) else [None]:
            broken = copy.deepcopy(profile)
            if field is None:
                del broken[group]
            else:
                del broken[group][field]
            assert problems(PROFILE, broken), (group, field)
            with pytest.raises(cd.CeladonError):
                cd.evaluate(city, profile=broken, progress=False)
