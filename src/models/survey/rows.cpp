#include <celadon/models/survey/impl/rows.ipp>
