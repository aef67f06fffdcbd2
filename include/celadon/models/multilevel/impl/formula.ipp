#pragma once

#include <celadon/models/multilevel/formula.hpp>

#include <algorithm>

namespace celadon::inline CELADON_ABI::multilevel {

namespace formula_detail {

/// Terms with an intercept, as a sum on one side of a bar or of the tilde.
struct Sum {
  bool intercept = true;
  std::vector<Term> terms;
};

inline void add_once(std::vector<Term>& terms, const Term& term) {
  const auto same = [&](const Term& t) { return t.size() == term.size() && std::is_permutation(t.begin(), t.end(), term.begin()); };
  if (std::none_of(terms.begin(), terms.end(), same)) terms.push_back(term);
}

inline Term joined(const Term& a, const Term& b) {
  Term out = a;
  for (const Variable& v : b)
    if (std::find(out.begin(), out.end(), v) == out.end()) out.push_back(v);
  return out;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Formula> parse() {
    Formula out;
    if (!variable(out.response)) return error();
    if (out.response.transform == Transform::kFactor || out.response.transform == Transform::kGroupMean) fail("a column of numbers");
    if (!expect('~')) return error();
    Sum fixed;
    if (!sum(fixed, &out.random)) return error();
    skip();
    if (at_ != text_.size()) fail("+ or the end");
    if (failed_) return error();
    out.intercept = fixed.intercept;
    out.terms = std::move(fixed.terms);
    return out;
  }

 private:
  void skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
  }
  bool accept(char c) {
    skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool fail(std::string expected) {
    if (!failed_) {
      failed_ = true;
      expected_ = std::move(expected);
      failed_at_ = at_;
    }
    return false;
  }
  bool expect(char c) { return accept(c) || fail(std::string(1, c)); }
  [[nodiscard]] Error error() const {
    return make_error(Code::kFormulaSyntax, {}, {{"position", std::to_string(failed_at_ + 1)}, {"expected", expected_}});
  }

  static bool in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           static_cast<unsigned char>(c) >= 0x80;
  }
  bool name(std::string& out) {
    skip();
    if (at_ < text_.size() && text_[at_] == '`') {
      const std::size_t end = text_.find('`', at_ + 1);
      if (end == std::string_view::npos || end == at_ + 1) return fail("a name in back quotes");
      out = std::string(text_.substr(at_ + 1, end - at_ - 1));
      at_ = end + 1;
      return true;
    }
    const std::size_t begin = at_;
    if (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') return fail("a name");
    while (at_ < text_.size() && in_name(text_[at_])) ++at_;
    if (at_ == begin) return fail("a name");
    out = std::string(text_.substr(begin, at_ - begin));
    return true;
  }
  bool variable(Variable& out) {
    skip();
    const bool quoted = at_ < text_.size() && text_[at_] == '`';
    const std::size_t begin = at_;
    if (!name(out.column)) return false;
    if (quoted || !accept('(')) return true;
    const std::string function = out.column;
    if (function != "factor" && function != "I" && function != "log" && function != "mean" && function != "within") {
      at_ = begin;
      return fail("factor, I, log, mean or within");
    }
    if (!name(out.column)) return false;
    if (function == "factor") {
      out.transform = Transform::kFactor;
    } else if (function == "log") {
      out.transform = Transform::kLog;
    } else if (function == "I") {
      out.transform = Transform::kPower;
      if (!expect('^')) return false;
      skip();
      if (at_ >= text_.size() || text_[at_] < '2' || text_[at_] > '9') return fail("a power from 2 to 9");
      out.power = text_[at_++] - '0';
    } else {
      out.transform = function == "mean" ? Transform::kGroupMean : Transform::kWithinGroup;
      if (!expect(',') || !name(out.group)) return false;
    }
    return expect(')');
  }

  /// a:b:c, with `*` between such products: all of their joins.
  bool product(std::vector<Term>& out) {
    out.clear();
    do {
      Term term;
      do {
        Variable v;
        if (!variable(v)) return false;
        term = joined(term, {v});
      } while (accept(':'));
      const std::vector<Term> before = out;
      add_once(out, term);
      for (const Term& t : before) add_once(out, joined(t, term));
    } while (accept('*'));
    return true;
  }

  bool sum(Sum& out, std::vector<RandomTerm>* random) {
    bool minus = accept('-');
    while (true) {
      skip();
      const char c = at_ < text_.size() ? text_[at_] : '\0';
      if (c == '(' && random != nullptr) {
        if (minus) return fail("1");
        ++at_;
        if (!bar(*random)) return false;
      } else if (c == '0' || c == '1') {
        ++at_;
        if (at_ < text_.size() && in_name(text_[at_])) return fail("0 or 1");
        out.intercept = (c == '1') != minus;
      } else {
        if (minus) return fail("1");
        std::vector<Term> terms;
        if (!product(terms)) return false;
        for (const Term& t : terms) add_once(out.terms, t);
      }
      if (accept('+'))
        minus = false;
      else if (accept('-'))
        minus = true;
      else
        break;
    }
    std::stable_sort(out.terms.begin(), out.terms.end(), [](const Term& a, const Term& b) { return a.size() < b.size(); });
    return true;
  }

  /// After the opening parenthesis: terms | group ).
  bool bar(std::vector<RandomTerm>& out) {
    Sum inside;
    if (!sum(inside, nullptr) || !expect('|')) return false;
    const bool apart = accept('|');
    std::vector<std::vector<std::string>> groups;  // outermost first for a/b
    std::vector<std::string> path;
    do {
      std::vector<std::string> combined;
      do {
        std::string g;
        if (!name(g)) return false;
        combined.push_back(std::move(g));
      } while (accept(':'));
      combined.insert(combined.end(), path.begin(), path.end());
      path = combined;
      groups.push_back(path);
    } while (accept('/'));
    if (!expect(')')) return false;
    if (!inside.intercept && inside.terms.empty()) return fail("a random term");
    std::reverse(groups.begin(), groups.end());
    for (const auto& group : groups) {
      if (!apart) {
        out.push_back({inside.intercept, inside.terms, group});
        continue;
      }
      if (inside.intercept) out.push_back({true, {}, group});
      for (const Term& t : inside.terms) out.push_back({false, {t}, group});
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool failed_ = false;
  std::size_t failed_at_ = 0;
  std::string expected_;
};

inline std::string term_text(const Term& term) {
  std::string out;
  for (const Variable& v : term) out += (out.empty() ? "" : ":") + v.name();
  return out;
}

inline std::string sum_text(bool intercept, const std::vector<Term>& terms) {
  std::string out = intercept ? "1" : "0";
  for (const Term& t : terms) out += " + " + term_text(t);
  return out;
}

}  // namespace formula_detail

std::string Variable::name() const {
  switch (transform) {
    case Transform::kFactor:
      return "factor(" + column + ")";
    case Transform::kPower:
      return "I(" + column + "^" + std::to_string(power) + ")";
    case Transform::kLog:
      return "log(" + column + ")";
    case Transform::kGroupMean:
      return "mean(" + column + ", " + group + ")";
    case Transform::kWithinGroup:
      return "within(" + column + ", " + group + ")";
    case Transform::kNone:
      break;
  }
  return column;
}

std::string RandomTerm::group_name() const {
  std::string out;
  for (const std::string& g : group) out += (out.empty() ? "" : ":") + g;
  return out;
}

std::string Formula::text() const {
  std::string out = response.name() + " ~ " + formula_detail::sum_text(intercept, terms);
  for (const RandomTerm& r : random) out += " + (" + formula_detail::sum_text(r.intercept, r.terms) + " | " + r.group_name() + ")";
  return out;
}

Result<Formula> parse_formula(std::string_view text) {
  return formula_detail::Parser(text).parse();
}

}  // namespace celadon::inline CELADON_ABI::multilevel
