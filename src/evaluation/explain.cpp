#include <celadon/evaluation/impl/explain.ipp>
