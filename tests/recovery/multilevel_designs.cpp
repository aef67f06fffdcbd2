#include "multilevel_designs.hpp"

#include <celadon/core/random.hpp>
#include <celadon/models/multilevel/logistic.hpp>
#include <celadon/models/multilevel/profile.hpp>

#include <cmath>
#include <map>

namespace celadon_recovery {

namespace {

using namespace celadon;

struct Truth {
  double intercept = 0.2;
  double slope = 0.5;
  double sd_school = 0.4;
  double sd_slope = 0.0;
  double correlation = 0.0;
  double sd_district = 0.0;
  double residual = 0.9;
  bool logistic = false;
};

Truth truth_of(const std::string& design) {
  Truth t;
  if (design == "slope") {
    t.sd_slope = 0.2;
    t.correlation = 0.3;
  } else if (design == "nested") {
    t.sd_school = 0.35;
    t.sd_district = 0.25;
  } else if (design.rfind("logistic", 0) == 0) {
    t.sd_school = 0.8;
    t.logistic = true;
  }
  return t;
}

struct City {
  arrow::DataTable table;
  std::map<std::string, double> school_effect;
};

City simulate(const Truth& t, int n_schools, std::uint64_t number) {
  random::Stream s(number, random::purpose("recovery.multilevel"), 0);
  std::vector<double> y;
  std::vector<double> x;
  std::vector<std::string> school;
  std::vector<std::string> district;
  City city;
  double of_district = 0.0;
  for (int j = 0; j < n_schools; ++j) {
    if (j % 8 == 0) of_district = t.sd_district * s.normal();
    const double z = s.normal();
    const double u0 = t.sd_school * z;
    const double u1 = t.sd_slope * (t.correlation * z + std::sqrt(1.0 - t.correlation * t.correlation) * s.normal());
    const std::string label = "s" + std::to_string(1000 + j);
    city.school_effect[label] = u0;
    const int size = 10 + static_cast<int>(s.below(31));
    for (int i = 0; i < size; ++i) {
      x.push_back(s.normal());
      const double eta = t.intercept + t.slope * x.back() + u0 + u1 * x.back() + of_district;
      y.push_back(t.logistic ? (s.bernoulli(1.0 / (1.0 + std::exp(-eta))) ? 1.0 : 0.0) : eta + t.residual * s.normal());
      school.push_back(label);
      district.push_back("d" + std::to_string(j / 8));
    }
  }
  Table table("pupils");
  table.add("y", std::move(y)).add("x", std::move(x)).add("school", std::move(school)).add("district", std::move(district));
  city.table = arrow::DataTable::from_table(std::move(table));
  return city;
}

double truth_of(const Truth& t, const std::string& group, const std::string& first, const std::string& second) {
  if (group == "Residual") return t.residual;
  if (!second.empty()) return t.correlation;
  if (first == "x") return t.sd_slope;
  return group == "district" ? t.sd_district : t.sd_school;
}

std::string component_kind(const std::string& group, const std::string& second) {
  return group == "Residual" ? "residual" : second.empty() ? "sd" : "correlation";
}

template <class F>
void take(const F& f, const Truth& t, const City& city, std::vector<IntervalOutcome>& out) {
  for (const auto& e : f.fixed) out.push_back({"fixed wald", e.name == "x" ? t.slope : t.intercept, e.estimate, e.lower, e.upper});
  for (const auto& c : f.components)
    if (std::isfinite(c.lower) && std::isfinite(c.upper))
      out.push_back(
          {component_kind(c.group, c.second) + " wald", truth_of(t, c.group, c.first, c.second), c.sd_or_correlation, c.lower, c.upper});
  const double own = t.logistic ? 3.289868133696453 : t.residual * t.residual;
  const double all = own + t.sd_school * t.sd_school + t.sd_district * t.sd_district;
  for (const auto& i : f.icc) {
    const double sd = i.group == "district" ? t.sd_district : t.sd_school;
    if (std::isfinite(i.lower)) out.push_back({"icc", sd * sd / all, i.value, i.lower, i.upper});
  }
  for (const auto& g : f.groups) {
    if (g.group.rfind("school", 0) != 0) continue;
    for (std::size_t i = 0; i < g.levels.size(); ++i) {
      const double truth = city.school_effect.at(g.levels[i].substr(0, g.levels[i].find(':')));
      const double value = g.estimate[i * g.terms.size()];
      const double half = 1.959963984540054 * g.comparative_se[i * g.terms.size()];
      out.push_back({"group effect", truth, value, value - half, value + half});
    }
  }
}

}  // namespace

const std::vector<std::string>& multilevel_designs() {
  static const std::vector<std::string> names = {"intercept", "slope", "nested", "logistic", "logistic_quadrature"};
  return names;
}

Result<MultilevelReplication> replicate_multilevel(const std::string& design, int n_schools, std::uint64_t number) {
  const Truth t = truth_of(design);
  const City city = simulate(t, n_schools, number);
  MultilevelReplication out;
  if (t.logistic) {
    multilevel::LogisticOptions options;
    options.n_quadrature = design == "logistic" ? 1 : 9;
    const auto f = multilevel::fit_logistic("y ~ x + (1 | school)", city.table, options);
    if (!f) return f.error();
    out.converged = f->converged;
    take(*f, t, city, out.outcomes);
    return out;
  }
  const char* formula = design == "slope"    ? "y ~ x + (x | school)"
                        : design == "nested" ? "y ~ x + (1 | district/school)"
                                             : "y ~ x + (1 | school)";
  const auto f = multilevel::fit(formula, city.table);
  if (!f) return f.error();
  out.converged = f->converged;
  take(*f, t, city, out.outcomes);
  const auto p = multilevel::profile(*f);
  if (!p) return p.error();
  for (const auto& i : p->intervals) {
    if (!std::isfinite(i.lower) || !std::isfinite(i.upper)) continue;
    if (i.kind == multilevel::ParameterKind::kCoefficient)
      out.outcomes.push_back({"fixed profile", i.first == "x" ? t.slope : t.intercept, i.estimate, i.lower, i.upper});
    else
      out.outcomes.push_back(
          {component_kind(i.group, i.second) + " profile", truth_of(t, i.group, i.first, i.second), i.estimate, i.lower, i.upper});
  }
  return out;
}

}  // namespace celadon_recovery
