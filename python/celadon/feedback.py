"""Item gain and loss (逐题分析得失), mastery of knowledge points and comments (诊断式评语), what a class takes up first.

:func:`celadon.evaluate` does all of this at once; here each step stands alone. Points are marks of the paper, shares lie in [0, 1].
A cell that does not count (status, not administered, a missing kind that the profile leaves out) is NaN and in no denominator.
Results are the same bits for any ``n_threads``. Bad data raise :class:`celadon.CeladonError`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _celadon
from ._celadon import Table
from ._celadon.feedback import ClassReview, Comment, CommentBank, CommentEdits, CommentEngine, GainLoss, Mastery, Paper, PupilLevels
from ._irt_model import Model
from ._options import Vector
from ._progress import Progress, resolve
from ._responses import MissingKind, _split_missing
from .package import Profile, as_dataset, profile_text

__all__ = [
    "ClassReview",
    "Comment",
    "CommentBank",
    "CommentEdits",
    "CommentEngine",
    "GainLoss",
    "Mastery",
    "Paper",
    "PupilLevels",
    "apply_edits",
    "benjamini_hochberg",
    "build_papers",
    "class_reviews",
    "comment",
    "comment_fields",
    "count_mastery",
    "decide_mastery",
    "default_comment_bank",
    "edit_comment",
    "gap_groups",
    "item_gain_loss",
    "judge_changes",
    "lint",
    "load_edits",
    "parse_comment_bank",
    "pupil_levels",
    "save_edits",
    "wilson_interval",
]

_native = _celadon.feedback


def build_papers(
    package: Any,
    *,
    blank: MissingKind | None = None,
    missing: Mapping[Any, MissingKind] | None = None,
    n_threads: int = 0,
    progress: Progress = None,
) -> list[Paper]:
    """The papers of a data package, a data set or a mapping of tables; ``package.validate()`` has the findings.

    >>> import celadon as cd
    >>> cd.feedback.build_papers({"responses": {"student": ["a", "b"], "q1": [1, 0], "q2": [2, 1]}})
    [<Paper paper: 2 pupils x 2 items>]
    """
    _, values = _split_missing(missing)
    papers, _ = _native._build_papers(as_dataset(package), blank, values, n_threads, resolve(progress))
    return list(papers)


def pupil_levels(paper: Paper, *, profile: Profile = None, n_threads: int = 0, progress: Progress = None) -> PupilLevels:
    """Total, level by the profile's cuts and interval of the true score of each pupil; the frame has one row a pupil.

    >>> import celadon as cd
    >>> paper = cd.feedback.build_papers(cd.datasets.make_city(80, seed=3))[0]
    >>> levels = cd.feedback.pupil_levels(paper)
    >>> sum(levels.counts.values()) == levels.n_counted
    True
    """
    return _native._pupil_levels(paper, profile_text(profile), n_threads, resolve(progress))


def item_gain_loss(
    paper: Paper,
    *,
    profile: Profile = None,
    model: Model | None = None,
    n_persons: float | None = None,
    keep_tails: bool = True,
    n_threads: int = 0,
    progress: Progress = None,
) -> GainLoss:
    """Points gained and expected of each pupil on each item (persons x items), from the pupil's other items; the frame has one row a
    flagged loss.

    ``model`` gives calibrated items (``n_persons`` behind them: the paper's own where not given); without it a working model with the
    profile's priors is fitted. ``keep_tails`` keeps P(score <= observed) of every cell.

    >>> import celadon as cd
    >>> paper = cd.feedback.build_papers(cd.datasets.make_city(120, seed=3))[0]
    >>> result = cd.feedback.item_gain_loss(paper, progress=False)
    >>> result.points.shape == result.expected.shape == (120, 24)
    True
    """
    native = None if model is None else model._model
    persons = float(paper.n_persons if n_persons is None else n_persons)
    return _native._item_gain_loss(paper, profile_text(profile), native, persons, keep_tails, n_threads, resolve(progress))


def class_reviews(gain_loss: GainLoss, *, external_items: bool = False) -> list[ClassReview]:
    """讲评单 of each class: items by expected recoverable points, ``lesson`` in the order of the paper.

    Tables beside: ``talk_groups`` (who made one error), ``class_deviations`` (the class on each item, given its own pupils),
    ``wrong_items`` (错题清单). ``external_items``: the item parameters behind the expected scores come from other pupils (an item bank);
    otherwise a class that is everybody is not tested.

    >>> import celadon as cd
    >>> paper = cd.feedback.build_papers(cd.datasets.make_city(80, seed=3))[0]
    >>> reviews = cd.feedback.class_reviews(cd.feedback.item_gain_loss(paper, progress=False))
    >>> len(reviews), len(reviews[0].lesson) <= 5
    (2, True)
    >>> reviews[0].class_deviations.n_rows == paper.n_items
    True
    """
    return list(_native._class_reviews(gain_loss, external_items))


def benjamini_hochberg(p_values: Vector, rate: float) -> npt.NDArray[np.bool_]:
    """Which p-values are kept at a false discovery rate; NaN is no test.

    >>> import celadon as cd
    >>> cd.feedback.benjamini_hochberg([0.001, 0.04, 0.9], 0.05).tolist()
    [True, False, False]
    """
    return np.asarray(_native.benjamini_hochberg(np.ascontiguousarray(p_values, dtype=np.float64), rate), dtype=bool)


def wilson_interval(share: float, n: float, *, confidence: float = 0.9) -> tuple[float, float]:
    """Wilson's interval of a share observed on n units.

    >>> import celadon as cd
    >>> low, high = cd.feedback.wilson_interval(0.5, 10, confidence=0.95)
    >>> round(low, 3), round(high, 3)
    (0.237, 0.763)
    """
    low, high = _native.wilson_interval(share, n, confidence)
    return float(low), float(high)


def default_comment_bank() -> CommentBank:
    """The shipped rules and sentences of comments; the frame has one row a rule, ``messages`` one a sentence.

    >>> import celadon as cd
    >>> cd.feedback.default_comment_bank().languages
    ['zh-CN', 'en']
    """
    return _native.default_comment_bank()


def parse_comment_bank(
    rules: Mapping[str, Any] | str | os.PathLike[str] | None = None,
    wordings: Iterable[Mapping[str, Any] | str | os.PathLike[str]] | None = None,
) -> CommentBank:
    """A school's own bank: rules and one wording a language, each a mapping or the path of a JSON file; the shipped ones where not given.

    Raises :class:`celadon.CeladonError` with the path of a field that cannot be read. Look at it with :func:`lint` before using it.

    >>> import celadon as cd
    >>> cd.feedback.parse_comment_bank().hash == cd.feedback.default_comment_bank().hash
    True
    """
    shipped_rules, shipped_wordings = _native._default_comment_texts()
    texts = shipped_wordings if wordings is None else [_json_text(wording) for wording in wordings]
    return _native.parse_comment_bank(shipped_rules if rules is None else _json_text(rules), list(texts))


def _json_text(source: Mapping[str, Any] | str | os.PathLike[str]) -> str:
    return json.dumps(source, ensure_ascii=False) if isinstance(source, Mapping) else Path(source).read_text(encoding="utf-8")


def lint(bank: CommentBank | None = None) -> Table:
    """Faults of a bank, one row each: banned words, slots that nothing fills, rules that never hold, languages missing, length.

    Columns: ``kind``, ``language`` ("" for a fault of the rules), ``where`` (id of the rule or message), ``detail``, ``variant`` (the
    sentence of the message, from 1; 0 for none). Empty where every rule can come true and every sentence can be printed. ``bank`` is the
    shipped one where not given. ``celadon lint-comments`` tells the same in words.

    >>> import celadon as cd
    >>> cd.feedback.lint().n_rows
    0
    """
    return _native.lint(_native.default_comment_bank() if bank is None else bank)


def comment_fields() -> Table:
    """What a rule may test and a sentence may hold: ``name``, ``scope``, ``test``, ``slot``, ``for_pupil``, ``for_class``.

    >>> import celadon as cd
    >>> fields = cd.feedback.comment_fields().to_dict()
    >>> fields["slot"][fields["name"].index("point")], fields["test"][fields["name"].index("point_share")]
    (True, True)
    """
    return _native.comment_fields()


@lru_cache(maxsize=1)
def _default_engine() -> CommentEngine:
    return CommentEngine(_native.default_comment_bank())


def comment(
    evidence: Mapping[str, Any],
    *,
    reader: Literal["family", "teacher", "class"] = "family",
    seed: int = 1,
    language: Literal["zh-CN", "en"] = "zh-CN",
    bank: CommentBank | CommentEngine | None = None,
) -> Comment:
    """A diagnostic comment from plain evidence: goal, strengths, where now, what next. About the work, never about the person.

    Parameters
    ----------
    evidence
        About a pupil: ``key`` (chooses the sentences, never printed), ``prefix`` of the sentence ids, ``paper``, ``level``, ``rough``,
        ``marks`` (False: a family's sentences tell what is right, partly right or wrong and no marks); ``items``: a list of mappings
        (``label``, ``points``, ``full``, ``counted``, ``review``, ``cause``); ``points``: a list of mappings (``name``, ``state``
        "mastered" "not_yet" "cannot_judge", ``reason``, ``probability``, ``items`` by label, ``needs``, ``change``, ``action``). For the
        reader "class": ``key``, ``n``, ``points`` with counts, ``groups``, ``items``.
    reader
        "family" (pupil and family), "teacher", or "class".
    seed
        The same key and seed give the same sentences; other pupils of a class get others.
    bank
        A bank, or an engine made from one (for many comments); the shipped bank where not given.

    A field that is not known, missing, or of another type is a ValueError that names it. :func:`celadon.evaluate` makes the evidence of
    every pupil: see :meth:`celadon.Evaluation.comment`.

    >>> import celadon as cd
    >>> items = [{"label": str(j), "points": 2 if j < 4 else 0, "full": 2} for j in range(8)]
    >>> points = [{"name": "fractions", "state": "mastered", "items": ["0", "1", "2", "3"]},
    ...           {"name": "decimals", "state": "not_yet", "items": ["4", "5", "6", "7"]}]
    >>> said = cd.feedback.comment({"key": "p1", "paper": "unit 3", "items": items, "points": points}, language="en")
    >>> [part for part in said.to_dict()["part"]][:3]
    ['goal', 'strength', 'gap']
    >>> said.explain(said.sentences[1][0])["rule"].startswith("strength")
    True
    """
    engine = bank if isinstance(bank, CommentEngine) else _default_engine() if bank is None else CommentEngine(bank)
    return engine.comment(evidence, reader, seed, language)


def edit_comment(
    edits: CommentEdits | None,
    comment: Comment,
    kind: Literal["replace", "lock", "add", "leave_out"],
    *,
    sentence: str = "",
    part: str = "next",
    text: str = "",
    author: str,
    time: str | datetime,
) -> CommentEdits:
    """Keeps a teacher's edit beside the generated text, with author and time (ISO 8601); the generated text is never overwritten.

    "replace" and "lock" and "leave_out" name a ``sentence`` by its id, "add" a ``part``. ``edits`` None begins a new list. Raises
    :class:`celadon.CeladonError` for a text that is empty, too long or holds a banned word, KeyError for an unknown sentence.

    >>> import celadon as cd
    >>> said = cd.feedback.comment({"key": "p1", "points": [{"name": "fractions", "state": "cannot_judge", "reason": "no_answers"}]})
    >>> edits = cd.feedback.edit_comment(None, said, "add", text="周三一起看第3题。", author="Li", time="2026-11-26T09:00:00+08:00")
    >>> cd.feedback.apply_edits(said, edits).to_dict()["origin"][-1]
    'added'
    """
    kept = CommentEdits() if edits is None else edits
    when = time.isoformat() if isinstance(time, datetime) else time
    if kind == "replace":
        kept.replace(comment, sentence, text, author=author, time=when)
    elif kind == "lock":
        kept.lock(comment, sentence, author=author, time=when)
    elif kind == "add":
        kept.add(comment, part, text, author=author, time=when)
    elif kind == "leave_out":
        kept.leave_out(comment, sentence, author=author, time=when)
    else:
        raise ValueError("kind must be one of replace, lock, add, leave_out")
    return kept


def apply_edits(comment: Comment, edits: CommentEdits) -> Table:
    """The comment as it goes on the page: one row a sentence with its origin ("generated", "edited", "locked", "added"), author and time.

    ``evidence_changed``: the numbers are not those that the edit was made against; ``no_longer_made``: no rule gives the sentence now.

    >>> import celadon as cd
    >>> said = cd.feedback.comment({"key": "p1", "points": [{"name": "fractions", "state": "cannot_judge", "reason": "no_answers"}]})
    >>> cd.feedback.apply_edits(said, cd.feedback.CommentEdits()).n_rows == len(said)
    True
    """
    return _native.apply_edits(comment, edits)


def save_edits(edits: CommentEdits, path: str | os.PathLike[str]) -> None:
    """Writes edits as versioned JSON.

    >>> import celadon as cd, pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "edits.json"
    >>> cd.feedback.save_edits(cd.feedback.CommentEdits(), file)
    >>> len(cd.feedback.load_edits(file))
    0
    """
    Path(path).write_text(edits.to_json(), encoding="utf-8")


def load_edits(path: str | os.PathLike[str]) -> CommentEdits:
    """Edits that :func:`save_edits` wrote.

    >>> import celadon as cd, pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "edits.json"
    >>> cd.feedback.save_edits(cd.feedback.CommentEdits(), file)
    >>> cd.feedback.load_edits(file).signed_by
    ''
    """
    return CommentEdits.from_json(Path(path).read_text(encoding="utf-8"))


def decide_mastery(
    points: Sequence[str],
    probability: npt.ArrayLike | None,
    *,
    n_items: npt.ArrayLike,
    points_gained: npt.ArrayLike,
    points_full: npt.ArrayLike,
    low: npt.ArrayLike | None = None,
    high: npt.ArrayLike | None = None,
    bounded: npt.ArrayLike | None = None,
    modelled: npt.ArrayLike | None = None,
    identified: npt.ArrayLike | None = None,
    single_score: npt.ArrayLike | None = None,
    profile: Profile = None,
) -> Mastery:
    """Mastered, not yet or cannot be judged yet for each pupil and knowledge point, by the profile's ``diagnosis`` rules.

    ``probability`` is persons x points, or settings x persons x points where several priors were tried (the decision has to be the same
    under each); None without a model. ``n_items`` (given and counted), ``points_gained``, ``points_full`` and the others are persons x
    points, ``modelled`` one a point. ``single_score``, where a profile does not add to a single score: the probability that one overall
    ability alone puts the pupil's expected share right on the point at the profile's cut or above; a definite answer has to agree with it.
    Raises ValueError for shapes that differ.

    >>> import celadon as cd
    >>> result = cd.feedback.decide_mastery(["fractions"], [[0.95], [0.5], [0.95]], n_items=[[5], [5], [1]],
    ...     points_gained=[[9.0], [5.0], [2.0]], points_full=[[10.0], [10.0], [2.0]])
    >>> result.to_dict()["state"], result.to_dict()["reason"][2]
    (['mastered', 'cannot_judge', 'cannot_judge'], 'few_items')
    """
    shape = np.shape(np.asarray(n_items))
    if len(shape) != 2 or shape[1] != len(points):
        raise ValueError(f"n_items: expected persons x {len(points)} points")

    def cells(name: str, values: Any, kind: Any) -> npt.NDArray[Any] | None:
        if values is None:
            return None
        array = np.ascontiguousarray(values, dtype=kind)
        if array.shape != shape:
            raise ValueError(f"{name}: expected {shape[0]} x {shape[1]} cells, found {' x '.join(map(str, array.shape))}")
        return array

    settings: list[npt.NDArray[np.float64]] = []
    if probability is not None:
        given = np.asarray(probability, dtype=np.float64)
        for setting in given if given.ndim == 3 else [given]:
            settings.append(np.ascontiguousarray(cells("probability", setting, np.float64)))
    by_point = None if modelled is None else np.ascontiguousarray(np.asarray(modelled, dtype=bool), dtype=np.uint8)
    if by_point is not None and by_point.shape != (len(points),):
        raise ValueError(f"modelled: expected {len(points)} values, one a point")
    return _native.decide_mastery(
        list(points),
        settings,
        cells("low", low, np.float64),
        cells("high", high, np.float64),
        cells("bounded", bounded, np.uint8),
        by_point,
        cells("identified", identified, np.uint8),
        cells("single_score", single_score, np.float64),
        np.ascontiguousarray(n_items, dtype=np.int32),
        np.ascontiguousarray(cells("points_gained", points_gained, np.float64)),
        np.ascontiguousarray(cells("points_full", points_full, np.float64)),
        int(shape[0]),
        profile_text(profile),
    )


def count_mastery(mastery: Mastery, rows: Iterable[int] | None = None) -> Table:
    """Pupils by answer, one row a knowledge point; ``rows`` are those of a group (all where not given).

    >>> import celadon as cd
    >>> result = cd.feedback.decide_mastery(["fractions"], [[0.95], [0.05]], n_items=[[5], [5]], points_gained=[[9.0], [1.0]],
    ...     points_full=[[10.0], [10.0]])
    >>> cd.feedback.count_mastery(result).to_dict()["n_mastered"]
    [1]
    """
    return _native.count_mastery(mastery, None if rows is None else [int(row) for row in rows])


def gap_groups(mastery: Mastery, rows: Iterable[int] | None = None, *, profile: Profile = None) -> list[tuple[str, bool, list[int]]]:
    """Groups for re-teaching: knowledge point, whether it is one for the whole class, rows of the pupils who have not mastered it yet.

    Grouped by the shared point, never by how much anybody has mastered. A point stands before those that need it.

    >>> import celadon as cd
    >>> result = cd.feedback.decide_mastery(["fractions"], [[0.05]] * 8, n_items=[[5]] * 8,
    ...     points_gained=[[1.0]] * 8, points_full=[[10.0]] * 8)
    >>> cd.feedback.gap_groups(result)[0][0]
    'fractions'
    """
    return list(_native.gap_groups(mastery, None if rows is None else [int(row) for row in rows], profile_text(profile)))


def judge_changes(difference: npt.ArrayLike, standard_error: npt.ArrayLike, n_common: npt.ArrayLike, *, profile: Profile = None) -> Table:
    """Change of one pupil against the own past, one row a knowledge point: told only where two papers can be compared.

    ``difference`` is now - before on one scale, ``standard_error`` with the error of linking (NaN where not known), ``n_common`` the
    common items of the point. The interval is widened for the points looked at; a change whose interval holds 0 is not told.

    >>> import celadon as cd
    >>> cd.feedback.judge_changes([0.8, 0.1, 0.5], [0.1, 0.2, 0.1], [6, 6, 0]).to_dict()["verdict"]
    ['up', 'no_change_seen', 'not_comparable']
    """
    return _native.judge_changes(
        np.ascontiguousarray(difference, dtype=np.float64),
        np.ascontiguousarray(standard_error, dtype=np.float64),
        np.ascontiguousarray(n_common, dtype=np.int32),
        profile_text(profile),
    )
