/// DomainKeys Identified Mail: whose signatures a message bears, and our own on what leaves. RFC
/// 6376, 8301, 8463. It may use `mail`, `mime` and `policy`; keys it looks up through what it is
/// handed.
@NullMarked
package org.postern.dkim;

import org.jspecify.annotations.NullMarked;
