#include <celadon/evaluation/impl/tables_paper.ipp>
