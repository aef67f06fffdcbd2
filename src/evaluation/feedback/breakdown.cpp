#include <celadon/evaluation/feedback/impl/breakdown.ipp>
