#include <celadon/models/ctt/impl/grade_scaling.ipp>
