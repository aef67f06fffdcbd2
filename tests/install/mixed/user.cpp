#include "shared.hpp"

int main() {
  return persons_in(make()) > 1.0 ? 0 : 1;
}
