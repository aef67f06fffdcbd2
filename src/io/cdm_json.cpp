#include <celadon/io/impl/cdm_json.ipp>
