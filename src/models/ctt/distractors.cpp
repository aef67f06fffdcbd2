#include <celadon/models/ctt/impl/distractors.ipp>
