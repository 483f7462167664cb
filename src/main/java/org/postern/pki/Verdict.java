package org.postern.pki;

import java.util.Locale;

/// Why a certificate is not used. Each fault has its own code, for audit and tests, and a clause
/// for people that follows "the certificate ".
public enum Verdict {
    EXPIRED("has expired"),
    NOT_YET_VALID("is not valid yet"),
    /// A file that is named after one person holds the certificate of another.
    WRONG_PERSON("belongs to somebody else"),
    WRONG_KEY_USAGE("must not be used for this"),
    WRONG_PURPOSE("is not meant for mail"),
    WEAK_KEY("has a key that is too weak"),
    UNKNOWN_KEY("has a key of a kind that is not supported"),
    WEAK_SIGNATURE("is signed by an algorithm that is too weak"),
    UNKNOWN_EXTENSION("has a critical extension that is not known"),
    /// A directory has something in its place, and nobody can say what.
    UNREADABLE("cannot be read"),
    /// Its structure is not that of RFC 5280.
    MALFORMED("is damaged"),
    /// Neither pinned nor issued under an anchor for its owner's domain: RFC 5280 §6.
    NO_PATH("was not issued under an authority that partners/anchors has for its owner"),
    /// Whoever writes there could have put his own in its place. What it would be is not known.
    OPEN_TO_OTHERS("is not used, because others than root and the gateway's user may change it"),
    /// A file of partners, or all of them: what is in it is not known.
    NOT_READ("cannot be read, so nobody knows whose it is"),
    /// Revoked or suspended by its authority, or one above it was.
    REVOKED("was revoked by its authority"),
    /// RFC 5280 §6.3: nobody knows. It may be told later.
    REVOCATION_UNKNOWN("may have been revoked; its authority does not tell"),
    /// The first word about it is under way.
    REVOCATION_AWAITED("is being looked up with its authority"),
    /// A directory that may hold it does not answer. It may do so later.
    DIRECTORY_UNKNOWN("is asked for in a directory that does not answer"),
    /// It will never be told.
    NO_REVOCATION_PLACE("does not say where its authority tells what is revoked");

    private final String clause;

    Verdict(String clause) {
        this.clause = clause;
    }

    /// The code in audit and reports, such as `no-path`.
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Whether, once it is mended, there may be a certificate that is of use.
    public boolean isDoubt() {
        return this == OPEN_TO_OTHERS || this == NOT_READ;
    }

    /// The clause behind "the certificate ".
    public String clause() {
        return clause;
    }
}
