#pragma once

#include <celadon/core/text.hpp>
#include <celadon/evaluation/impl/paper_parts.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace celadon::inline CELADON_ABI::evaluation {

namespace paper_cells_detail {

template <class T>
struct Word {
  std::string_view text;
  T value;
};

inline constexpr std::array<Word<Status>, 26> kStatusWords = {{
    {"缺考", Status::kAbsent},           {"缺", Status::kAbsent},
    {"旷考", Status::kAbsent},           {"absent", Status::kAbsent},
    {"缓考", Status::kDeferred},         {"deferred", Status::kDeferred},
    {"免考", Status::kExempt},           {"免试", Status::kExempt},
    {"exempt", Status::kExempt},         {"补考", Status::kMakeUp},
    {"make_up", Status::kMakeUp},        {"make-up", Status::kMakeUp},
    {"makeup", Status::kMakeUp},         {"作弊", Status::kDisqualified},
    {"违纪", Status::kDisqualified},     {"舞弊", Status::kDisqualified},
    {"取消成绩", Status::kDisqualified}, {"disqualified", Status::kDisqualified},
    {"cheating", Status::kDisqualified}, {"void", Status::kDisqualified},
    {"正常", Status::kPresent},          {"参加", Status::kPresent},
    {"参考", Status::kPresent},          {"present", Status::kPresent},
    {"sat", Status::kPresent},           {"实考", Status::kPresent},
}};

inline constexpr std::array<Word<Missing>, 24> kMissingWords = {{
    {"omitted", Missing::kOmitted},
    {"omit", Missing::kOmitted},
    {"未答", Missing::kOmitted},
    {"未作答", Missing::kOmitted},
    {"漏答", Missing::kOmitted},
    {"没答", Missing::kOmitted},
    {"空", Missing::kOmitted},
    {"not_reached", Missing::kNotReached},
    {"not reached", Missing::kNotReached},
    {"未做到", Missing::kNotReached},
    {"没做到", Missing::kNotReached},
    {"没做完", Missing::kNotReached},
    {"not_administered", Missing::kNotAdministered},
    {"not administered", Missing::kNotAdministered},
    {"未安排", Missing::kNotAdministered},
    {"不适用", Missing::kNotAdministered},
    {"未选", Missing::kNotAdministered},
    {"invalid", Missing::kInvalid},
    {"无效", Missing::kInvalid},
    {"多选", Missing::kInvalid},
    {"重选", Missing::kInvalid},
    {"涂改", Missing::kInvalid},
    {"无法识别", Missing::kInvalid},
    {"spoiled", Missing::kInvalid},
}};

template <class T, std::size_t N>
std::optional<T> look_up(const std::array<Word<T>, N>& words, std::string_view text) {
  const std::string word = lower_ascii(trimmed(text));
  for (const auto& w : words)
    if (w.text == word) return w.value;
  return std::nullopt;
}

/// An item has at most this many different entries; a column with more is an identifier or a total with decimals.
constexpr std::size_t kMostValues = 4096;

}  // namespace paper_cells_detail

std::optional<Status> status_from_text(std::string_view text) {
  return paper_cells_detail::look_up(paper_cells_detail::kStatusWords, text);
}

std::optional<Missing> missing_from_text(std::string_view text) {
  return paper_cells_detail::look_up(paper_cells_detail::kMissingWords, text);
}

