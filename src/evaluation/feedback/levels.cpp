#include <celadon/evaluation/feedback/impl/levels.ipp>
