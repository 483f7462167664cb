package org.postern.search;

/// More than one search may cost: RFC 5530 §3, `LIMIT`.
public final class LimitException extends Exception {
    private static final long serialVersionUID = 1;
}
