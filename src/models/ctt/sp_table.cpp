#include <celadon/models/ctt/impl/sp_table.ipp>
