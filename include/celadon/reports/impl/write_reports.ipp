#pragma once

#include <celadon/reports/html.hpp>
#include <celadon/reports/impl/pupil_pages.hpp>
#include <celadon/reports/json.hpp>

#include <memory>

namespace celadon::inline CELADON_ABI::reports {

namespace pages_detail {

/// Pupils up to whom the index links to each one's page; beyond, it links to classes and print files only.
inline constexpr std::int64_t kMostPupilLinks = 3000;

enum class PageKind : std::uint8_t { kIndex = 0, kSchool = 1, kClass = 2, kPrint = 3, kPupil = 4 };

/// A run of pages of one kind and paper. `first` counts pages, so that a city's pupils need no list.
struct Stretch {
  PageKind kind = PageKind::kIndex;
  std::size_t paper = 0;
  std::int64_t first = 0;
  std::int64_t n = 0;
};

/// The schools that get a page: each, and everybody together where there is not exactly one.
inline std::vector<std::int32_t> school_pages(const PaperEvaluation& paper) {
  std::vector<std::int32_t> out;
  const std::size_t n = paper.paper.units.schools.size();
  if (n != 1) out.push_back(-1);
  for (std::size_t s = 0; s < n; ++s) out.push_back(static_cast<std::int32_t>(s));
  return out;
}

/// Pupils of a print file: those of the class, also the ones who do not count, in row order.
inline std::vector<std::int64_t> print_rows(const PaperEvaluation& paper, std::int32_t class_index) {
  std::vector<std::int64_t> rows;
  for (std::int64_t row = 0; row < paper.n_persons(); ++row)
    if (class_of(paper, row) == class_index || class_index < 0) rows.push_back(row);
  return rows;
}

inline std::vector<Stretch> stretches(const Evaluation& evaluation, const WriteOptions& options) {
  std::vector<Stretch> out;
  std::int64_t first = 0;
  const auto add = [&](bool wanted, PageKind kind, std::size_t paper, std::int64_t n) {
    if (!wanted || n == 0) return;
    out.push_back({kind, paper, first, n});
    first += n;
  };
  add(options.index, PageKind::kIndex, 0, 1);
  for (std::size_t p = 0; p < evaluation.papers.size(); ++p) {
    const PaperEvaluation& paper = evaluation.papers[p];
    const auto n_reviews = static_cast<std::int64_t>(paper.reviews.size());
    add(options.schools, PageKind::kSchool, p, static_cast<std::int64_t>(school_pages(paper).size()));
    add(options.classes, PageKind::kClass, p, n_reviews);
    add(options.print_files && options.html, PageKind::kPrint, p, n_reviews);
    add(options.pupils, PageKind::kPupil, p, paper.n_persons());
  }
  return out;
}

inline Report draw_index(const Evaluation& evaluation, const WriteOptions& options) {
  const PageWording& words =
      options.report.page_wording != nullptr ? *options.report.page_wording : default_page_wording(options.report.language);
  Report report;
  report.id = "index";
  report.audience = Audience::kSchool;
  report.language = options.report.language;
  report.heading = words[Word::title_index];
  const std::string ending = options.html ? ".html" : ".json";
  for (std::size_t p = 0; p < evaluation.papers.size(); ++p) {
    const PaperEvaluation& paper = evaluation.papers[p];
    const Scope scope(evaluation, paper, options.report);
    const Units& units = paper.paper.units;
    const std::string folder = paper_folder(paper);
    if (paper.paper.simulated) report.badge = words[Word::simulated];
    Section section{"paper_" + std::to_string(p + 1), paper_name(paper), false, {}};
    if (options.schools) {
      LinkBlock links;
      for (const std::int32_t school : school_pages(paper)) {
        const std::string& name = school < 0 ? words[Word::title_paper] : unit_name(units.schools[at(school)]);
        links.links.push_back({name, joined({folder, "/school/", school_file(paper, school), ending}, {}),
                               school < 0 ? std::string() : words[Word::title_school]});
      }
      section.blocks.emplace_back(std::move(links));
    }
    LinkBlock classes;
    for (const feedback::ClassReview& review : paper.reviews) {
      const bool one = review.class_index >= 0;
      std::string name = one ? unit_name(units.classes[at(review.class_index)]) : words[Word::title_class];
      if (one && units.schools.size() > 1) {
        const std::int32_t parent = units.classes[at(review.class_index)].parent;
        if (parent >= 0 && at(parent) < units.schools.size()) name = joined({unit_name(units.schools[at(parent)]), name}, " ");
      }
      const std::string n = fill(words[Word::n_people], {{"n", std::to_string(review.n)}});
      const std::string file = class_file(paper, review.class_index);
      if (options.classes)
        classes.links.push_back({joined({name, words[Word::title_class]}, " · "), joined({folder, "/class/", file, ending}, {}), n});
      if (options.print_files && options.html)
        classes.links.push_back({joined({name, words[Word::print_file]}, " · "), joined({folder, "/print/", file, ".html"}, {}), n});
    }
    if (!classes.links.empty()) section.blocks.emplace_back(std::move(classes));
    if (options.pupils && paper.n_persons() <= kMostPupilLinks) {
      LinkBlock pupils;
      for (std::int64_t row = 0; row < paper.n_persons(); ++row) {
        const std::int32_t own_class = class_of(paper, row);
        pupils.links.push_back({pupil_name(paper, row), joined({folder, "/pupil/", file_name_of(pupil_id(paper, row)), ending}, {}),
                                own_class >= 0 ? unit_name(units.classes[at(own_class)]) : std::string()});
      }
      section.blocks.emplace_back(std::move(pupils));
    }
    if (!section.blocks.empty()) report.sections.push_back(std::move(section));
    if (p == 0) report.footer = {note(words[Word::footer_staff]), version_note(scope)};
  }
  if (!evaluation.not_evaluated.empty()) {
    StatementBlock missing;
    missing.form = StatementBlock::Form::kBullets;
    for (const evaluation::NotEvaluated& one : evaluation.not_evaluated)
      missing.statements.push_back(note(one.reason.text(options.report.language)));
    report.sections.push_back(section_of("not_evaluated", words[Word::heading_not_evaluated], std::move(missing)));
  }
  return report;
}

/// Draws pages by number. Immutable after construction.
class PageWriter {
 public:
  PageWriter(const Evaluation& evaluation, const WriteOptions& options)
      : evaluation_(evaluation), options_(options), stretches_(stretches(evaluation, options)) {
    for (std::size_t p = 0; p < evaluation.papers.size(); ++p)
      pupils_.push_back(std::make_unique<PupilPages>(evaluation, p, options.report));
    formats_ = (options.html ? 1 : 0) + (options.json ? 1 : 0);
  }

