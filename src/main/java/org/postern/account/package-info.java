/// What the operator does about people's log-ins while the gateway runs.
@NullMarked
package org.postern.account;

import org.jspecify.annotations.NullMarked;
