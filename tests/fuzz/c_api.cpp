// A host that calls the C API in any order with any arguments that its contract allows: sizes, options and values are anything, pointers
// are valid for the sizes given or NULL, handles are live or NULL. Every failure must leave its output NULL and say what is wrong.
#include "bytes.hpp"

#include <celadon/celadon.h>

#include <algorithm>
#include <cmath>

namespace {

template <class Handle, void (*destroy)(Handle*)>
class Slots {
 public:
  ~Slots() {
    for (Handle* h : handles_) destroy(h);
  }
  Slots() = default;
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;
  /// Keeps at most four; the oldest goes.
  void put(Handle* handle) {
    if (handle == nullptr) return;
    destroy(handles_[next_]);
    handles_[next_] = handle;
    next_ = (next_ + 1) % 4;
  }
  [[nodiscard]] Handle* any(fuzz::Bytes& in) const { return handles_[static_cast<std::size_t>(in.below(4))]; }

 private:
  Handle* handles_[4] = {};
  std::size_t next_ = 0;
};

struct Host {
  explicit Host(fuzz::Bytes& bytes) : in(bytes) {
    celadon_error_init(&error, sizeof error);
    celadon_execution_init(&execution, sizeof execution);
    execution.n_threads = 1;
  }

  fuzz::Bytes& in;
  celadon_error error{};
  celadon_execution execution{};
  Slots<celadon_responses, celadon_responses_destroy> responses;
  Slots<celadon_items, celadon_items_destroy> items;
  Slots<celadon_table, celadon_table_destroy> tables;
  Slots<celadon_irt_model, celadon_irt_model_destroy> models;
  Slots<celadon_dataset, celadon_dataset_destroy> datasets;
  Slots<celadon_cdm_model, celadon_cdm_model_destroy> diagnoses;
  Slots<celadon_cdm_mastery_state, celadon_cdm_mastery_state_destroy> states;

  template <class Handle>
  bool ok(celadon_status status, Handle* out) {
    fuzz::require((status == CELADON_OK) == (out != nullptr));
    if (status != CELADON_OK)
      fuzz::require(error.code == status && std::strlen(error.cause) > 0 && std::strlen(celadon_code_name(status)) > 0);
    return status == CELADON_OK;
  }
  std::int32_t size_of(std::size_t size) {  // a caller of another version now and then
    return static_cast<std::int32_t>(in.below(16) == 0 ? in.byte() : size);
  }

  void pack() {
    const std::int64_t n = in.below(20);
    const std::int64_t k = in.below(7);
    std::vector<std::int16_t> cells(static_cast<std::size_t>(n * k));
    for (auto& c : cells) {
      const std::uint8_t b = in.byte();
      c = static_cast<std::int16_t>(b < 250 ? b % 4 - (b % 16 == 0 ? 3 : 0) : in.raw<std::int16_t>());
    }
    cells.shrink_to_fit();
    celadon_responses_view view;
    celadon_responses_view_init(&view, static_cast<std::uint32_t>(sizeof view));
    view.type = in.below(16) == 0 ? static_cast<std::int32_t>(in.integer()) : CELADON_INT16;
    if (view.type != CELADON_INT16 && view.type != CELADON_INT8 && view.type != CELADON_UINT8 && view.type >= 0 && view.type <= 4) return;
    view.data = cells.data();
    view.n_persons = in.below(16) == 0 ? -in.below(3) : n;
    view.n_items = k;
    view.person_stride = in.flag() ? k : 1;
    view.item_stride = view.person_stride == 1 ? n : 1;
    celadon_responses* out = nullptr;
    if (ok(celadon_responses_from_dense(&view, &execution, &out, &error), out)) {
      fuzz::require(celadon_responses_n_persons(out) == view.n_persons && celadon_responses_n_items(out) == k);
      (void)celadon_responses_at(out, in.integer(), in.integer());
      (void)celadon_responses_n_categories(out, in.integer());
      (void)celadon_responses_item_id(out, in.integer());
    }
    responses.put(out);
  }