  [[nodiscard]] std::int64_t n_pages() const {
    return formats_ == 0 || stretches_.empty() ? 0 : (stretches_.back().first + stretches_.back().n) * formats_;
  }

  Result<void> draw(std::int64_t page, PageDraft& draft) const {
    const std::int64_t number = page / formats_;
    const bool html = options_.html && page % formats_ == 0;
    const auto stretch = std::upper_bound(stretches_.begin(), stretches_.end(), number,
                                          [](std::int64_t value, const Stretch& s) { return value < s.first; }) -
                         1;
    const std::int64_t k = number - stretch->first;
    if (stretch->kind == PageKind::kPrint) {
      if (html) draw_print(stretch->paper, at(k), draft);
      return {};
    }
    Result<Report> report = draw_report(*stretch, k, draft);
    if (!report) return report.error();
    draft.path = report->id + (html ? ".html" : ".json");
    if (html)
      renderer_.append(*report, draft.bytes);
    else
      append_json(*report, draft.bytes);
    return {};
  }

 private:
  Result<Report> draw_report(const Stretch& stretch, std::int64_t k, PageDraft& draft) const {
    const PaperEvaluation* paper = stretch.kind == PageKind::kIndex ? nullptr : &evaluation_.papers[stretch.paper];
    switch (stretch.kind) {
      case PageKind::kSchool: {
        const std::int32_t school = school_pages(*paper)[at(k)];
        draft.kind = "school";
        if (school >= 0) draft.subject = paper->paper.units.schools[at(school)].id;
        return school_report(evaluation_, stretch.paper, school, options_.report);
      }
      case PageKind::kClass: {
        const std::int32_t index = paper->reviews[at(k)].class_index;
        draft.kind = "class";
        if (index >= 0) draft.subject = paper->paper.units.classes[at(index)].id;
        return class_report(evaluation_, stretch.paper, at(k), options_.report);
      }
      case PageKind::kPupil:
        draft.kind = "pupil";
        draft.subject = pupil_id(*paper, k);
        return pupils_[stretch.paper]->draw(k);
      default:
        draft.kind = "index";
        return draw_index(evaluation_, options_);
    }
  }

  void draw_print(std::size_t paper_index, std::size_t review, PageDraft& draft) const {
    const PaperEvaluation& paper = evaluation_.papers[paper_index];
    const std::int32_t index = paper.reviews[review].class_index;
    const Scope scope(evaluation_, paper, options_.report);
    std::vector<Report> pages;
    for (const std::int64_t row : print_rows(paper, index)) pages.push_back(pupils_[paper_index]->draw(row));
    std::string title = scope.word(Word::print_file);
    if (index >= 0) {
      title = unit_name(paper.paper.units.classes[at(index)]) + " · " + title;
      draft.subject = paper.paper.units.classes[at(index)].id;
    }
    draft.kind = "print";
    draft.path = paper_folder(paper) + "/print/" + class_file(paper, index) + ".html";
    renderer_.append_all(pages, title, draft.bytes);
  }

  const Evaluation& evaluation_;
  const WriteOptions& options_;
  std::vector<Stretch> stretches_;
  std::vector<std::unique_ptr<PupilPages>> pupils_;
  HtmlRenderer renderer_;
  int formats_ = 0;
};

/// Counts what goes through to another sink.
class CountingSink final : public ReportSink {
 public:
  explicit CountingSink(ReportSink& inner) : inner_(inner) {}
  Result<void> write(const Page& page) override {
    Result<void> written = inner_.write(page);
    if (written) {
      ++count.pages;
      count.bytes += static_cast<std::int64_t>(page.bytes.size());
    }
    return written;
  }
  WrittenReports count;

 private:
  ReportSink& inner_;
};

}  // namespace pages_detail

Report index_report(const evaluation::Evaluation& evaluation, const ReportOptions& options) {
  WriteOptions all;
  all.report = options;
  return pages_detail::draw_index(evaluation, all);
}

Result<WrittenReports> write_reports(const evaluation::Evaluation& evaluation, ReportSink& sink, const WriteOptions& options,
                                     const ExecutionContext& context) {
  const pages_detail::PageWriter writer(evaluation, options);
  pages_detail::CountingSink counting(sink);
  const auto draw = [&](std::int64_t page, PageDraft& draft) { return writer.draw(page, draft); };
  if (Result<void> written = write_pages(writer.n_pages(), draw, counting, context); !written) return written.error();
  if (Result<void> finished = sink.finish(); !finished) return finished.error();
  return counting.count;
}

}  // namespace celadon::inline CELADON_ABI::reports
