#pragma once

#include <celadon/core/parallel.hpp>
#include <celadon/evaluation/feedback/breakdown.hpp>
#include <celadon/evaluation/feedback/impl/base_paper.hpp>
#include <celadon/evaluation/feedback/levels.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace celadon::inline CELADON_ABI::feedback {

namespace levels_detail {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

inline Error length_error(const char* name, std::size_t actual, std::size_t expected) {
  return make_error(Code::kLengthMismatch, {},
                    {{"name", name}, {"actual", std::to_string(actual)}, {"expected", std::to_string(expected)}});
}

inline Result<void> check_paper(const evaluation::Paper& paper) {
  const auto n = static_cast<std::size_t>(paper.scored.n_persons());
  if (n == 0) return make_error(Code::kNoPersons);
  if (paper.items.empty() || paper.scored.n_items() == 0) return make_error(Code::kNoItems);
  if (paper.items.size() != static_cast<std::size_t>(paper.scored.n_items()))
    return length_error("items", paper.items.size(), static_cast<std::size_t>(paper.scored.n_items()));
  if (!paper.units.status.empty() && paper.units.status.size() != n) return length_error("status", paper.units.status.size(), n);
  if (!paper.units.person_class.empty() && paper.units.person_class.size() != n)
    return length_error("person_class", paper.units.person_class.size(), n);
  if (!paper.units.weight.empty() && paper.units.weight.size() != n) return length_error("weight", paper.units.weight.size(), n);
  if (!paper.units.person_ids.empty() && paper.units.person_ids.size() != n)
    return length_error("person_ids", paper.units.person_ids.size(), n);
  if (!paper.error_codes.empty() && paper.error_codes.size() != n * paper.items.size())
    return length_error("error_codes", paper.error_codes.size(), n * paper.items.size());
  if (paper.raw && (paper.raw->n_persons() != paper.scored.n_persons() || paper.raw->n_items() != paper.scored.n_items()))
    return length_error("raw", static_cast<std::size_t>(paper.raw->n_persons()), n);
  return {};
}

/// Points and attainable points of one pupil; the paper of a pupil whom the missing policy drops has no cell that counts.
struct Tally {
  double points = 0.0;
  double attainable = 0.0;
  std::int64_t cells = 0;
  bool dropped = false;
};

inline void add_cell(Tally& tally, const Item& item, double attainable, std::uint8_t cell, const MissingPolicy& missing, bool bonus) {
  double points = 0.0;
  if (is_missing(cell)) {
    const MissingTreatment how = missing.of(cell);
    tally.dropped |= how == MissingTreatment::kDropPerson;
    if (how != MissingTreatment::kLowest) return;
    points = item.score(0);
  } else {
    points = item.score(cell);
  }
  tally.points += points;
  if (bonus) return;
  tally.attainable += attainable;
  ++tally.cells;
}

inline PupilLevel level_of_pupil(const base_paper_detail::BasePaper& base, const evaluation::Paper& paper,
                                 const evaluation::Profile& profile, std::int64_t person) {
  PupilLevel out;
  out.total = out.attainable = out.share = out.true_lower = out.true_upper = kNaN;
  if (!paper.units.status.empty() && paper.units.status[static_cast<std::size_t>(person)] != Status::kPresent) return out;
  Tally tally;
  for (std::size_t j = 0; j < base.items.size(); ++j) {
    const std::vector<std::int64_t>& members = base.members[j];
    const std::int64_t own = members.size() == 1 ? members.front() : base_paper_detail::chosen_item(paper.scored, members, person);
    add_cell(tally, base.items[j], paper.items[static_cast<std::size_t>(own)].full_mark,
             base.scored.at(person, static_cast<std::int64_t>(j)), profile.missing, false);
  }
  for (const std::int64_t j : base.bonus)
    add_cell(tally, paper.items[static_cast<std::size_t>(j)], 0.0, paper.scored.at(person, j), profile.missing, true);
  if (tally.dropped || tally.cells == 0) return out;
  out.counted = true;
  out.complete = tally.cells == static_cast<std::int64_t>(base.items.size());
  out.total = tally.points;
  out.attainable = tally.attainable;
  out.share = std::clamp(tally.points / tally.attainable, 0.0, 1.0);
  out.level = profile.level_of(out.share);
  for (const evaluation::Level& level : profile.levels)
    out.borderline |= level.from_share > 0.0 && evaluation::is_borderline(out.share, level.from_share);
  return out;
}

/// The interval of one pupil's true share. The error curve is that of the whole paper; a part of it, worth attainable / full mark, is a
/// test so much shorter, whose share has an error variance so much larger.
inline void add_interval(PupilLevel& pupil, const ctt::ConditionalSem& sem, const evaluation::Profile& profile) {
  if (!pupil.counted) return;
  if (pupil.complete) {
    const ctt::ScoreInterval points = sem.true_score_interval(pupil.share * sem.full_mark, profile.interval_confidence);
    pupil.true_lower = points.lower / sem.full_mark;
    pupil.true_upper = points.upper / sem.full_mark;
  } else {
    const double ratio = sem.ratio * sem.full_mark / pupil.attainable;
    if (!(ratio > 0.0)) return;
    const ShareInterval share = wilson_interval(pupil.share, (1.0 + ratio) / ratio, profile.interval_confidence);
    pupil.true_lower = share.lower;
    pupil.true_upper = share.upper;
  }
  pupil.level_lower = profile.level_of(pupil.true_lower);
  pupil.level_upper = profile.level_of(pupil.true_upper);
  pupil.rough = pupil.level_lower - pupil.level_upper + 1 >= profile.wide_span;
}

inline void count_levels(const evaluation::Paper& paper, const evaluation::Profile& profile, PupilLevels& out) {
  const LevelCounts none{0, std::vector<std::int64_t>(profile.levels.size(), 0)};
  out.all = none;
  out.classes.assign(paper.units.classes.size(), none);
  out.schools.assign(paper.units.schools.size(), none);
  for (std::size_t i = 0; i < out.pupils.size(); ++i) {
    const PupilLevel& pupil = out.pupils[i];
    if (!pupil.counted) continue;
    const auto add = [&](LevelCounts& to) {
      ++to.n;
      if (pupil.level >= 0) ++to.counts[static_cast<std::size_t>(pupil.level)];
    };
    add(out.all);
    const std::int32_t group = paper.units.person_class.empty() ? -1 : paper.units.person_class[i];
    if (group < 0 || static_cast<std::size_t>(group) >= paper.units.classes.size()) continue;
    add(out.classes[static_cast<std::size_t>(group)]);
    const std::int32_t school = paper.units.classes[static_cast<std::size_t>(group)].parent;
    if (school >= 0 && static_cast<std::size_t>(school) < paper.units.schools.size()) add(out.schools[static_cast<std::size_t>(school)]);
  }
}

}  // namespace levels_detail

