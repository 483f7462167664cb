/// Mail that comes to the gateway's own return addresses: a clinician's command, a patient's
/// ordinary answer, what comes back. RFC 3834, RFC 3464, RFC 5322. It may use the packages of its
/// row in the map.
@NullMarked
package org.postern.returns;

import org.jspecify.annotations.NullMarked;
