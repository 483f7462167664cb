/// `./gateway doctor`: what will need a person soon. It may use everything.
@NullMarked
package org.postern.doctor;

import org.jspecify.annotations.NullMarked;
