#include <celadon/models/irt/impl/latent_regression.ipp>
