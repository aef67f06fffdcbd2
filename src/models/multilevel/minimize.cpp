#include <celadon/models/multilevel/impl/minimize.ipp>
