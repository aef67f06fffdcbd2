#include <celadon/evaluation/impl/diagnose_parts.ipp>
