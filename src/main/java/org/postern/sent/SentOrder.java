package org.postern.sent;

import java.util.Arrays;
import java.util.Optional;

/// What the author of a message to a patient can ask for by setting a keyword. It is an order and
/// no state: the keyword is never kept.
public enum SentOrder {
    /// Take it back for good.
    RECALL("$Recall"),
    /// Mail the patient a new link, now.
    REMIND("$Remind"),
    /// Let the links that she has live their whole time again.
    EXTEND("$Extend");

    private final String keyword;

    SentOrder(String keyword) {
        this.keyword = keyword;
    }

    /// As mail programs set it.
    public String keyword() {
        return keyword;
    }

    /// @param keyword in any case: RFC 9051 §2.3.2
    public static Optional<SentOrder> of(String keyword) {
        return Arrays.stream(values())
                .filter(it -> it.keyword.equalsIgnoreCase(keyword))
                .findFirst();
    }
}
