#include <celadon/models/survey/impl/design.ipp>
