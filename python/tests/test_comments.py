"""Mastery, comments, banks and edits of celadon.feedback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import celadon as cd


def evidence(key: str = "p1") -> dict[str, Any]:
    items = [{"label": str(j + 1), "points": 2.0 if j < 4 else 0.0, "full": 2.0} for j in range(9)]
    return {
        "key": key,
        "prefix": "m/pupil/1/",
        "paper": "unit 3",
        "items": items,
        "points": [
            {"name": "分数", "state": "mastered", "probability": 0.97, "items": ["1", "2", "3", "4"]},
            {"name": "小数", "state": "not_yet", "probability": 0.04, "items": ["5", "6", "7", "8"]},
            {"name": "时间", "state": "cannot_judge", "reason": "few_items", "items": ["9"]},
        ],
    }


def test_a_comment_tells_the_facts_in_order() -> None:
    said = cd.feedback.comment(evidence())
    parts = said.to_dict()["part"]
    order = ["goal", "strength", "gap", "open", "change", "next"]
    assert parts == sorted(parts, key=order.index)
    texts = dict(zip(parts, said.to_dict()["text"], strict=True))
    assert "分数" in texts["strength"]
    assert "8/8" in texts["strength"] or "全" in texts["strength"] or "4" in texts["strength"]
    assert "小数" in texts["gap"]
    assert "暂不能判断" in texts["open"]
    assert said.text == "".join(text for _, text in said.sentences)
    english = said.in_language("en")
    assert [i for i, _ in english.sentences] == [i for i, _ in said.sentences]
    assert english.text.isascii() or "分数" in english.text
    assert "p1" not in said.text


def test_the_same_pupil_gets_the_same_words_and_a_class_does_not() -> None:
    assert cd.feedback.comment(evidence()).text == cd.feedback.comment(evidence()).text
    texts = {cd.feedback.comment(evidence(f"p{k}")).text for k in range(40)}
    assert len(texts) > 10


def test_a_family_reads_no_marks_where_the_host_shows_none() -> None:
    assert " 分" in cd.feedback.comment(evidence()).text
    bare = cd.feedback.comment({**evidence(), "marks": False})
    assert " 分" not in bare.text
    assert bare.to_dict()["part"] == cd.feedback.comment(evidence()).to_dict()["part"]


def test_explain_gives_rule_and_numbers() -> None:
    said = cd.feedback.comment(evidence())
    bank = cd.feedback.default_comment_bank()
    for sentence, text in said.sentences:
        told = said.explain(sentence)
        assert told["sentence"] == text
        assert told["rule"] in bank.to_dict()["id"]
        assert told["bank_hash"] == bank.hash
    with pytest.raises(cd.CeladonError):
        said.explain("m/pupil/1/comment/family/none")


def test_wrong_evidence_is_named() -> None:
    with pytest.raises(ValueError, match="key is not given"):
        cd.feedback.comment({"points": []})
    with pytest.raises(ValueError, match="nothing is known about colour"):
        cd.feedback.comment({**evidence(), "colour": 1})
    bad = evidence()
    bad["points"][0]["items"] = ["77"]
    with pytest.raises(ValueError, match="77"):
        cd.feedback.comment(bad)
    bad = evidence()
    bad["points"][0]["state"] = "clever"
    with pytest.raises(ValueError, match="state must be one of"):
        cd.feedback.comment(bad)
    with pytest.raises(ValueError, match="reader"):
        cd.feedback.comment(evidence(), reader="principal")  # type: ignore[arg-type]


def test_edits_are_kept_beside_the_text(tmp_path: Path) -> None:
    said = cd.feedback.comment(evidence())
    ids = dict(zip(said.to_dict()["part"], said.to_dict()["id"], strict=True))
    when = "2026-11-26T09:00:00+08:00"
    edits = cd.feedback.edit_comment(None, said, "replace", sentence=ids["gap"], text="小数还要再练。", author="Li", time=when)
    cd.feedback.edit_comment(edits, said, "lock", sentence=ids["strength"], author="Li", time=when)
    cd.feedback.edit_comment(edits, said, "leave_out", sentence=ids["open"], author="Li", time=when)
    cd.feedback.edit_comment(edits, said, "add", part="next", text="周三一起看第5题。", author="Li", time=when)
    edits.sign(author="Li", time=when)
    cd.feedback.save_edits(edits, tmp_path / "edits.json")
    loaded = cd.feedback.load_edits(tmp_path / "edits.json")
    assert loaded.to_json() == edits.to_json()
    assert loaded.signed_by == "Li"
    page = cd.feedback.apply_edits(said, loaded).to_dict()
    assert dict(zip(page["id"], page["text"], strict=True))[ids["gap"]] == "小数还要再练。"
    assert ids["open"] not in page["id"]
    assert page["origin"].count("added") == 1
    assert set(page["author"]) == {"", "Li"}
    assert not any(page["evidence_changed"])
    assert dict(zip(edits.to_dict()["kind"], edits.to_dict()["generated"], strict=True))["replace"] == dict(said.sentences)[ids["gap"]]
    other = evidence()
    other["items"][4]["points"] = 1.0
    again = cd.feedback.apply_edits(cd.feedback.comment(other), loaded).to_dict()
    assert dict(zip(again["id"], again["evidence_changed"], strict=True))[ids["gap"]]


def test_wrong_edits_are_refused() -> None:
    said = cd.feedback.comment(evidence())
    sentence = said.sentences[0][0]
    with pytest.raises(cd.CeladonError):
        cd.feedback.edit_comment(None, said, "replace", sentence=sentence, text="好。", author="", time="2026-11-26")
    with pytest.raises(cd.CeladonError):
        cd.feedback.edit_comment(None, said, "replace", sentence=sentence, text=" ", author="Li", time="2026-11-26")
    with pytest.raises(KeyError):
        cd.feedback.edit_comment(None, said, "lock", sentence="no such", author="Li", time="2026-11-26")
    with pytest.raises(ValueError, match="kind must be one of"):
        cd.feedback.edit_comment(None, said, "delete", sentence=sentence, author="Li", time="2026-11-26")  # type: ignore[arg-type]


def test_the_linter_finds_a_fault() -> None:
    assert cd.feedback.lint().n_rows == 0
    rules, wordings = cd._celadon.feedback._default_comment_texts()
    assert cd.feedback._native.parse_comment_bank(rules, wordings).hash == cd.feedback.default_comment_bank().hash
    spoilt = cd.feedback._native.parse_comment_bank(rules, [wordings[0]])
    assert "language_missing" in cd.feedback.lint(spoilt).to_dict()["kind"]
    with pytest.raises(cd.CeladonError):
        cd.feedback._native.parse_comment_bank("{", wordings)


def test_mastery_by_hand() -> None:
    result = cd.feedback.decide_mastery(
        ["a", "b"],
        np.array([[[0.97, 0.02], [0.97, 0.5], [0.97, 0.97]], [[0.96, 0.03], [0.60, 0.5], [0.97, 0.97]]]),
        n_items=[[5, 5], [5, 5], [1, 5]],
        points_gained=[[9, 1], [9, 5], [2, 1]],
        points_full=[[10, 10], [10, 10], [2, 10]],
    )
    told = result.to_dict()
    assert told["state"] == ["mastered", "not_yet", "cannot_judge", "cannot_judge", "cannot_judge", "cannot_judge"]
    assert told["reason"] == ["", "", "settings_differ", "between", "few_items", "against_answers"]
    # One overall level predicts the answers as well, and says otherwise of point b.
    level = cd.feedback.decide_mastery(
        ["a", "b"], [[0.97, 0.02]], n_items=[[5, 5]], points_gained=[[9, 1]], points_full=[[10, 10]], single_score=[[0.9, 0.5]]
    )
    assert level.to_dict()["reason"] == ["", "single_score"]
    counts = cd.feedback.count_mastery(result, rows=[0, 1]).to_dict()
    assert counts["n_mastered"] == [1, 0]
    assert counts["n_not_yet"] == [0, 1]
    with pytest.raises(ValueError, match="probability: expected 3 x 2"):
        cd.feedback.decide_mastery(["a", "b"], [[0.5, 0.5]], n_items=[[5, 5]] * 3, points_gained=[[1, 1]] * 3, points_full=[[2, 2]] * 3)
    with pytest.raises(IndexError):
        cd.feedback.count_mastery(result, rows=[9])


def test_an_evaluation_diagnoses_and_comments(result: cd.Evaluation) -> None:
    mastery = result.mastery().to_dict()
    assert set(mastery["state"]) <= {"mastered", "not_yet", "cannot_judge"}
    assert result.tables["class_mastery"].n_rows > 0
    said = result.comment(0)
    assert said is not None
    table = result.tables["pupil_comments"].to_dict()
    of_table = [t for i, t in zip(table["id"], table["text"], strict=True) if i.startswith(said.prefix + "comment/family/")]
    assert of_table == [text for _, text in said.sentences]
    told = result.explain(said.sentences[-1][0])
    assert told["sentence"] == said.sentences[-1][1]
    assert told["rule"] == said.explain(said.sentences[-1][0])["rule"]
    lesson = result.class_comment(0)
    assert lesson is not None
    assert lesson.reader == "class"
    with pytest.raises(IndexError):
        result.class_comment(99)


def test_comments_can_be_off(city: cd.datasets.City) -> None:
    without = cd.evaluate(city, comments=False, diagnose=False, progress=False)
    assert without.comment(0) is None
    assert without.mastery().n_rows == 0
