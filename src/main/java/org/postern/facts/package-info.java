/// What the policy knows about a message: plain values, gathered before anything is decided.
@NullMarked
package org.postern.facts;

import org.jspecify.annotations.NullMarked;
