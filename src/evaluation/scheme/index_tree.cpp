#include <celadon/evaluation/scheme/impl/index_tree.ipp>
