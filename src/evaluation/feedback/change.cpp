#include <celadon/evaluation/feedback/impl/change.ipp>
