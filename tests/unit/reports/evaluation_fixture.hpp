/// A made-up paper of two schools with every kind of item, evaluated: choice items with options and notes, blanks, written answers with
/// part marks and error codes, statuses, a class below the suppression limit, names that want to break out of their place.
#pragma once

#include <celadon/evaluation/evaluate.hpp>
#include <celadon/io/profile_json.hpp>

#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace celadon::testing {

struct PaperShape {
  std::vector<int> class_sizes{30, 26, 7, 28};
  std::vector<int> class_school{0, 0, 1, 1};  ///< empty: no schools
  bool names = true;
  bool options = true;
  bool error_codes = true;
  double easiness = 1.0;  ///< logit added to every item
};

/// A number in [0, 1) that depends on its arguments only.
inline double chance(std::uint64_t a, std::uint64_t b, std::uint64_t c = 0) {
  std::uint64_t x = a * 0x9E3779B97F4A7C15ULL + b * 0xC2B2AE3D27D4EB4FULL + c * 0x165667B19E3779F9ULL + 0x27D4EB2F165667C5ULL;
  for (int k = 0; k < 3; ++k) {
    x ^= x >> 29;
    x *= 0xBF58476D1CE4E5B9ULL;
    x ^= x >> 32;
  }
  return static_cast<double>(x >> 11) / 9007199254740992.0;
}

inline const std::string kMarkup = "<b onclick=\"x()\">A & B</b>";
inline const std::string kFortyCharacters = "欧阳亚历山大罗维奇买买提江古丽娜孜尔斯琴高娃阿布都热合曼其其格玛拉提江巴特尔吐尔";

inline evaluation::Paper sample_paper(const PaperShape& shape = {}) {
  evaluation::Paper paper;
  paper.id = "期末-2026 A";
  paper.name = "四年级数学期末练习";
  paper.subject = "数学";
  paper.grade = 4;
  paper.date = "2026-06-24";
  paper.simulated = true;
  static const std::array<const char*, 5> kPoints{"整数四则运算", "小数的意义", "三角形的内角和", "平均数与条形统计图", "鸡兔同笼"};
  static const std::array<const char*, 3> kLevels{"识记", "理解", "运用"};
  const int n_items = 14;
  for (int i = 0; i < n_items; ++i) {
    Item item;
    item.id = "q" + std::to_string(i + 1);
    item.label = i == 13 ? "21(1)" : std::to_string(i + 1);
    item.knowledge = {kPoints[static_cast<std::size_t>(i) % 5]};
    item.ability_level = kLevels[static_cast<std::size_t>(i) % 3];
    item.planned_difficulty = 0.9 - 0.03 * i;
    if (i < 8 && shape.options) {
      item.type = "选择";
      item.category_labels = {"A", "B", "C", "D"};
      item.key = "B";
      item.option_notes = {"把位数多当成数大", "", i == 3 ? kMarkup : "", ""};
      item.full_mark = 4;
      item.category_scores = {0, 4};
    } else if (i < 11) {
      item.type = "填空";
      item.full_mark = 5;
      item.category_scores = {0, 5};
    } else {
      item.type = "解答";
      item.full_mark = 8;
      item.category_scores = {0, 2, 4, 6, 8};
    }
    paper.full_mark += item.full_mark;
    paper.items.push_back(item);
  }
  std::vector<std::string> ids;
  for (const Item& item : paper.items) ids.push_back(item.id);
  std::int64_t n = 0;
  for (const int size : shape.class_sizes) n += size;
  Responses::Builder scored(n, ids), raw(n, ids);
  std::int64_t row = 0;
  for (std::size_t c = 0; c < shape.class_sizes.size(); ++c) {
    const bool schools = !shape.class_school.empty();
    paper.units.classes.push_back(
        {"c" + std::to_string(c + 1), "四年级 " + std::to_string(c + 1) + " 班", schools ? shape.class_school[c] : -1});
    for (int k = 0; k < shape.class_sizes[c]; ++k, ++row) {
      const auto person = static_cast<std::uint64_t>(row);
      paper.units.person_ids.push_back("s" + std::to_string(1000 + row));
      if (shape.names)
        paper.units.person_names.push_back(row == 1 ? kFortyCharacters : row == 2 ? kMarkup : "学生" + std::to_string(row + 1));
      paper.units.person_class.push_back(static_cast<std::int32_t>(c));
      paper.units.status.push_back(row == 5 ? Status::kAbsent : Status::kPresent);
      const double ability = 4.0 * (chance(person, 1) + chance(person, 2) + chance(person, 3) - 1.5);
      for (int i = 0; i < n_items; ++i) {
        const auto item = static_cast<std::uint64_t>(i);
        if (row == 5) continue;           // absent
        if (row == 0 && i > 1) continue;  // two answers
        const double u = chance(person, item + 10);
        const double p = row == 3 ? 1.0 : 1.0 / (1.0 + std::exp(-(ability + shape.easiness - 0.2 * i)));
        if (i == 9 && row % 17 == 8) {
          scored.set(row, i, Missing::kOmitted);
          continue;
        }
        const Item& spec = paper.items[static_cast<std::size_t>(i)];
        const auto top = static_cast<int>(spec.category_scores.size()) - 1;
        int category = 0;
        if (top == 1) {
          category = u < p ? 1 : 0;
        } else {
          for (int step = 0; step < top; ++step) category += chance(person, item + 40, static_cast<std::uint64_t>(step)) < p ? 1 : 0;
        }
        scored.set(row, i, static_cast<std::uint8_t>(category));
        if (!spec.category_labels.empty()) {
          const double which = chance(person, item + 80);
          raw.set(row, i, static_cast<std::uint8_t>(category == 1 ? 1 : which < 0.6 ? 0 : which < 0.85 ? 2 : 3));
        }
      }
    }
  }
  if (!shape.class_school.empty()) paper.units.schools = {{"x1", "第一小学", -1}, {"x2", "第二小学", -1}};
  paper.scored = std::move(scored).build().value();
  if (shape.options) paper.raw = std::move(raw).build().value();
  if (shape.error_codes) {
    paper.error_code_names = {"单位换算出错", "没有调整假设"};
    paper.error_codes.assign(static_cast<std::size_t>(n * n_items), -1);
    for (std::int64_t r = 0; r < n; ++r)
      for (std::int64_t i = 11; i < n_items; ++i) {
        const std::uint8_t cell = paper.scored.at(r, i);
        if (!is_missing(cell) && cell < 3 && r % 3 != 0)
          paper.error_codes[static_cast<std::size_t>(r * n_items + i)] = static_cast<std::int32_t>((r + i) % 2);
      }
  }
  return paper;
}

inline evaluation::Evaluation sample_evaluation(const PaperShape& shape = {}, const evaluation::Profile* profile = nullptr) {
  std::vector<evaluation::Paper> papers;
  papers.push_back(sample_paper(shape));
  return evaluation::evaluate(std::move(papers), profile != nullptr ? *profile : io::default_profile(), {}).value();
}

/// The sample paper evaluated, once a program.
inline const evaluation::Evaluation& shared_evaluation() {
  static const evaluation::Evaluation evaluation = sample_evaluation();
  return evaluation;
}

}  // namespace celadon::testing
