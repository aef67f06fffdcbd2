#include <celadon/models/cdm/impl/decision.ipp>
