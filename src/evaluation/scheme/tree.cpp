#include <celadon/evaluation/scheme/impl/tree.ipp>
