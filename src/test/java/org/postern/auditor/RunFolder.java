package org.postern.auditor;

import java.nio.file.Path;

/// Where each witness of a run writes.
///
/// @param home of the run
public record RunFolder(Path home) {
    /// The next hops around the gateway.
    public static final String INTERNAL_SINK = "internal";

    public static final String SMART_HOST_SINK = "smarthost";
    public static final String TLS_SINK = "tls";

    /// The wire before the sink that asks for TLS.
    public static final String TAP = "tap";

    /// What clients offered and were answered.
    public Path ledger() {
        return home.resolve("ledger.tsv");
    }

    /// Each life of the gateway, from its start to its end.
    public Path lives() {
        return home.resolve("lives.tsv");
    }

    /// The letters that begin every canary of the run.
    public Path canary() {
        return home.resolve("canary");
    }

    /// The gateway's own folders: configuration and data.
    public Path clinic() {
        return home.resolve("clinic");
    }

    public Path data() {
        return clinic().resolve("data");
    }

    /// What the gateway's processes printed.
    public Path log() {
        return home.resolve("gateway.log");
    }

    /// The partner's private key, by which the auditor reads what was encrypted.
    public Path partnerKey() {
        return home.resolve("partner.key");
    }

    /// What a sink took: one row each.
    public Path taken(String sink) {
        return home.resolve(sink + ".taken.tsv");
    }

    /// The contents that a sink took, one behind the other.
    public Path contents(String sink) {
        return home.resolve(sink + ".contents");
    }

    /// Every octet that came to a sink over a plaintext socket.
    public Path wire(String sink) {
        return home.resolve(sink + ".wire");
    }
}
