/// Who may log in: passwords checked against the gateway's own file or against the clinic's mail
/// server, and the patience with those who guess. RFC 4616, 4954 §4. It may use `mail`, `net`,
/// `vault`, `store`, `bearer`, `scram`, `precis` and `entrance`, and knows nothing of the session
/// in which somebody logs in.
@NullMarked
package org.postern.sasl;

import org.jspecify.annotations.NullMarked;
