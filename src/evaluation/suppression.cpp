#include <celadon/evaluation/impl/suppression.ipp>
