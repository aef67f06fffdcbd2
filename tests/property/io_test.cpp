// JSON: every number comes back, a saved model is the model, and no broken text gets through.
#include "design.hpp"

#include <celadon/io/irt_json.hpp>
#include <celadon/io/json.hpp>
#include <celadon/models/irt/fit.hpp>

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

namespace io_properties {

using namespace property;
using celadon::Visitor;

/// Any double: random bits, whole numbers, decimals of a mark, powers of two with neighbours, the edges.
double draw_double(Stream& draw) {
  switch (draw.below(5)) {
    case 0:
      return std::bit_cast<double>(draw.next_u64());
    case 1:
      return static_cast<double>(between(draw, -1000000, 1000000));
    case 2:
      return between(draw, -2000, 2000) / 100.0;
    case 3: {
      const double power = std::ldexp(chance(draw, 0.5) ? 1.0 : -1.0, between(draw, -1074, 1023));
      return chance(draw, 0.5) ? power : std::nextafter(power, chance(draw, 0.5) ? 1e308 : -1e308);
    }
    default:
      return one_of<double>(
          draw, {0.0, -0.0, 5e-324, 2.2250738585072014e-308, std::numeric_limits<double>::max(), std::numeric_limits<double>::infinity(),
                 -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN(), 1e22, 1e23, 0.1, 1e-7});
  }
}

struct Number {
  double value = 0.0;
  std::vector<double> list;
  void visit(Visitor& v) {
    v.field("value", value);
    v.field("list", list);
  }
};

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

TEST(Json, AnyDoubleComesBackWithItsBitsInItsShortestForm) {
  for_all_streams("json.double", 6000, [](Stream& draw) -> Problem {
    Number out{draw_double(draw), {draw_double(draw), draw_double(draw)}};
    const std::string text = celadon::io::save_visited("t", 1, [&](Visitor& v) { out.visit(v); });
    Number in;
    if (auto done = celadon::io::load_visited(text, "t", 1, [&](Visitor& v) { in.visit(v); }); !done) return text;
    if (!same(out.value, in.value) || in.list.size() != 2 || !same(out.list[0], in.list[0]) || !same(out.list[1], in.list[1])) return text;
    std::string number;
    celadon::io::append_json_number(number, out.value);
    if (!std::isfinite(out.value)) return number.front() == '"' && number.back() == '"' ? Problem() : Problem("not tagged: " + number);
    char shortest[32];
    const auto end = std::to_chars(shortest, shortest + sizeof shortest, out.value).ptr;
    // Minus zero keeps its point: without it a reader takes a whole number, which has no sign at zero.
    const std::size_t longest = static_cast<std::size_t>(end - shortest) + (out.value == 0.0 && std::signbit(out.value) ? 2 : 0);
    if (number.size() > longest) return number + " is longer than " + std::string(shortest, end);
    return std::nullopt;
  });
}

/// A model fitted to a small paper: dichotomous and graded items with estimates of many digits.
celadon::irt::Model fitted(Stream& draw) {
  const Design d = draw_design(
      draw, {.least_persons = 60, .most_persons = 120, .least_items = 3, .most_items = 6, .most_categories = 4, .half_marks = false});
  celadon::irt::FitOptions options;
  options.standard_errors = false;
  options.max_iterations = 8;
  options.grid.n_nodes = 15;
  for (std::size_t j = 0; j < d.items.size(); ++j)
    if (d.n_categories[j] > 2)
      options.models.emplace_back(d.items[j].id, one_of<celadon::irt::ItemModel>(draw, {celadon::irt::ItemModel::kGraded,
                                                                                        celadon::irt::ItemModel::kGeneralizedPartialCredit,
                                                                                        celadon::irt::ItemModel::kNominal}));
  return celadon::irt::fit(d.responses(), options).value().model;
}

TEST(Json, AFittedModelComesBackWithEqualBits) {
  for_all_streams("json.model", 150, [](Stream& draw) -> Problem {
    const celadon::irt::Model model = fitted(draw);
    const std::string text = celadon::irt::save(model);
    const celadon::irt::Model back = celadon::irt::load(text).value();
    if (celadon::irt::save(back) != text) return "saving again gives another text";
    if (back.items.size() != model.items.size()) return "items";
    for (std::size_t j = 0; j < model.items.size(); ++j) {
      const auto& a = model.items[j];
      const auto& b = back.items[j];
      if (a.id != b.id || a.model != b.model || a.n_categories != b.n_categories || a.category_map != b.category_map) return a.id;
      if (!same(a.slope, b.slope) || !same(a.lower, b.lower) || !same(a.upper, b.upper)) return a.id + ": slope";
      if (a.intercepts.size() != b.intercepts.size() || a.scoring.size() != b.scoring.size()) return a.id + ": sizes";
      for (std::size_t k = 0; k < a.intercepts.size(); ++k)
        if (!same(a.intercepts[k], b.intercepts[k])) return a.id + ": intercept";
      for (std::size_t k = 0; k < a.scoring.size(); ++k)
        if (!same(a.scoring[k], b.scoring[k])) return a.id + ": scoring";
    }
    return std::nullopt;
  });
}

TEST(Json, EveryTruncationOfASavedModelIsAnErrorThatSaysSo) {
  for_all_streams("json.truncated", 12, [](Stream& draw) -> Problem {
    const std::string text = celadon::irt::save(fitted(draw));
    for (std::size_t n = 0; n < text.size(); ++n) {
      // A text of its own, so that a reader which runs past its end is seen by the address sanitizer.
      const std::vector<char> cut(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(n));
      const auto loaded = celadon::irt::load(std::string_view(cut.data(), cut.size()));
      if (loaded) return "the first " + std::to_string(n) + " bytes of " + std::to_string(text.size()) + " are taken for a model";
      if (loaded.error().text(celadon::Language::kChinese).empty()) return "no sentence";
    }
    return std::nullopt;
  });
}

TEST(Json, ChangedBytesGiveAnErrorOrAModelThatPassesItsCheck) {
  for_all_streams("json.changed", 150, [](Stream& draw) -> Problem {
    const std::string text = celadon::irt::save(fitted(draw));
    for (int k = 0; k < 40; ++k) {
      std::string changed = text;
      for (int n = between(draw, 1, 3); n > 0; --n) {
        const auto at = static_cast<std::size_t>(draw.below(changed.size()));
        switch (draw.below(3)) {
          case 0:
            changed[at] = static_cast<char>(draw.below(256));
            break;
          case 1:
            changed.erase(at, static_cast<std::size_t>(between(draw, 1, 20)));
            break;
          default:
            changed.insert(at, changed.substr(static_cast<std::size_t>(draw.below(changed.size())), 12));
        }
        if (changed.empty()) changed = " ";
      }
      const auto loaded = celadon::irt::load(changed);
      if (loaded && !celadon::irt::check(*loaded)) return changed;
    }
    return std::nullopt;
  });
}

}  // namespace io_properties
