package org.postern.net;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.mail.DeliveryOutcome.Proof;

/// By what a server has to prove who it is. Equal proofs accept the same certificates, so what one
/// has let in may be used where the other is demanded.
public sealed interface PeerProof {
    /// A certification path to the trust, and the host's name in the certificate: RFC 9525.
    ///
    /// @param word how the audit calls it: `CA`, or `MTA_STS` where the domain's policy demands the
    ///   path (RFC 8461 §4.1)
    record Path(TlsTrust trust, Proof word) implements PeerProof {}

    /// One of these keys. The key itself is the proof: the names and the dates of its certificate
    /// do not count, and neither does who issued it, so that a partner with a self-signed
    /// certificate can be pinned.
    ///
    /// @param trust a certification path and the host's name are demanded besides; null for not
    record Pinned(Set<KeyPin> pins, @Nullable TlsTrust trust) implements PeerProof {
        public Pinned {
            pins = Set.copyOf(pins);
            if (pins.isEmpty()) {
                throw new IllegalArgumentException("no key is pinned");
            }
        }
    }

    /// One of the records that the domain publishes under DNSSEC: RFC 7672 §3.1.
    ///
    /// @param records those that are usable; at least one
    /// @param clock by which the path to a published authority must be valid
    record Dane(List<TlsaRecord> records, java.time.InstantSource clock) implements PeerProof {
        public Dane {
            records = List.copyOf(records);
            if (records.isEmpty()) {
                throw new IllegalArgumentException("no TLSA record to prove by");
            }
        }
    }

    /// How the audit calls it.
    default Proof word() {
        return switch (this) {
            case Path(_, Proof word) -> word;
            case Pinned _ -> Proof.PIN;
            case Dane _ -> Proof.DANE;
        };
    }
}
