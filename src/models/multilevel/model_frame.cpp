#include <celadon/models/multilevel/impl/model_frame.ipp>
