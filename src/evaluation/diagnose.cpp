#include <celadon/evaluation/impl/diagnose.ipp>
