#include <celadon/models/cdm/impl/q_matrix.ipp>
