#pragma once

#include <celadon/core/impl/simd_dispatch.hpp>
#include <celadon/models/cdm/impl/evidence.hpp>
#include <celadon/models/cdm/score.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace celadon::inline CELADON_ABI::cdm::score_detail {

/// Groups of items between two looks at the size of the product.
constexpr int kRescaleEvery = 24;
/// Below this a person is done again in logs.
constexpr double kSmallestMarginal = 1e-270;

/// Some persons of one block.
struct ScoreBlock {
  const std::uint8_t* index;
  std::int64_t stride;
  std::int64_t rows;
  int n_groups;
  int padded;
  int n_classes;
  int n_attributes;
  const double* const* product;
  const double* const* prior;  // by person, padded; null: dropped
  const double* masks;         // [attribute][padded]: 1 where the class has it
  std::int32_t* offsets;       // scratch [n_groups]
  double* likelihood;          // scratch [padded]
  double* room;                // scratch [padded]
  double* posterior;           // out [rows][padded], or null
  std::uint8_t* done;          // out: 0 where it has to be done in logs
  double* mastery;             // out [rows][n_attributes]
  std::int32_t* map;
  std::int32_t* mle;
  double* map_probability;
  double* mle_probability;
  std::uint8_t* mle_tied;
};

}  // namespace celadon::inline CELADON_ABI::cdm::score_detail

#define CELADON_SIMD_KERNEL <celadon/models/cdm/impl/score_kernel.inc>
#include <celadon/core/impl/simd_targets.inc>

