#include <celadon/models/cdm/impl/simulate.ipp>
