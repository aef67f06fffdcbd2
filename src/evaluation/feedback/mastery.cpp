#include <celadon/evaluation/feedback/impl/mastery.ipp>
