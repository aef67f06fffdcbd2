#include <celadon/evaluation/scheme/impl/plan.ipp>
