/// A small school whose pupils answer by a known model, as a data set: two classes, choice items with options and written items.
#pragma once

#include <evaluation/dataset_fixture.hpp>

#include <celadon/evaluation/evaluate.hpp>
#include <celadon/io/profile_json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace school_fixture {

/// Uniform numbers in (0, 1), the same on every machine.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(seed * 2862933555777941757ULL + 3037000493ULL) {}
  double next() {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return (static_cast<double>(state_ >> 11) + 0.5) / 9007199254740992.0;
  }
  double normal() {
    double sum = -6.0;
    for (int k = 0; k < 12; ++k) sum += next();
    return sum;
  }

 private:
  std::uint64_t state_;
};

struct Design {
  int n_pupils = 40;
  int n_choice = 8;   ///< items c1 ..., one point, options A to D, key A
  int n_written = 4;  ///< items w1 ..., five points
  std::uint64_t seed = 1;
  bool options = true;  ///< raw options, else marks
};

inline std::string pupil(int i) {
  return "s" + std::to_string(i + 1);
}

/// items, students and responses. Odd pupils are in class 1, even ones in class 2 of school S.
inline std::vector<std::pair<std::string, std::string>> tables(const Design& design) {
  std::string items = "id,label,type,full_mark,key,options,option_notes,knowledge,ability_level,planned_difficulty\n";
  std::string header = "student";
  const int n_items = design.n_choice + design.n_written;
  const char* const points[] = {"number", "shape", "data"};
  const char* const levels[] = {"know", "apply"};
  for (int j = 0; j < n_items; ++j) {
    const bool choice = j < design.n_choice;
    const std::string id = choice ? "c" + std::to_string(j + 1) : "w" + std::to_string(j - design.n_choice + 1);
    items += id + "," + std::to_string(j + 1) + (choice ? ",choice,1," : ",written,5,");
    items += choice && design.options ? "A,A;B;C;D,B=forgot the sign," : ",,,";
    items += std::string(points[j % 3]) + "," + levels[j % 2] + ",0.7\n";
    header += "," + id;
  }
  std::string students = "id,class,school\n";
  std::string responses = header + "\n";
  Draws draws(design.seed);
  for (int i = 0; i < design.n_pupils; ++i) {
    students += pupil(i) + "," + (i % 2 == 0 ? "1" : "2") + ",S\n";
    const double ability = draws.normal();
    responses += pupil(i);
    for (int j = 0; j < n_items; ++j) {
      const double p = 1.0 / (1.0 + std::exp(-(ability + 1.2 - 0.2 * (j % 6))));
      if (j < design.n_choice) {
        const bool right = draws.next() < p;
        const char wrong = static_cast<char>('B' + static_cast<int>(draws.next() * 3.0));
        if (design.options)
          responses += std::string(",") + (right ? 'A' : wrong);
        else
          responses += right ? ",1" : ",0";
      } else {
        int points_gained = 0;
        for (int k = 0; k < 5; ++k) points_gained += draws.next() < p ? 1 : 0;
        responses += "," + std::to_string(points_gained);
      }
    }
    responses += "\n";
  }
  return {{"items", items}, {"students", students}, {"responses", responses}};
}

inline celadon::Dataset data(const Design& design = {}) {
  return dataset_fixture::dataset(tables(design));
}

inline const celadon::evaluation::Profile& profile() {
  return celadon::io::default_profile();
}

inline celadon::evaluation::Evaluation evaluated(const Design& design = {}, const celadon::evaluation::EvaluateOptions& options = {}) {
  return celadon::evaluation::evaluate(data(design), profile(), options).value();
}

/// The reason why something was not evaluated; kNone when it was.
inline celadon::Code reason(const celadon::evaluation::PaperEvaluation& paper, std::string_view what) {
  for (const auto& n : paper.not_evaluated)
    if (n.what == what) return n.reason.code;
  return celadon::Code::kNone;
}

inline const std::vector<std::string>& texts(const celadon::Table& table, std::string_view column) {
  return std::get<std::vector<std::string>>(table.find(column)->values);
}
inline const std::vector<double>& numbers(const celadon::Table& table, std::string_view column) {
  return std::get<std::vector<double>>(table.find(column)->values);
}
inline const std::vector<std::int64_t>& integers(const celadon::Table& table, std::string_view column) {
  return std::get<std::vector<std::int64_t>>(table.find(column)->values);
}

}  // namespace school_fixture
