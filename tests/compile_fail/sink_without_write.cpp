// expect: abstract
// A sink says where pages go.
#include <celadon/reports/sink.hpp>

struct Counting final : celadon::reports::ReportSink {
#ifndef MISUSE
  celadon::Result<void> write(const celadon::reports::Page&) override {
    return {};
  }
#endif
};

void use();
void use() {
  Counting sink;
  (void)sink.finish();
}
