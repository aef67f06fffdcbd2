#include <celadon/evaluation/impl/tables_classes.ipp>
