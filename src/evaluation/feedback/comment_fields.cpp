#include <celadon/evaluation/feedback/impl/comment_fields.ipp>
