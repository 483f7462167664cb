/// Of what kind a file is, how long, and whether a password closes it: by its own octets, in one
/// pass, never by its name, and without unpacking anything.
@NullMarked
package org.postern.files;

import org.jspecify.annotations.NullMarked;
