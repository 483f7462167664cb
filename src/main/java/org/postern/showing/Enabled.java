package org.postern.showing;

/// What the client of a session has switched on, until the connection ends: RFC 5161.
public final class Enabled {
    private volatile boolean modseqs;
    private volatile boolean vanished;
    private volatile boolean revision2;
    private volatile boolean utf8;

    /// Whether it hears of mod-sequences: RFC 7162 §3.1.
    public boolean modseqs() {
        return modseqs;
    }

    public void enableModseqs() {
        modseqs = true;
    }

    /// Whether it hears of messages that are gone by their UIDs: RFC 7162 §3.2.3.
    public boolean vanished() {
        return vanished;
    }

    public void enableVanished() {
        vanished = true;
    }

    /// Whether it speaks IMAP4rev2 and not IMAP4rev1 any more: RFC 9051 §6.3.1.
    public boolean revision2() {
        return revision2;
    }

    public void enableRevision2() {
        revision2 = true;
    }

    /// Whether it has switched on UTF8=ACCEPT, and speaks IMAP4rev1: RFC 9755 §3.
    public boolean utf8InRevision1() {
        return utf8 && !revision2;
    }

    public void enableUtf8() {
        utf8 = true;
    }

    /// Whether it is shown UTF-8 in header fields and quoted strings: RFC 9755 §3, RFC 9051 §4.3.
    public boolean showsUtf8() {
        return utf8 || revision2;
    }
}
