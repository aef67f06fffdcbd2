#include <celadon/evaluation/green/impl/scale.ipp>
