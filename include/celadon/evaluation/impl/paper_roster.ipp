#pragma once

#include <celadon/core/text.hpp>
#include <celadon/evaluation/impl/paper_parts.hpp>

#include <cmath>

namespace celadon::inline CELADON_ABI::evaluation::paper_detail {

namespace roster {

/// Units of one level by their key; made when first named.
class Level {
 public:
  explicit Level(std::vector<Unit>& units) : units_(units) {}
  std::int32_t get(const std::string& key, const std::string& id, const std::string& name) {
    const auto [at, fresh] = index_.try_emplace(key, static_cast<std::int32_t>(units_.size()));
    if (fresh) units_.push_back({id, name, -1});
    return at->second;
  }
  [[nodiscard]] std::int32_t find(const std::string& key) const {
    const auto at = index_.find(key);
    return at == index_.end() ? -1 : at->second;
  }

 private:
  std::vector<Unit>& units_;
  std::unordered_map<std::string, std::int32_t> index_;
};

struct Builder {
  const Dataset& data;
  Collector& findings;
  Roster& out;
  Level classes{out.classes};
  Level schools{out.schools};
  Level districts{out.districts};
  Level cities{out.cities};
  bool listed_classes = false;
  bool listed_schools = false;

  void unknown(std::string_view table, std::string_view column, std::int64_t row) const {
    findings.add(Severity::kWarning, Code::kUnknownUnit,
                 {.table = std::string(table), .column = std::string(column), .row = row + 1, .item = {}});
  }
  std::int32_t city(const std::string& id) { return id.empty() ? -1 : cities.get(id, id, id); }
  std::int32_t district(const std::string& id, const std::string& city_id) {
    if (id.empty()) return -1;
    const std::int32_t at = districts.get(id, id, id);
    auto& unit = out.districts[static_cast<std::size_t>(at)];
    if (unit.parent < 0) unit.parent = city(city_id);
    return at;
  }

  /// A table of units: id, name and the next level up.
  template <class Add>
  bool read_units(std::string_view table, std::string_view up, Add add) {
    const arrow::DataTable* t = data.find(table);
    if (t == nullptr) return false;
    const auto* id_column = t->find("id");
    if (id_column == nullptr) {
      findings.add(Severity::kError, Code::kMissingColumn, {.table = std::string(table), .column = "id", .row = -1, .item = {}});
      return false;
    }
    std::unordered_map<std::string, std::int64_t> seen;
    for (std::int64_t row = 0; row < t->n_rows(); ++row) {
      const std::string id = read_text(data, table, id_column, row, findings);
      const Place place{.table = std::string(table), .column = "id", .row = row + 1, .item = {}};
      if (id.empty()) {
        findings.add(Severity::kError, Code::kMissingId, place);
        continue;
      }
      const auto [first, fresh] = seen.emplace(id, row + 1);
      if (!fresh) {
        findings.add(Severity::kError, Code::kDuplicateId, place, {{"first", std::to_string(first->second)}});
        continue;
      }
      std::string name = read_text(data, table, t->find("name"), row, findings);
      if (name.empty()) name = id;
      add(id, name, read_text(data, table, t->find(up), row, findings), row);
    }
    return true;
  }

  void read_unit_tables() {
    read_units("districts", "city", [&](const std::string& id, const std::string& name, const std::string& up, std::int64_t) {
      const std::int32_t at = districts.get(id, id, name);
      out.districts[static_cast<std::size_t>(at)].parent = city(up);
    });
    const bool listed_districts = !out.districts.empty();
    listed_schools =
        read_units("schools", "district", [&](const std::string& id, const std::string& name, const std::string& up, std::int64_t row) {
          const std::int32_t at = schools.get(id, id, name);
          if (listed_districts && !up.empty() && districts.find(up) < 0) unknown("schools", "district", row);
          const std::int32_t parent = district(up, {});
          out.schools[static_cast<std::size_t>(at)].parent = parent;
        });
    listed_classes =
        read_units("classes", "school", [&](const std::string& id, const std::string& name, const std::string& up, std::int64_t row) {
          const std::int32_t at = classes.get(id, id, name);
          if (up.empty()) return;
          if (listed_schools && schools.find(up) < 0) unknown("classes", "school", row);
          const std::int32_t parent = schools.get(up, up, up);
          out.classes[static_cast<std::size_t>(at)].parent = parent;
        });
  }

  /// The class of a pupil's row; schools and districts are completed on the way.
  std::int32_t class_of(std::string_view table, const std::string& class_id, const std::string& school_id, const std::string& district_id,
                        const std::string& city_id, std::int64_t row) {
    std::int32_t school = -1;
    if (!school_id.empty()) {
      if (listed_schools && schools.find(school_id) < 0) unknown(table, "school", row);
      school = schools.get(school_id, school_id, school_id);
      const std::int32_t parent = district(district_id, city_id);
      if (auto& unit = out.schools[static_cast<std::size_t>(school)]; unit.parent < 0) unit.parent = parent;
    }
    if (class_id.empty()) {
      if (school < 0) return -1;
      // a pupil of a known school and an unknown class stays in the school's figures
      const std::int32_t at = classes.get(school_id + "\x1f", school_id + "/", "");
      out.classes[static_cast<std::size_t>(at)].parent = school;
      return at;
    }
    if (listed_classes && classes.find(class_id) >= 0) return classes.find(class_id);
    if (listed_classes) unknown(table, "class", row);
    const std::int32_t at = classes.get(school_id + "\x1f" + class_id, class_id, class_id);
    if (auto& unit = out.classes[static_cast<std::size_t>(at)]; unit.parent < 0) unit.parent = school;
    return at;
  }

