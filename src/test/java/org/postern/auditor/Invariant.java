package org.postern.auditor;

/// What must hold whatever happens, as facts about what witnesses saw.
public enum Invariant {
    I1("not lost: one terminal class for each recipient of what was answered 250"),
    I2("once inward, again outward only across a kill, and then the same"),
    I3("never in clear: no canary on a plaintext socket, in a file, in the log"),
    I4("not answered, not kept: nothing refused or broken off was delivered"),
    I5("content and recipients are those of the client"),
    I6("audit: the chain is whole, one entry for each acceptance and outcome"),
    I7("recovery: ready in time, and nothing left waiting"),
    I8("what is corrupt lies apart and is audited, and blocks nothing");

    private final String sentence;

    Invariant(String sentence) {
        this.sentence = sentence;
    }

    String sentence() {
        return sentence;
    }
}
