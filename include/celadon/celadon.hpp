/// Umbrella header for quick starts. Production code includes the topic it uses.
#pragma once

#include <celadon/core/arrow/reader.hpp>
#include <celadon/core/arrow/responses.hpp>
#include <celadon/core/arrow/writer.hpp>
#include <celadon/core/dataset.hpp>
#include <celadon/core/error.hpp>
#include <celadon/core/execution.hpp>
#include <celadon/core/items.hpp>
#include <celadon/core/math.hpp>
#include <celadon/core/normal.hpp>
#include <celadon/core/parallel.hpp>
#include <celadon/core/random.hpp>
#include <celadon/core/responses.hpp>
#include <celadon/core/simd.hpp>
#include <celadon/core/table.hpp>
#include <celadon/core/units.hpp>
#include <celadon/core/visitor.hpp>
#include <celadon/models/ctt/conditional_sem.hpp>
#include <celadon/models/ctt/distractors.hpp>
#include <celadon/models/ctt/exam_statistics.hpp>
#include <celadon/models/ctt/grade_scaling.hpp>
#include <celadon/models/ctt/item_analysis.hpp>
#include <celadon/models/ctt/reliability.hpp>
#include <celadon/models/ctt/score_distribution.hpp>
#include <celadon/models/ctt/score_moments.hpp>
#include <celadon/models/ctt/sp_table.hpp>
#include <celadon/models/ctt/test_scores.hpp>
#include <celadon/models/irt/connect.hpp>
#include <celadon/models/irt/default_model.hpp>
#include <celadon/models/irt/fit.hpp>
#include <celadon/models/irt/model.hpp>
#include <celadon/models/irt/simulate.hpp>

#include <celadon/evaluation/paper.hpp>
#include <celadon/evaluation/paper_builder.hpp>
#include <celadon/evaluation/validate.hpp>
#include <celadon/io/irt_json.hpp>
#include <celadon/io/json.hpp>
#include <celadon/reports/chart.hpp>
#include <celadon/reports/html.hpp>
#include <celadon/reports/json.hpp>
#include <celadon/reports/report.hpp>
#include <celadon/reports/sink.hpp>
#include <celadon/reports/svg.hpp>
#include <celadon/reports/template.hpp>
#include <celadon/reports/text_buffer.hpp>
#include <celadon/reports/vega.hpp>

#if defined(CELADON_IMPLEMENTATION)
#include <celadon/celadon_bodies.hpp>
#endif
