package org.postern.route;

/// What the mail needs of its way.
public enum Need {
    /// Nothing of its own. What the domain's policies demand is kept all the same.
    ANY,
    /// Only hosts that prove who they are.
    PROOF
}