  /// Classes of the same name in several schools get the school's id before theirs.
  void separate_class_ids() {
    std::unordered_map<std::string, int> uses;
    for (const Unit& c : out.classes) ++uses[c.id];
    for (Unit& c : out.classes)
      if (uses[c.id] > 1 && c.parent >= 0) c.id = out.schools[static_cast<std::size_t>(c.parent)].id + "/" + c.id;
  }
};

inline std::uint8_t flags_of(std::string_view text) {
  std::uint8_t flags = 0;
  for (const std::string& part : split_list(text)) {
    const std::string word = lower_ascii(part);
    if (word == "随班就读" || word == "inclusive" || word == "inclusion") flags |= kFlagInclusive;
    if (word == "转入" || word == "借读" || word == "转学" || word == "transfer") flags |= kFlagTransfer;
  }
  return flags;
}

}  // namespace roster

Roster read_roster(const Dataset& data, Collector& findings) {
  Roster out;
  roster::Builder units{data, findings, out};
  units.read_unit_tables();
  out.from_students = data.has("students");
  const std::string name = out.from_students ? "students" : "responses";
  const arrow::DataTable* table = data.find(name);
  if (table == nullptr) return out;
  const auto* id =
      out.from_students ? first_of(*table, {"id", "student", "学号"}) : first_of(*table, {"student", "id", "student_id", "学号"});
  if (id == nullptr) {
    findings.add(Severity::kError, Code::kMissingColumn,
                 {.table = name, .column = out.from_students ? "id" : "student", .row = -1, .item = {}});
    return out;
  }
  const auto* names = first_of(*table, {"name", "姓名"});
  const auto* class_column = first_of(*table, {"class", "班级"});
  const auto* school = first_of(*table, {"school", "学校"});
  const auto* district = table->find("district");
  const auto* city = table->find("city");
  // a status or a paper in `responses` belongs to that row alone
  const auto* status = out.from_students ? first_of(*table, {"status", "状态"}) : nullptr;
  const auto* paper = out.from_students ? first_of(*table, {"paper", "试卷"}) : nullptr;
  const auto* weight = table->find("weight");
  const auto* flags = table->find("flags");
  const auto text = [&](const arrow::DataColumn* column, std::int64_t row) { return read_text(data, name, column, row, findings); };
  out.row_of.reserve(static_cast<std::size_t>(table->n_rows()));
  for (std::int64_t row = 0; row < table->n_rows(); ++row) {
    std::string key = text(id, row);
    if (key.empty()) {
      if (out.from_students)
        findings.add(Severity::kError, Code::kMissingId, {.table = name, .column = id->name(), .row = row + 1, .item = {}});
      continue;
    }
    const auto [at, fresh] = out.row_of.try_emplace(key, static_cast<std::int64_t>(out.ids.size()));
    if (!fresh) {
      if (out.from_students)
        findings.add(Severity::kError, Code::kDuplicateId, {.table = name, .column = id->name(), .row = row + 1, .item = {}},
                     {{"first", std::to_string(out.table_rows[static_cast<std::size_t>(at->second)] + 1)}});
      continue;
    }
    out.ids.push_back(std::move(key));
    out.table_rows.push_back(row);
    if (names != nullptr) out.names.push_back(text(names, row));
    out.class_of.push_back(units.class_of(name, text(class_column, row), text(school, row), text(district, row), text(city, row), row));
    if (paper != nullptr) out.paper.push_back(text(paper, row));
    if (flags != nullptr) out.flags.push_back(roster::flags_of(text(flags, row)));
    if (status != nullptr) {
      const std::string word = text(status, row);
      const auto known = word.empty() ? Status::kPresent : status_from_text(word);
      if (!known)
        findings.add(Severity::kError, Code::kUnknownStatus, {.table = name, .column = status->name(), .row = row + 1, .item = {}},
                     {{"value", data.shown(name, status->name(), row)}});
      out.status.push_back(known.value_or(Status::kPresent));
    }
    if (weight != nullptr) {
      const double w = read_number(data, name, weight, row, findings);
      const bool good = w > 0.0 && std::isfinite(w);
      if (!good) findings.add(Severity::kError, Code::kBadWeight, {.table = name, .column = "weight", .row = row + 1, .item = {}});
      out.weight.push_back(good ? w : 1.0);
    }
  }
  units.separate_class_ids();
  return out;
}

}  // namespace celadon::inline CELADON_ABI::evaluation::paper_detail
