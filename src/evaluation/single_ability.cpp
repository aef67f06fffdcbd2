#include <celadon/evaluation/impl/single_ability.ipp>
