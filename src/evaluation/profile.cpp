#include <celadon/evaluation/impl/profile.ipp>
