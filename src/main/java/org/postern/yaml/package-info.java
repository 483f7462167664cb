/// Reads YAML 1.2 text into nodes that know their place, and words into checked values; what is
/// wrong becomes a value with file, line, column and a suggestion. It uses nothing of the other
/// packages.
@NullMarked
package org.postern.yaml;

import org.jspecify.annotations.NullMarked;
