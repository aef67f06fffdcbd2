#include <celadon/models/survey/impl/intraclass.ipp>
