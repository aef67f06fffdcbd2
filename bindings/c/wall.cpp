#include "wall.hpp"

#include <exception>
#include <new>
#include <stdexcept>

namespace celadon_c {
namespace {

// Copies a text into a fixed field, cut at a character's end; no allocation.
void put(char* field, std::size_t capacity, std::string_view value) noexcept {
  std::size_t size = std::min(value.size(), capacity - 1);
  while (size < value.size() && size > 0 && (static_cast<unsigned char>(value[size]) & 0xC0U) == 0x80U) --size;
  std::memcpy(field, value.data(), size);
  field[size] = '\0';
}

struct Sentences {
  const char* name;
  const char* cause[2];
  const char* fix[2];
};

// Sentences without arguments, read straight from the catalogue: for when there is no memory to make others.
Sentences plain_sentences(celadon::Code code) noexcept {
  switch (code) {
#define CELADON_CODE(code_name, number, text, cause_zh, cause_en, fix_zh, fix_en) \
  case celadon::Code::code_name:                                                  \
    return {text, {cause_zh, cause_en}, {fix_zh, fix_en}};
#include <celadon/core/codes/all.def>
#undef CELADON_CODE
    default:
      return {"ok", {"", ""}, {"", ""}};
  }
}

// Writes as much of an error as the caller's struct has room for.
void hand_over(celadon_error* error, celadon_error& filled) noexcept {
  const std::uint32_t size = error->struct_size;
  filled.struct_size = size;
  filled.language = error->language;
  std::memcpy(error, &filled, std::min<std::size_t>(size, sizeof filled));
}

bool usable(const celadon_error* error) noexcept {
  return error != nullptr && error->struct_size >= offsetof(celadon_error, row);
}

celadon_status report_plain(celadon_error* error, celadon::Code code) noexcept {
  const auto status = static_cast<celadon_status>(code);
  if (!usable(error)) return status;
  celadon_error filled{};
  const Sentences s = plain_sentences(code);
  const int language = error->language == CELADON_ENGLISH ? 1 : 0;
  filled.code = status;
  filled.row = -1;
  put(filled.code_name, sizeof filled.code_name, s.name);
  put(filled.cause, sizeof filled.cause, s.cause[language]);
  put(filled.fix, sizeof filled.fix, s.fix[language]);
  hand_over(error, filled);
  return status;
}

}  // namespace

celadon_status report(celadon_error* error, const celadon::Error& problem) noexcept {
  const auto status = static_cast<celadon_status>(problem.code);
  if (!usable(error)) return status;
  try {
    const celadon::Language language = language_of(error->language == CELADON_ENGLISH ? CELADON_ENGLISH : CELADON_CHINESE);
    celadon_error filled{};
    filled.code = status;
    filled.row = problem.place.row;
    put(filled.code_name, sizeof filled.code_name, celadon::code_name(problem.code));
    put(filled.table, sizeof filled.table, problem.place.table);
    put(filled.column, sizeof filled.column, problem.place.column);
    put(filled.item, sizeof filled.item, problem.place.item);
    put(filled.cause, sizeof filled.cause, problem.cause(language));
    put(filled.fix, sizeof filled.fix, problem.fix(language));
    hand_over(error, filled);
    return status;
  } catch (...) {
    return report_plain(error, celadon::Code::kOutOfMemory);
  }
}

namespace {

celadon_status report_what(celadon_error* error, celadon::Code code, const char* what) noexcept {
  try {
    celadon::Error problem;
    problem.code = code;
    problem.arguments.push_back({"name", "call"});
    problem.arguments.push_back({"detail", what});
    return report(error, problem);
  } catch (...) {
    return report_plain(error, celadon::Code::kOutOfMemory);
  }
}

}  // namespace

celadon_status report_current_exception(celadon_error* error) noexcept {
  try {
    throw;
  } catch (const Refusal& refusal) {
    return report(error, refusal.error);
  } catch (const std::bad_alloc&) {
    return report_plain(error, celadon::Code::kOutOfMemory);
  } catch (const std::length_error&) {
    return report_plain(error, celadon::Code::kOutOfMemory);  // a container asked for more than there can be
  } catch (const std::exception& problem) {
    const bool programmer = dynamic_cast<const celadon::LogicError*>(&problem) != nullptr;
    return report_what(error, programmer ? celadon::Code::kInvalidArgument : celadon::Code::kInternal, problem.what());
  } catch (...) {
    return report_plain(error, celadon::Code::kInternal);
  }
}

void refuse(celadon::Error error) {
  throw Refusal{std::move(error)};
}

void refuse(const char* argument, std::string detail) {
  refuse(celadon::make_error(celadon::Code::kInvalidArgument, {}, {{"name", argument}, {"detail", std::move(detail)}}));
}

std::string_view text(const char* data, std::int64_t size, const char* name) {
  if (data == nullptr && size != 0) refuse(name, "is NULL");
  if (size < -1) refuse(name, "negative size");
  if (data == nullptr) return {};
  return size == -1 ? std::string_view(data) : std::string_view(data, static_cast<std::size_t>(size));
}

std::vector<std::string> texts(const char* const* data, std::int64_t n, const char* name) {
  std::vector<std::string> out;
  for (const char* one : span_of(data, n, name)) out.emplace_back(text(one, -1, name));
  return out;
}

celadon::Missing missing_kind(std::int32_t code, const char* name) {
  if (code > CELADON_MISSING_NOT_ADMINISTERED || code < CELADON_MISSING_INVALID) refuse(name, "not one of the missing kinds -1 to -4");
  return static_cast<celadon::Missing>(251 - code);
}

celadon::MissingPolicy missing_policy(std::int32_t not_administered, std::int32_t not_reached, std::int32_t omitted, std::int32_t invalid) {
  using celadon::MissingTreatment;
  return {enumerator<MissingTreatment>(not_administered, 3, "not_administered"),
          enumerator<MissingTreatment>(not_reached, 3, "not_reached"), enumerator<MissingTreatment>(omitted, 3, "omitted"),
          enumerator<MissingTreatment>(invalid, 3, "invalid")};
}

void Execution::HostExecutor::run(int n_tasks, const std::function<void(int)>& task) {
  given.run(
      given.run_user, n_tasks, [](void* state, int32_t index) { (*static_cast<const std::function<void(int)>*>(state))(index); },
      const_cast<std::function<void(int)>*>(&task));
}

Execution::Execution(const celadon_execution* given) {
  celadon_execution defaults{};
  defaults.struct_size = sizeof defaults;
  const celadon_execution execution = sized(given, defaults, "execution");
  if (execution.n_threads < 0) refuse("n_threads", "negative");
  context_.n_threads = execution.n_threads;
  if (execution.monitor != nullptr) {
    context_.cancel = &execution.monitor->cancel;
    execution.monitor->done = 0;
    execution.monitor->total = 0;
  }
  if (execution.progress != nullptr || execution.monitor != nullptr) {
    context_.progress = [execution](const celadon::Progress& progress) {
      if (execution.monitor != nullptr) {
        execution.monitor->done = progress.done;
        execution.monitor->total = progress.total;
      }
      if (execution.progress != nullptr)
        execution.progress(execution.progress_user, std::string(progress.stage).c_str(), progress.done, progress.total);
    };
  }
  if (execution.run != nullptr) {
    host_.given = execution;
    context_.executor = &host_;
  }
}

celadon::Language language_of(std::int32_t language) {
  return enumerator<celadon::Language>(language, 2, "language");
}

}  // namespace celadon_c
