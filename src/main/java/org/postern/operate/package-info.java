/// The commands that run the gateway and look after what it keeps: serve, keys, patient, audit.
/// They may use everything.
@NullMarked
package org.postern.operate;

import org.jspecify.annotations.NullMarked;
