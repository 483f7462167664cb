/// What is worth a second look in rules that are without a mistake: those that can never decide,
/// and those by which mail to anybody could leave unprotected. Nothing here decides about mail. It
/// may use `mail`, `condition`, `policy`, `yaml` and `config`.
@NullMarked
package org.postern.review;

import org.jspecify.annotations.NullMarked;
