#include <celadon/evaluation/impl/tables.ipp>
