#include <celadon/evaluation/feedback/impl/item_gain_loss.ipp>
