/// Access tokens of OAuth 2.0 that the clinic's own provider issues: RFC 6749, RFC 9068, RFC 7519.
/// Read within bounds, and believed only by a key of that provider. It may use `mail`, `fetch`,
/// `store` and `yaml`.
@NullMarked
package org.postern.bearer;

import org.jspecify.annotations.NullMarked;