namespace celadon::inline CELADON_ABI::cdm {

namespace score_detail {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// What all workers read.
struct Job {
  const Model& model;
  const ScoreOptions& options;
  const latent_detail::Packed& packed;
  const latent_detail::Tables& tables;
  const evidence_detail::Persons& evidence;
  std::vector<const double*> product;
  std::vector<double> masks;
  std::int64_t chunk;  ///< persons at a time
  bool keep;           ///< posteriors are needed
};

/// One worker's room.
struct Room {
  std::vector<const double*> prior;
  std::vector<double> start;
  std::vector<double> posterior;
  std::vector<double> likelihood;
  std::vector<double> room;
  std::vector<double> mass;
  std::vector<std::int32_t> offsets;
  std::vector<std::int32_t> map;
  std::vector<std::int32_t> mle;
  std::vector<std::uint8_t> done;
};

inline Room make_room(const Job& job) {
  const auto rows = static_cast<std::size_t>(job.chunk);
  const auto padded = static_cast<std::size_t>(job.tables.padded);
  Room out;
  out.prior.resize(rows);
  if (job.options.start != nullptr) out.start.assign(rows * padded, 0.0);
  if (job.keep) out.posterior.resize(rows * padded);
  out.likelihood.resize(padded);
  out.room.resize(padded);
  out.mass.resize(padded);
  out.offsets.resize(job.packed.groups.size());
  out.map.resize(rows);
  out.mle.resize(rows);
  out.done.resize(rows);
  return out;
}

/// A person whose likelihood underflows as a product: by logs.
inline void in_logs(const Job& job, std::int64_t person, const double* prior, double* posterior, double* likelihood) {
  const auto padded = static_cast<std::size_t>(job.tables.padded);
  const auto n = static_cast<std::size_t>(job.tables.n_points);
  const double lowest = -std::numeric_limits<double>::infinity();
  double top = lowest;
  double top_posterior = lowest;
  for (std::size_t c = 0; c < n; ++c) {
    double v = 0.0;
    for (std::size_t g = 0; g < job.packed.groups.size(); ++g) {
      const latent_detail::PackedGroup& group = job.packed.groups[g];
      int row = job.packed.column(person / kBlockRows, g)[person % kBlockRows];
      for (std::size_t i = 0; i < group.items.size(); ++i) {
        const auto level = static_cast<std::size_t>(row % group.levels[i]);
        row /= group.levels[i];
        v += math::log(job.tables.probability[static_cast<std::size_t>(group.items[i])][level * padded + c]);
      }
    }
    likelihood[c] = v;
    top = std::max(top, v);
    posterior[c] = prior[c] > 0.0 ? v + math::log(prior[c]) : lowest;
    top_posterior = std::max(top_posterior, posterior[c]);
  }
  double total = 0.0;
  for (std::size_t c = 0; c < n; ++c) {
    likelihood[c] = math::exp(likelihood[c] - top);
    posterior[c] = math::exp(posterior[c] - top_posterior);
    total += posterior[c];
  }
  for (std::size_t c = 0; c < n; ++c) posterior[c] /= total;
}

inline std::int32_t first_largest(const double* p, std::size_t n, bool& tied) {
  const double near = *std::max_element(p, p + n) * (1.0 - 1e-12);
  std::int32_t at = -1;
  int count = 0;
  for (std::size_t c = 0; c < n; ++c) {
    if (p[c] < near) continue;
    if (at < 0) at = static_cast<std::int32_t>(c);
    ++count;
  }
  tied = count > 1;
  return at;
}

/// The persons that the kernel could not do.
inline void redo(const Job& job, const ScoreBlock& b, std::int64_t first) {
  const auto n = static_cast<std::size_t>(b.n_classes);
  for (std::int64_t i = 0; i < b.rows; ++i) {
    if (b.prior[i] == nullptr || b.done[i] != 0) continue;
    double* posterior = b.posterior == nullptr ? b.room : b.posterior + i * b.padded;
    in_logs(job, first + i, b.prior[i], posterior, b.likelihood);
    for (int k = 0; k < b.n_attributes; ++k) {
      double share = 0.0;
      for (std::size_t c = 0; c < n; ++c) share += posterior[c] * b.masks[static_cast<std::size_t>(k * b.padded) + c];
      b.mastery[i * b.n_attributes + k] = std::min(share, 1.0);
    }
    bool tied = false;
    b.map[i] = first_largest(posterior, n, tied);
    b.mle[i] = first_largest(b.likelihood, n, tied);
    b.mle_tied[i] = tied ? 1 : 0;
    b.map_probability[i] = posterior[b.map[i]];
    b.mle_probability[i] = posterior[b.mle[i]];
  }
}

/// Bounds of one person from its posterior. They hold the mastery, which was summed in another order.
inline void bounds(const evidence_detail::Groups& groups, const double* posterior, std::size_t n_attributes, const double* mastery,
                   std::vector<double>& mass, double* lower, double* upper) {
  std::fill_n(mass.begin(), groups.in_all.size(), 0.0);
  for (std::size_t c = 0; c < groups.evidence.group_of_class.size(); ++c)
    mass[static_cast<std::size_t>(groups.evidence.group_of_class[c])] += posterior[c];
  for (std::size_t k = 0; k < n_attributes; ++k) {
    double low = 0.0;
    double high = 0.0;
    for (std::size_t g = 0; g < groups.in_all.size(); ++g) {
      if ((groups.in_all[g] >> k & 1U) != 0) low += mass[g];
      if ((groups.in_some[g] >> k & 1U) != 0) high += mass[g];
    }
    lower[k] = std::min(low, mastery[k]);
    upper[k] = std::clamp(high, mastery[k], 1.0);
  }
}

/// Fills the rows of persons [first, first + rows) of a block.
inline void score_rows(const Job& job, std::int64_t first, std::int64_t rows, Room& room, Scores& out) {
  const std::size_t n_classes = job.model.classes.size();
  const std::size_t n_attributes = job.model.attributes.size();
  const auto padded = static_cast<std::size_t>(job.tables.padded);
  const auto start = static_cast<std::size_t>(first);
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto person = static_cast<std::size_t>(first + i);
    const auto at = static_cast<std::size_t>(i);
    if (out.status[person] == ScoreStatus::kDropped) {
      room.prior[at] = nullptr;
    } else if (job.options.start != nullptr) {
      std::copy_n(job.options.start->probability.begin() + static_cast<std::ptrdiff_t>(person * n_classes), n_classes,
                  room.start.begin() + static_cast<std::ptrdiff_t>(at * padded));
      room.prior[at] = room.start.data() + at * padded;
    } else {
      const std::size_t p = job.options.population.empty() ? 0 : static_cast<std::size_t>(job.options.population[person]);
      room.prior[at] = job.tables.weights.data() + p * padded;
    }
  }
  const std::int64_t block = first / kBlockRows;
  ScoreBlock b{};
  b.index = job.packed.column(block, 0) + first % kBlockRows;
  b.stride = job.packed.stride();
  b.rows = rows;
  b.n_groups = static_cast<int>(job.packed.groups.size());
  b.padded = job.tables.padded;
  b.n_classes = static_cast<int>(n_classes);
  b.n_attributes = static_cast<int>(n_attributes);
  b.product = job.product.data();
  b.prior = room.prior.data();
  b.masks = job.masks.data();
  b.offsets = room.offsets.data();
  b.likelihood = room.likelihood.data();
  b.room = room.room.data();
  b.posterior = job.keep ? room.posterior.data() : nullptr;
  b.done = room.done.data();
  b.mastery = out.mastery.data() + start * n_attributes;
  b.map = room.map.data();
  b.mle = room.mle.data();
  b.map_probability = out.map_probability.data() + start;
  b.mle_probability = out.mle_probability.data() + start;
  b.mle_tied = out.mle_tied.data() + start;
  CELADON_SIMD_DISPATCH(cdm::score_detail, score_block, b);
  redo(job, b, first);
  for (std::int64_t i = 0; i < rows; ++i) {
    const std::size_t person = start + static_cast<std::size_t>(i);
    const auto at = static_cast<std::size_t>(i);
    if (out.status[person] == ScoreStatus::kDropped) continue;
    out.map_profile[person] = job.model.classes[static_cast<std::size_t>(room.map[at])];
    if (out.status[person] == ScoreStatus::kScored) {
      out.mle_profile[person] = job.model.classes[static_cast<std::size_t>(room.mle[at])];
    } else {
      out.mle_probability[person] = kNaN;
      out.mle_tied[person] = 0;
    }
    if (!job.keep) continue;
    const double* posterior = room.posterior.data() + at * padded;
    if (!out.lower.empty()) {
      const std::size_t e = job.evidence.of_person.empty() ? 0 : static_cast<std::size_t>(job.evidence.of_person[person]);
      const std::size_t row = person * n_attributes;
      bounds(job.evidence.groups[e], posterior, n_attributes, out.mastery.data() + row, room.mass, out.lower.data() + row,
             out.upper.data() + row);
    }
    if (job.options.keep_state)
      std::copy_n(posterior, n_classes, out.state.probability.begin() + static_cast<std::ptrdiff_t>(person * n_classes));
  }
}

inline Result<void> check_options(const Model& model, std::size_t n, const ScoreOptions& options) {
  const auto length = [n](const char* name, std::size_t actual) {
    return make_error(Code::kLengthMismatch, {}, {{"name", name}, {"actual", std::to_string(actual)}, {"expected", std::to_string(n)}});
  };
  const auto bad = [](const char* name, const char* detail) {
    return make_error(Code::kInvalidArgument, {}, {{"name", name}, {"detail", detail}});
  };
  if (!options.population.empty() && options.population.size() != n) return length("population", options.population.size());
  for (const std::int32_t p : options.population)
    if (p < 0 || p >= static_cast<std::int32_t>(model.populations.size())) return bad("population", "an index is out of range");
  if (options.start == nullptr) return {};
  if (auto ok = check(*options.start); !ok) return ok;
  if (options.start->n_answered.size() != n) return length("start", options.start->n_answered.size());
  if (options.start->attributes != model.attributes || options.start->classes != model.classes)
    return bad("start", "its attributes or classes are not the model's");
  return {};
}

}  // namespace score_detail

