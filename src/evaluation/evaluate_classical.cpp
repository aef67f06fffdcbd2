#include <celadon/evaluation/impl/evaluate_classical.ipp>
