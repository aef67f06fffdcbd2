// Judges by items against gtheory / lme4 on Brennan's table 3.2 (10 persons, 3 tasks, 4 raters in each): within a task, raters are judges
// and persons what they rate. The sums of squares of the three tasks add up to those of the nested design, which are exact whole numbers,
// so the tolerance is rounding.
#include "reference_data.hpp"

#include <celadon/models/standard_setting/ratings.hpp>

#include <map>

namespace {

namespace ss = celadon::standard_setting;

TEST(StandardSettingReference, MeanSquaresOfBrennansTable) {
  CELADON_NEEDS_REFERENCE_DATA();
  const auto expected = reference::read_json("generalizability/brennan_3_2_gtheory.json").at("anova");
  const auto csv = reference::read_csv("generalizability/brennan_3_2.csv");
  std::map<std::string, std::vector<double>> tasks;
  for (const auto& row : csv.rows) {
    auto& table = tasks[row[csv.column("Task")]];
    table.resize(40);
    const int rater = (std::stoi(row[csv.column("Rater")]) - 1) % 4;  // raters count on from task to task
    const int person = std::stoi(row[csv.column("Person")]) - 1;
    table[static_cast<std::size_t>(10 * rater + person)] = std::stod(row[csv.column("Score")]);
  }
  ASSERT_EQ(tasks.size(), 3u);
  const std::vector<double> full(10, 10.0);
  double raters = 0.0, persons = 0.0, residual = 0.0;
  for (const auto& [task, values] : tasks) {
    ss::Ratings r;
    r.values = values;
    r.n_judges = 4;
    r.n_items = 10;
    r.kind = ss::RatingKind::kMarks;
    r.full_marks = full;
    const auto c = ss::judge_item_components(r).value();
    const double square = 100.0;  // shares of 10 marks
    raters += 3.0 * square * (c.residual + 10.0 * c.judge);
    persons += 9.0 * square * (c.residual + 4.0 * c.item);
    residual += 27.0 * square * c.residual;
  }
  std::map<std::string, double> sums;
  for (std::size_t k = 0; k < expected.at("source").size(); ++k) sums[expected["source"][k]] = expected["SS"][k];
  EXPECT_NEAR(raters, sums.at("Task:Rater"), 1e-9);
  EXPECT_NEAR(persons, sums.at("Person") + sums.at("Person:Task"), 1e-9);
  EXPECT_NEAR(residual, sums.at("Residuals"), 1e-9);
}

}  // namespace
