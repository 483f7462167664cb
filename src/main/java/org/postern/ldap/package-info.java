/// People, their certificates and their groups in directories of others and of the clinic: LDAP
/// (RFC 4511, 4515, 4523) by the UnboundID SDK, over proved TLS, bounded, and in doubt silent.
@NullMarked
package org.postern.ldap;

import org.jspecify.annotations.NullMarked;
