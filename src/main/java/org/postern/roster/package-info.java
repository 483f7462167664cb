/// Lists of addresses and domains in files of their own, one entry a line. Pure: who reads the
/// files is told from outside. It may use `mail` and `yaml`.
@NullMarked
package org.postern.roster;

import org.jspecify.annotations.NullMarked;