namespace paper_detail {

std::pair<const arrow::Chunk*, std::int64_t> Cursor::at(std::int64_t row) {
  const auto chunks = column_->chunks();
  while (chunk_ > 0 && row < column_->chunk_start(chunk_)) --chunk_;
  while (row >= column_->chunk_start(chunk_) + chunks[chunk_].size) ++chunk_;
  return {&chunks[chunk_], row - column_->chunk_start(chunk_)};
}

namespace cells {

/// Distinct values and their codes; numbers by their bits, the last one remembered.
class Codebook {
 public:
  Codebook(CellCodes& out, const PaperOptions& options) : out_(out) {
    for (const auto& [text, kind] : options.missing_values) {
      const std::string word(trimmed(text));
      declared_.emplace(word, kind);
      if (const auto number = parse_number(word)) declared_numbers_.emplace(*number, kind);
    }
  }
  std::uint16_t number(double value) {
    if (std::isnan(value)) return CellCodes::kNan;
    if (std::isinf(value)) return CellCodes::kInfinite;
    if (value == 0.0) value = 0.0;  // one zero
    const auto whole = static_cast<std::size_t>(value >= 0.0 && value < kSmall ? value : 0.0);
    if (value == static_cast<double>(whole) && small_[whole] != 0) return small_[whole];
    const auto [at, fresh] = numbers_.try_emplace(std::bit_cast<std::uint64_t>(value), std::uint16_t{0});
    if (fresh) at->second = first_number(value);
    if (value == static_cast<double>(whole)) small_[whole] = at->second;
    return at->second;
  }
  std::uint16_t text(std::string_view raw, std::optional<Status>& status) {
    const std::string_view word = trimmed(raw);
    if (word.empty()) return CellCodes::kBlank;
    if (const auto at = texts_.find(word); at != texts_.end()) {
      if (at->second == CellCodes::kStatus) status = status_from_text(word);
      return at->second;
    }
    const std::uint16_t code = first_text(word, status);
    texts_.emplace(std::string(word), code);
    return code;
  }

 private:
  static constexpr std::size_t kSmall = 256;
  static std::uint16_t missing_code(Missing kind) {
    return static_cast<std::uint16_t>(CellCodes::kMissing + (static_cast<int>(kind) - static_cast<int>(Missing::kNotAdministered)));
  }
  std::uint16_t first_number(double value) {
    if (const auto at = declared_numbers_.find(value); at != declared_numbers_.end()) return missing_code(at->second);
    return push({true, value, format_number(value)});
  }
  std::uint16_t first_text(std::string_view word, std::optional<Status>& status) {
    if (const auto at = declared_.find(word); at != declared_.end()) return missing_code(at->second);
    if (!is_valid_utf8(word)) return CellCodes::kNotText;
    if (const auto value = parse_number(word)) return number(*value);
    if (status = status_from_text(word); status) return CellCodes::kStatus;
    if (const auto kind = missing_from_text(word)) return missing_code(*kind);
    return push({false, 0.0, std::string(word)});
  }
  std::uint16_t push(CellCodes::Value value) {
    if (out_.values.size() >= paper_cells_detail::kMostValues) {
      out_.too_many = true;
      return CellCodes::kBlank;
    }
    out_.values.push_back(std::move(value));
    return static_cast<std::uint16_t>(CellCodes::kFirst + out_.values.size() - 1);
  }
  CellCodes& out_;
  std::map<std::string, Missing, std::less<>> declared_;
  std::map<double, Missing> declared_numbers_;
  std::unordered_map<std::uint64_t, std::uint16_t> numbers_;
  std::map<std::string, std::uint16_t, std::less<>> texts_;
  std::array<std::uint16_t, kSmall> small_{};
};

}  // namespace cells

CellCodes read_cells(const arrow::DataColumn& column, const std::vector<std::int64_t>& rows, const PaperOptions& options) {
  CellCodes out;
  out.codes.resize(rows.size());
  cells::Codebook book(out, options);
  Cursor cursor(&column);
  const arrow::ValueKind kind = column.kind();
  for (std::size_t person = 0; person < rows.size(); ++person) {
    if (rows[person] < 0) continue;
    const auto [chunk, row] = cursor.at(rows[person]);
    if (chunk->is_null(row)) {
      out.codes[person] = CellCodes::kBlank;
    } else if (kind == arrow::ValueKind::kText) {
      std::optional<Status> status;
      out.codes[person] = book.text(chunk->text(row), status);
      if (out.codes[person] == CellCodes::kStatus && status) out.statuses.emplace_back(static_cast<std::int64_t>(person), *status);
    } else {
      out.codes[person] = book.number(chunk->number(row));
    }
    if (out.too_many) break;
  }
  return out;
}

}  // namespace paper_detail

}  // namespace celadon::inline CELADON_ABI::evaluation