  void select() {
    celadon_responses* from = responses.any(in);
    std::vector<std::int64_t> rows(static_cast<std::size_t>(in.below(6)));
    for (auto& r : rows) r = in.integer();
    std::vector<std::int64_t> columns(static_cast<std::size_t>(in.below(4)));
    for (auto& c : columns) c = in.integer();
    celadon_responses* out = nullptr;
    ok(celadon_responses_select(from, rows.empty() ? nullptr : rows.data(), static_cast<std::int64_t>(rows.size()),
                                columns.empty() ? nullptr : columns.data(), static_cast<std::int64_t>(columns.size()), &out, &error),
       out);
    responses.put(out);
  }

  void add_items() {
    celadon_items* out = nullptr;
    if (!ok(celadon_items_create(&out, &error), out)) return;
    for (int i = in.below(7); i > 0; --i) {
      const std::string id = in.flag() ? std::to_string(i) : in.text(4);
      const std::string key = in.text(3);
      const std::vector<double> scores(static_cast<std::size_t>(in.below(4)), in.number());
      struct {  // a newer caller's item is larger; what this library does not know of it is zero, or now and then is not
        celadon_item known;
        unsigned char later[256];
      } of_caller{};
      celadon_item& item = of_caller.known;
      celadon_item_init(&item, static_cast<std::uint32_t>(sizeof item));
      item.struct_size = static_cast<std::uint32_t>(size_of(sizeof item));
      of_caller.later[0] = in.below(16) == 0 ? in.byte() : std::uint8_t{0};
      item.id = in.below(16) == 0 ? nullptr : id.c_str();
      item.key = key.c_str();
      item.full_mark = in.number();
      item.planned_difficulty = in.number();
      item.category_scores = scores.empty() ? nullptr : scores.data();
      item.n_category_scores = static_cast<std::int64_t>(scores.size());
      (void)celadon_items_add(out, &item, &error);
    }
    items.put(out);
  }

  void classical() {
    celadon_responses* r = responses.any(in);
    celadon_items* i = in.flag() ? items.any(in) : nullptr;
    celadon_table* table = nullptr;
    switch (in.below(4)) {
      case 0: {
        celadon_ctt_test_scores_result* out = nullptr;
        celadon_ctt_scoring_options options;
        celadon_ctt_scoring_options_init(&options, static_cast<std::uint32_t>(sizeof options));
        options.cases = in.below(3);
        options.omitted = in.below(4);
        if (ok(celadon_ctt_test_scores(r, i, nullptr, &options, &execution, &out, &error), out))
          ok(celadon_ctt_test_scores_result_table(out, &table, &error), table);
        celadon_ctt_test_scores_result_destroy(out);
        break;
      }
      case 1: {
        celadon_ctt_item_analysis_result* out = nullptr;
        celadon_ctt_item_analysis_options options;
        celadon_ctt_item_analysis_options_init(&options, static_cast<std::uint32_t>(sizeof options));
        options.group_share = in.number();
        options.scoring.invalid = in.below(4);
        if (ok(celadon_ctt_item_analysis(r, i, nullptr, &options, &execution, &out, &error), out))
          ok(celadon_ctt_item_analysis_result_findings(out, in.below(3), &table, &error), table);
        celadon_ctt_item_analysis_result_destroy(out);
        break;
      }
      case 2: {
        celadon_ctt_reliability_result* out = nullptr;
        celadon_ctt_reliability_options options;
        celadon_ctt_reliability_options_init(&options, static_cast<std::uint32_t>(sizeof options));
        options.confidence = in.number();
        options.lambda4_starts = in.below(6) - 1;
        ok(celadon_ctt_reliability(r, i, nullptr, &options, &execution, &out, &error), out);
        celadon_ctt_reliability_result_destroy(out);
        break;
      }
      default: {
        std::vector<double> scores(static_cast<std::size_t>(in.below(12)));
        for (double& s : scores) s = in.number();
        celadon_ctt_score_distribution_result* out = nullptr;
        celadon_ctt_score_distribution_options options;
        celadon_ctt_score_distribution_options_init(&options, static_cast<std::uint32_t>(sizeof options));
        if (ok(celadon_ctt_score_distribution(scores.data(), static_cast<std::int64_t>(scores.size()), nullptr, &options, &out, &error),
               out))
          ok(celadon_ctt_score_distribution_result_table(out, &table, &error), table);
        celadon_ctt_score_distribution_result_destroy(out);
      }
    }
    tables.put(table);
  }

