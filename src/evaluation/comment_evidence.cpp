#include <celadon/evaluation/impl/comment_evidence.ipp>
