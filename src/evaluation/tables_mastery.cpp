#include <celadon/evaluation/impl/tables_mastery.ipp>
