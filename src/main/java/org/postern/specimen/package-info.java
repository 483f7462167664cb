/// A message that lies in a file: whom it is from and for, and what rules see of it. It looks with
/// the eyes of the gateway (`transit`), and nothing is kept or sent.
@NullMarked
package org.postern.specimen;

import org.jspecify.annotations.NullMarked;