std::string_view score_status_name(ScoreStatus status) {
  constexpr std::string_view kNames[] = {"scored", "no_answers", "dropped"};
  return kNames[static_cast<std::size_t>(status)];
}

Result<Scores> score(const Model& model, const Responses& responses, const ScoreOptions& options, const ExecutionContext& context) {
  using namespace score_detail;
  const auto n = static_cast<std::size_t>(responses.n_persons());
  auto match = match_detail::match(model, responses, options.missing);
  if (!match) return match.error();
  if (auto ok = check_options(model, n, options); !ok) return ok.error();
  auto packed = latent_detail::pack(responses, match->coded, {}, {}, context);
  if (!packed) return packed.error();
  const latent_detail::Tables tables = match_detail::tables(model, *match, packed->groups);
  auto evidence = evidence_detail::evidence_of_persons(model, *match, responses, options.start);

  const std::size_t n_attributes = model.attributes.size();
  Scores out;
  out.attributes = model.attributes;
  out.findings = std::move(match->findings);
  out.n_items_used = static_cast<int>(match->items.size());
  out.mastery.assign(n * n_attributes, kNaN);
  if (evidence.merged) {
    out.lower = out.mastery;
    out.upper = out.mastery;
  }
  out.map_profile.assign(n, kNoProfile);
  out.mle_profile.assign(n, kNoProfile);
  out.map_probability.assign(n, kNaN);
  out.mle_probability.assign(n, kNaN);
  out.mle_tied.assign(n, 0);
  out.n_items = std::move(evidence.n_items);
  out.n_answered = std::move(evidence.n_answered);
  out.status = std::move(evidence.status);
  out.inseparable.assign(n, evidence.groups.empty() ? 0 : evidence.groups[0].inseparable);
  for (std::size_t i = 0; i < evidence.of_person.size(); ++i)
    out.inseparable[i] = evidence.groups[static_cast<std::size_t>(evidence.of_person[i])].inseparable;
  if (options.keep_state) {
    out.state.probability.resize(n * model.classes.size());
    for (std::size_t i = 0; i < n; ++i) {  // where dropped, the start stands
      if (out.status[i] != ScoreStatus::kDropped) continue;
      const double* from =
          options.start != nullptr
              ? options.start->probability.data() + i * model.classes.size()
              : model.populations[options.population.empty() ? 0 : static_cast<std::size_t>(options.population[i])].probability.data();
      std::copy_n(from, model.classes.size(), out.state.probability.begin() + static_cast<std::ptrdiff_t>(i * model.classes.size()));
    }
  }

  Job job{.model = model,
          .options = options,
          .packed = *packed,
          .tables = tables,
          .evidence = evidence,
          .product = {},
          .masks = {},
          .chunk = std::clamp<std::int64_t>((std::int64_t{1} << 18) / tables.padded, 8, kBlockRows),
          .keep = options.keep_state || evidence.merged};
  for (const auto& t : tables.product) job.product.push_back(t.data());
  job.masks.assign(n_attributes * static_cast<std::size_t>(tables.padded), 0.0);
  for (std::size_t k = 0; k < n_attributes; ++k)
    for (std::size_t c = 0; c < model.classes.size(); ++c)
      job.masks[k * static_cast<std::size_t>(tables.padded) + c] = static_cast<double>(model.classes[c] >> k & 1U);
  const int workers = worker_count(packed->n_blocks(), context);
  std::vector<Room> rooms;
  rooms.reserve(static_cast<std::size_t>(workers));
  for (int w = 0; w < workers; ++w) rooms.push_back(make_room(job));
  const auto work = [&](std::int64_t block, int worker) {
    const std::int64_t end = block * kBlockRows + packed->rows(block);
    for (std::int64_t first = block * kBlockRows; first < end; first += job.chunk)
      score_rows(job, first, std::min(job.chunk, end - first), rooms[static_cast<std::size_t>(worker)], out);
  };
  if (auto done = run_blocks(packed->n_blocks(), workers, context, work); !done) return done.error();

  for (const ScoreStatus s : out.status) {
    out.n_scored += s == ScoreStatus::kScored ? 1 : 0;
    out.n_dropped += s == ScoreStatus::kDropped ? 1 : 0;
  }
  if (options.keep_state) {
    out.state.attributes = model.attributes;
    out.state.classes = model.classes;
    out.state.n_items = out.n_items;
    out.state.n_answered = out.n_answered;
    for (evidence_detail::Groups& g : evidence.groups) out.state.evidence.push_back(std::move(g.evidence));
    out.state.evidence_of_person = evidence.of_person.empty() ? std::vector<std::int32_t>(n, 0) : std::move(evidence.of_person);
  }
  return out;
}

