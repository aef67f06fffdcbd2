#include <celadon/models/ctt/impl/conditional_sem.ipp>
