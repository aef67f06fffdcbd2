#include <celadon/evaluation/impl/evaluate.ipp>
