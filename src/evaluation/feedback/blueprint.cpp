#include <celadon/evaluation/feedback/impl/blueprint.ipp>
