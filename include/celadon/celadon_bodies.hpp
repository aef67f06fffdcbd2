/// Every body, for the one unit of a header-only program that compiles them. A test checks that no body is forgotten.
#pragma once

#include <celadon/core/arrow/impl/reader.ipp>
#include <celadon/core/arrow/impl/responses.ipp>
#include <celadon/core/arrow/impl/writer.ipp>
#include <celadon/core/impl/dataset.ipp>
#include <celadon/core/impl/error.ipp>
#include <celadon/core/impl/normal.ipp>
#include <celadon/core/impl/parallel.ipp>
#include <celadon/core/impl/random.ipp>
#include <celadon/core/impl/responses.ipp>
#include <celadon/core/impl/shared_buffer.ipp>
#include <celadon/core/impl/simd.ipp>
#include <celadon/core/impl/table.ipp>
#include <celadon/core/impl/text.ipp>
#include <celadon/models/irt/impl/model.ipp>
#include <celadon/models/irt/impl/connect.ipp>
#include <celadon/models/irt/impl/default_model.ipp>
#include <celadon/models/irt/impl/simulate.ipp>
#include <celadon/io/impl/irt_json.ipp>
#include <celadon/io/impl/json.ipp>
#include <celadon/io/impl/json_visit.ipp>
#include <celadon/models/irt/impl/posterior.ipp>
#include <celadon/models/irt/impl/score.ipp>