std::string profile_text(std::uint32_t profile, std::size_t n_attributes) {
  std::string out;
  for (std::size_t k = 0; k < n_attributes; ++k) out += (profile >> k & 1U) != 0 ? '1' : '0';
  return out;
}

Table Scores::mastery_table() const {
  Table table("mastery");
  std::vector<std::int64_t> row;
  std::vector<std::string> attribute;
  for (std::int64_t i = 0; i < n_persons(); ++i)
    for (const std::string& a : attributes) {
      row.push_back(i + 1);
      attribute.push_back(a);
    }
  table.add("row", std::move(row));
  table.add("attribute", std::move(attribute));
  table.add("mastery", mastery);
  table.add("lower", lower.empty() ? mastery : lower);
  table.add("upper", upper.empty() ? mastery : upper);
  table.add("n_items", std::vector<std::int64_t>(n_items.begin(), n_items.end()));
  return table;
}

Table Scores::profile_table() const {
  Table table("profiles");
  std::vector<std::string> map;
  std::vector<std::string> mle;
  std::vector<std::string> state_name;
  std::vector<std::uint8_t> has_map;
  std::vector<std::uint8_t> has_mle;
  for (std::size_t i = 0; i < status.size(); ++i) {
    has_map.push_back(map_profile[i] != kNoProfile ? 1 : 0);
    has_mle.push_back(mle_profile[i] != kNoProfile ? 1 : 0);
    map.push_back(has_map.back() != 0 ? profile_text(map_profile[i], attributes.size()) : "");
    mle.push_back(has_mle.back() != 0 ? profile_text(mle_profile[i], attributes.size()) : "");
    state_name.emplace_back(score_status_name(status[i]));
  }
  table.add("map", std::move(map), std::move(has_map));
  table.add("map_probability", map_probability);
  table.add("mle", std::move(mle), std::move(has_mle));
  table.add("mle_probability", mle_probability);
  table.add_boolean("mle_tied", mle_tied);
  table.add("n_answered", std::vector<std::int64_t>(n_answered.begin(), n_answered.end()));
  table.add("status", std::move(state_name));
  return table;
}

}  // namespace celadon::inline CELADON_ABI::cdm
