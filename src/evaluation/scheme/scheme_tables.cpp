#include <celadon/evaluation/scheme/impl/scheme_tables.ipp>