Result<PupilLevels> pupil_levels(const evaluation::Paper& paper, const evaluation::Profile& profile, const ExecutionContext& context) {
  namespace detail = levels_detail;
  if (auto ok = detail::check_paper(paper); !ok) return ok.error();
  auto base = base_paper_detail::base_paper(paper);
  if (!base) return base.error();
  const std::int64_t n = paper.scored.n_persons();
  PupilLevels out;
  out.pupils.resize(static_cast<std::size_t>(n));
  const std::int64_t blocks = block_count(n);
  auto done = run_blocks(blocks, worker_count(blocks, context), context, [&](std::int64_t block, int) {
    const std::int64_t end = std::min(n, (block + 1) * kBlockRows);
    for (std::int64_t i = block * kBlockRows; i < end; ++i)
      out.pupils[static_cast<std::size_t>(i)] = detail::level_of_pupil(*base, paper, profile, i);
  });
  if (!done) return done.error();

  std::vector<std::uint8_t> counted(out.pupils.size());
  for (std::size_t i = 0; i < counted.size(); ++i) {
    counted[i] = static_cast<std::uint8_t>(out.pupils[i].counted ? 1 : 0);
    if (out.pupils[i].counted)
      ++out.n_counted;
    else if (!paper.units.status.empty() && paper.units.status[i] != Status::kPresent)
      ++out.n_status;
    else
      ++out.n_empty;
  }
  ctt::ConditionalSemOptions options;
  options.scoring.missing = profile.missing;
  auto sem = ctt::conditional_sem(base->scored, base->items, {.weights = paper.units.weight, .include = counted}, options, context);
  if (!sem && sem.error().code == Code::kCancelled) return sem.error();
  // Fewer pupils than an expected score needs cannot carry a reliability either.
  if (sem && sem->n_used >= profile.expectation.least_pupils) {
    for (PupilLevel& pupil : out.pupils) detail::add_interval(pupil, *sem, profile);
    out.sem = std::move(*sem);
  } else {
    out.findings.push_back(make_finding(Severity::kNote, Code::kNoTrueScoreInterval, {}, {{"paper", paper.id}}));
  }
  detail::count_levels(paper, profile, out);
  return out;
}

}  // namespace celadon::inline CELADON_ABI::feedback