  void calibrate() {
    celadon_irt_fit_options options;
    celadon_irt_fit_options_init(&options, static_cast<std::uint32_t>(sizeof options));
    options.model = in.below(11);
    options.n_nodes = in.below(16) == 0 ? static_cast<std::int32_t>(in.integer()) : 7 + 2 * in.below(6);
    options.max_iterations = in.below(8);
    options.accelerate = in.below(2);
    options.standard_errors = in.below(2);
    options.min_category_count = in.below(4);
    options.omitted = in.below(4);
    options.anchors = in.below(4) == 0 ? models.any(in) : nullptr;
    options.starts = in.below(4) == 0 ? models.any(in) : nullptr;
    if (in.below(8) == 0) options.tolerance = in.number();
    celadon_irt_fit_result* out = nullptr;
    if (ok(celadon_irt_fit(responses.any(in), &options, &execution, &out, &error), out)) {
      celadon_irt_model* model = nullptr;
      celadon_table* table = nullptr;
      ok(celadon_irt_fit_result_model(out, &model, &error), model);
      ok(celadon_irt_fit_result_parameter_table(out, in.below(2), &table, &error), table);
      tables.put(table);
      models.put(model);
    }
    celadon_irt_fit_result_destroy(out);
  }

  void score() {
    celadon_irt_score_options options;
    celadon_irt_score_options_init(&options, static_cast<std::uint32_t>(sizeof options));
    options.method = in.below(5);
    options.lowest = in.below(8) == 0 ? in.number() : options.lowest;
    options.invalid = in.below(4);
    celadon_irt_score_result* out = nullptr;
    celadon_table* table = nullptr;
    if (ok(celadon_irt_score(models.any(in), responses.any(in), &options, &execution, &out, &error), out))
      ok(celadon_irt_score_result_table(out, &table, &error), table);
    celadon_irt_score_result_destroy(out);
    tables.put(table);
  }

  void model_life() {
    celadon_irt_model* model = models.any(in);
    celadon_text* text = nullptr;
    if (ok(celadon_irt_save(model, &text, &error), text)) {
      std::string json(celadon_text_data(text), static_cast<std::size_t>(celadon_text_size(text)));
      if (in.flag() && !json.empty()) json[static_cast<std::size_t>(in.raw<std::uint16_t>()) % json.size()] = static_cast<char>(in.byte());
      celadon_irt_model* loaded = nullptr;
      ok(celadon_irt_load(json.data(), static_cast<std::int64_t>(json.size()), &loaded, &error), loaded);
      models.put(loaded);
    }
    celadon_text_destroy(text);
    model = models.any(in);
    double p[16];
    (void)celadon_irt_category_probabilities(model, in.integer(), in.number(), p, in.below(17), &error);
    (void)celadon_irt_information(model, in.integer(), in.number());
    (void)celadon_irt_test_information(model, in.number());
    celadon_table* table = nullptr;
    ok(celadon_irt_sum_score_table(model, in.below(3) - 1, &table, &error), table);
    tables.put(table);
  }

