#include <celadon/evaluation/impl/tables_pupils.ipp>
