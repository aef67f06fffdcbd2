#include <celadon/models/survey/impl/layout.ipp>
