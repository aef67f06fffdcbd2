// A paper of 320 pupils in four classes on 14 items of one to four points, made by a generator of whole numbers. languages.c and
// languages.py make the same data set.
#pragma once

#include "bits.hpp"

#include <celadon/core/dataset.hpp>

namespace bits {

inline celadon::Dataset sample_dataset() {
  constexpr int kPupils = 320, kItems = 14;
  std::vector<std::string> pupils, classes, items, knowledge;
  std::vector<double> full_mark;
  std::vector<std::vector<double>> marks(kItems, std::vector<double>(kPupils));
  std::uint32_t state = 20261125U;
  const auto draw = [&state] { return (state = state * 1664525U + 1013904223U) >> 16; };
  for (int j = 0; j < kItems; ++j) {
    items.push_back("q" + std::to_string(j + 1));
    knowledge.push_back("k" + std::to_string(j % 3 + 1));
    full_mark.push_back(1 + j % 4);
  }
  for (int i = 0; i < kPupils; ++i) {
    pupils.push_back("p" + std::to_string(i + 1));
    classes.push_back("c" + std::to_string(i / 80 + 1));
    const std::uint32_t able = 100U + draw() % 700U;
    for (int j = 0; j < kItems; ++j) {
      int mark = 0;
      for (int step = 0; step < 1 + j % 4; ++step) mark += draw() % 1000U < able + 150U - 15U * static_cast<std::uint32_t>(j) ? 1 : 0;
      marks[static_cast<std::size_t>(j)][static_cast<std::size_t>(i)] = mark;
    }
  }
  celadon::Table responses("responses"), item_table("items"), students("students");
  responses.add("student", pupils);
  for (int j = 0; j < kItems; ++j) responses.add(items[static_cast<std::size_t>(j)], marks[static_cast<std::size_t>(j)]);
  item_table.add("id", items).add("full_mark", full_mark).add("knowledge", knowledge);
  students.add("id", pupils).add("class", classes);
  celadon::Dataset data;
  if (!data.add("responses", responses) || !data.add("items", item_table) || !data.add("students", students)) std::exit(1);
  return data;
}

}  // namespace bits
