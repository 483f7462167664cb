/// Who belongs to the groups that rules name, and what people chose: asked before a decision, and
/// only what it needs. It may use `ldap`.
@NullMarked
package org.postern.membership;

import org.jspecify.annotations.NullMarked;
