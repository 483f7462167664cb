/// The configuration: files under `policy-config/` become checked records, or a list of errors with
/// line and column. Nobody else reads these files. It may use `mail`, `policy`, `net` and `yaml`.
@NullMarked
package org.postern.config;

import org.jspecify.annotations.NullMarked;
