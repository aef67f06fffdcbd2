#include <celadon/evaluation/green/impl/drivers.ipp>