  void diagnose() {
    const celadon_responses* data = responses.any(in);
    const std::int64_t n_items = std::min<std::int64_t>(celadon_responses_n_items(data), 8);
    const std::int32_t n_attributes = in.below(4);
    std::vector<const char*> ids(static_cast<std::size_t>(n_items));
    for (std::size_t j = 0; j < ids.size(); ++j) ids[j] = celadon_responses_item_id(data, static_cast<std::int64_t>(j));
    static constexpr const char* kAttributes[] = {"a", "b", "c"};
    std::vector<std::uint8_t> cells(ids.size() * static_cast<std::size_t>(n_attributes));
    for (std::uint8_t& cell : cells) cell = static_cast<std::uint8_t>(in.below(16) == 0 ? 2 : in.below(2));
    celadon_cdm_q_matrix q;
    celadon_cdm_q_matrix_init(&q, static_cast<std::uint32_t>(sizeof q));
    q.n_items = n_items;
    q.n_attributes = n_attributes;
    q.item_ids = ids.data();
    q.attributes = kAttributes;
    q.cells = cells.data();
    celadon_cdm_fit_options options;
    celadon_cdm_fit_options_init(&options, static_cast<std::uint32_t>(sizeof options));
    options.rule = in.below(7);
    options.structure = in.below(4);
    options.monotone = in.below(2);
    options.n_starts = in.below(4);
    options.n_finals = in.below(3);
    options.max_iterations = in.below(8);
    options.errors = in.below(4);
    options.omitted = in.below(4);
    options.start = in.below(4) == 0 ? diagnoses.any(in) : nullptr;
    const std::int32_t pair[2] = {in.below(4) - 1, in.below(4) - 1};
    if (in.below(4) == 0) {
      options.prerequisites = pair;
      options.n_prerequisites = 1;
    }
    if (in.below(4) == 0) (void)celadon_cdm_small_sample_priors(&options, &error);
    if (in.below(8) == 0) options.lowest_a = in.number();
    celadon_cdm_fit_result* out = nullptr;
    celadon_table* table = nullptr;
    if (ok(celadon_cdm_fit(data, &q, &options, &execution, &out, &error), out)) {
      celadon_cdm_model* model = nullptr;
      ok(celadon_cdm_fit_result_model(out, &model, &error), model);
      ok(celadon_cdm_fit_result_parameter_table(out, &table, &error), table);
      diagnoses.put(model);
    }
    celadon_cdm_fit_result_destroy(out);
    tables.put(table);
  }

  void judge() {
    celadon_cdm_score_options options;
    celadon_cdm_score_options_init(&options, static_cast<std::uint32_t>(sizeof options));
    options.keep_state = in.below(2);
    options.invalid = in.below(4);
    options.start = in.below(4) == 0 ? states.any(in) : nullptr;
    celadon_cdm_score_result* scores = nullptr;
    celadon_cdm_decide_result* decisions = nullptr;
    celadon_cdm_mastery_state* state = nullptr;
    celadon_table* table = nullptr;
    if (ok(celadon_cdm_score(diagnoses.any(in), responses.any(in), &options, &execution, &scores, &error), scores)) {
      celadon_cdm_decision_options rules;
      celadon_cdm_decision_options_init(&rules, static_cast<std::uint32_t>(sizeof rules));
      rules.min_items = in.below(4) - 1;
      if (in.below(8) == 0) rules.mastered = in.number();
      if (ok(celadon_cdm_decide(scores, &rules, nullptr, &decisions, &error), decisions))
        ok(celadon_cdm_decide_result_table(decisions, &table, &error), table);
      ok(celadon_cdm_score_result_state(scores, &state, &error), state);
      states.put(state);
    }
    celadon_cdm_decide_result_destroy(decisions);
    celadon_cdm_score_result_destroy(scores);
    tables.put(table);
    celadon_text* text = nullptr;
    if (ok(celadon_cdm_save(diagnoses.any(in), &text, &error), text)) {
      std::string json(celadon_text_data(text), static_cast<std::size_t>(celadon_text_size(text)));
      if (in.flag() && !json.empty()) json[static_cast<std::size_t>(in.raw<std::uint16_t>()) % json.size()] = static_cast<char>(in.byte());
      celadon_cdm_model* loaded = nullptr;
      ok(celadon_cdm_load(json.data(), static_cast<std::int64_t>(json.size()), &loaded, &error), loaded);
      diagnoses.put(loaded);
    }
    celadon_text_destroy(text);
    (void)celadon_cdm_model_of_class(diagnoses.any(in), in.integer(), in.raw<std::uint32_t>());
  }

