#include <celadon/celadon.hpp>

#include <cstdio>

int main() {
  const std::int8_t cells[20] = {1, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0};
  const auto data = celadon::Responses::from_dense(celadon::DenseView<std::int8_t>{cells, 5, 4, 4, 1});
  const auto reliability = data.and_then([](const celadon::Responses& answers) { return celadon::ctt::reliability(answers); });
  if (!reliability) {
    std::fprintf(stderr, "%s\n", reliability.error().text(celadon::Language::kEnglish).c_str());
    return 1;
  }
  std::printf("celadon %s: alpha %.3f\n", CELADON_VERSION, reliability->alpha);
  return 0;
}
