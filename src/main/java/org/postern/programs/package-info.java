/// How mail programs set themselves up for the secure mailbox: what they ask for, and the answers.
/// It may use `mail`, `http` and `config`.
@NullMarked
package org.postern.programs;

import org.jspecify.annotations.NullMarked;