  void make_table() {
    celadon_table* out = nullptr;
    const std::string name = in.text(6);
    if (!ok(celadon_table_create(name.c_str(), &out, &error), out)) return;
    static constexpr const char* kNames[] = {"student", "item",   "value",     "paper", "Q1",    "Q2",
                                             "class",   "status", "full_mark", "key",   "grade", "blank"};
    const std::size_t n = static_cast<std::size_t>(in.below(8));
    for (int c = in.below(6); c > 0; --c) {
      const std::string column = in.below(8) == 0 ? in.text(5) : kNames[in.below(12)];
      const std::size_t rows = in.below(16) == 0 ? static_cast<std::size_t>(in.below(9)) : n;
      if (in.flag()) {
        std::vector<double> values(rows);
        for (double& v : values) v = in.number();
        (void)celadon_table_add_numbers(out, column.c_str(), values.data(), static_cast<std::int64_t>(rows), 1, &error);
      } else {
        std::vector<std::string> texts(rows);
        std::vector<const char*> pointers(rows);
        for (std::size_t i = 0; i < rows; ++i) {
          texts[i] = in.flag() ? std::to_string(in.below(6)) : in.text(6);
          pointers[i] = in.below(8) == 0 ? nullptr : texts[i].c_str();
        }
        (void)celadon_table_add_texts(out, column.c_str(), pointers.data(), static_cast<std::int64_t>(rows), &error);
      }
    }
    tables.put(out);
  }

  void dataset() {
    celadon_dataset* data = datasets.any(in);
    if (data == nullptr || in.below(4) == 0) {
      if (ok(celadon_dataset_create(&data, &error), data)) datasets.put(data);
    }
    static constexpr const char* kNames[] = {"responses", "items", "students", "papers", "classes", "schools", "knowledge", "error_codes"};
    for (int i = in.below(3); i > 0; --i)
      (void)celadon_dataset_add_table(data, in.below(8) == 0 ? "" : kNames[in.below(8)], tables.any(in), &error);
    celadon_paper_options options;
    celadon_paper_options_init(&options, static_cast<std::uint32_t>(sizeof options));
    options.max_findings = in.below(4);
    celadon_table* findings = nullptr;
    ok(celadon_validate(data, &options, in.below(2), &execution, &findings, &error), findings);
    tables.put(findings);
    celadon_papers* papers = nullptr;
    if (ok(celadon_build_papers(data, &options, &execution, &papers, &error), papers)) {
      celadon_paper* paper = nullptr;
      if (ok(celadon_papers_get(papers, in.integer(), &paper, &error), paper)) {
        celadon_responses* answers = nullptr;
        ok(celadon_paper_responses(paper, &answers, &error), answers);
        responses.put(answers);
      }
      celadon_paper_destroy(paper);
    }
    celadon_papers_destroy(papers);
  }

  void read_table() {
    const celadon_table* t = tables.any(in);
    const std::int64_t rows = celadon_table_n_rows(t);
    std::vector<double> numbers(static_cast<std::size_t>(std::max<std::int64_t>(rows, 0)));
    (void)celadon_table_numbers(t, in.integer(), numbers.data(), static_cast<std::int64_t>(numbers.size()), 1, &error);
    (void)celadon_table_text(t, in.integer(), in.integer(), nullptr);
    (void)celadon_table_column_name(t, in.integer());
    if (t == nullptr) return;
    ArrowArrayStream stream;
    if (celadon_table_export_stream(t, &stream, &error) != CELADON_OK) return;
    celadon_responses* out = nullptr;
    celadon_responses_import options;
    celadon_responses_import_init(&options, static_cast<std::uint32_t>(sizeof options));
    options.null_kind = in.below(5) - 5;
    ok(celadon_responses_from_stream(&stream, &options, &execution, &out, &error), out);
    fuzz::require(stream.release == nullptr);
    responses.put(out);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Bytes in(data, size);
  Host host(in);
  for (int call = 0; call < 24 && !in.empty(); ++call) {
    switch (in.below(12)) {
      case 0:
        host.pack();
        break;
      case 1:
        host.select();
        break;
      case 2:
        host.add_items();
        break;
      case 3:
        host.classical();
        break;
      case 4:
        host.calibrate();
        break;
      case 5:
        host.score();
        break;
      case 6:
        host.model_life();
        break;
      case 7:
        host.make_table();
        break;
      case 8:
        host.dataset();
        break;
      case 10:
        host.diagnose();
        break;
      case 11:
        host.judge();
        break;
      default:
        host.read_table();
    }
  }
  return 0;
}
