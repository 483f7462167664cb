/// SMTP commands as a client writes them: verb, path, parameters, and which extension allows which
/// parameter. RFC 5321 §4.1, 1870, 6152, 3461, 6531, 8689. It is pure and may use `mail` alone;
/// whether a command is allowed now, and what it leads to, the session knows.
@NullMarked
package org.postern.command;

import org.jspecify.annotations.NullMarked;
