#include "common.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

namespace celadon::python {

namespace {

// Shared between the thread that works and the thread that waits.
struct Watch {
  std::mutex mutex;
  std::condition_variable changed;
  bool finished = false;
  std::exception_ptr failure;
  std::atomic<bool> cancel{false};
  bool news = false;
  std::string stage;
  std::int64_t done = 0;
  std::int64_t total = 0;
};

// Calls Python with what is new. A signal or an exception of the callable asks the task to stop and is kept for the end.
void look_up(Watch& watch, const py::object& progress, std::exception_ptr& pending) {
  const py::gil_scoped_acquire acquire;
  if (pending) return;
  try {
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    if (progress.is_none()) return;
    std::string stage;
    std::int64_t done = 0;
    std::int64_t total = 0;
    {
      const std::lock_guard lock(watch.mutex);
      if (!watch.news) return;
      watch.news = false;
      stage = watch.stage;
      done = watch.done;
      total = watch.total;
    }
    progress(stage, done, total);
  } catch (const py::error_already_set&) {
    pending = std::current_exception();
    watch.cancel.store(true, std::memory_order_relaxed);
  }
}

}  // namespace

void run_task(const RunOptions& options, const std::function<void(const ExecutionContext&)>& task) {
  if (options.n_threads < 0) throw py::value_error("n_threads must be 0 (all processors) or more");
  Watch watch;
  ExecutionContext context;
  context.n_threads = options.n_threads;
  context.cancel = &watch.cancel;
  context.progress = [&watch](const Progress& progress) {
    const std::lock_guard lock(watch.mutex);
    watch.stage = std::string(progress.stage);
    watch.done = progress.done;
    watch.total = progress.total;
    watch.news = true;
  };
  std::exception_ptr pending;
  {
    const py::gil_scoped_release release;
    auto work = [&] {
      try {
        task(context);
      } catch (...) {
        watch.failure = std::current_exception();
      }
      const std::lock_guard lock(watch.mutex);
      watch.finished = true;
      watch.changed.notify_one();
    };
    std::thread worker;
    try {
      worker = std::thread(work);
    } catch (const std::system_error&) {
      work();  // no thread to be had: the task runs here, and signals wait until it has ended
    }
    std::unique_lock lock(watch.mutex);
    while (!watch.changed.wait_for(lock, std::chrono::milliseconds(40), [&] { return watch.finished; })) {
      lock.unlock();
      look_up(watch, options.progress, pending);
      lock.lock();
    }
    lock.unlock();
    if (worker.joinable()) worker.join();
  }
  if (!pending) look_up(watch, options.progress, pending);
  if (pending) std::rethrow_exception(pending);
  if (watch.failure) std::rethrow_exception(watch.failure);
}

void raise(const Error& error) {
  const py::object type = py::module_::import("celadon._errors").attr("CeladonError");
  py::dict arguments;
  for (const Argument& argument : error.arguments) arguments[py::str(argument.name)] = argument.value;
  const auto known = [](const std::string& text) -> py::object {
    return text.empty() ? py::object(py::none()) : py::object(py::str(text));
  };
  const py::object value = type(std::string(code_name(error.code)), error.cause(Language::kChinese), error.fix(Language::kChinese),
                                error.cause(Language::kEnglish), error.fix(Language::kEnglish), known(error.place.table),
                                error.place.row < 0 ? py::object(py::none()) : py::object(py::int_(error.place.row)),
                                known(error.place.column), known(error.place.item), arguments);
  PyErr_SetObject(type.ptr(), value.ptr());
  throw py::error_already_set();
}

MissingPolicy missing_policy(const std::vector<std::string>& treatments) {
  if (treatments.size() != 4) throw py::value_error("missing needs one treatment for each of the four missing kinds");
  const auto parse = [](const std::string& name) {
    return choose<MissingTreatment>(
        "missing", name,
        {{"ignore", MissingTreatment::kIgnore}, {"lowest", MissingTreatment::kLowest}, {"drop_person", MissingTreatment::kDropPerson}});
  };
  return {parse(treatments[0]), parse(treatments[1]), parse(treatments[2]), parse(treatments[3])};
}

py::object frame(const char* function, Table table) {
  return py::module_::import("celadon._frames").attr(function)(py::cast(std::move(table)));
}

}  // namespace celadon::python
