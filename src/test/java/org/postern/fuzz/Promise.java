package org.postern.fuzz;

/// What must hold for every input.
final class Promise {
    private Promise() {}

    /// @param broken what is wrong if it does not hold
    /// @throws AssertionError if it does not hold
    static void hold(boolean promise, String broken) {
        if (!promise) {
            throw new AssertionError(broken);
        }
    }
}
