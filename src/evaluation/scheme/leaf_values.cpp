#include <celadon/evaluation/scheme/impl/leaf_values.ipp>
