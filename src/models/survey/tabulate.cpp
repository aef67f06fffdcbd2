#include <celadon/models/survey/impl/tabulate.ipp>
