#include <celadon/evaluation/scheme/impl/rows.ipp>
