package org.postern.audit;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.vault.Vault;

/// How one line of the log is bound to the one before: `{"seq":7,…,"mac":"…"}`, the MAC over the
/// MAC before and over the line without its own.
///
/// It works on the octets of a line, each as one character (ISO-8859-1), and not on parsed JSON, so
/// that every octet counts.
final class AuditChain {
    private static final Pattern TRAILER = Pattern.compile(",\"mac\":\"([0-9a-f]{64})\"}");
    private static final int TRAILER_OCTETS = ",\"mac\":\"\"}".length() + Anchor.MAC_DIGITS;
    private static final Pattern SEQ = Pattern.compile("\\{\"seq\":([1-9][0-9]{0,17}),");

    private final Vault vault;

    AuditChain(Vault vault) {
        this.vault = vault;
    }

    /// @param line without its line end
    /// @param anchor what the line is
    record Link(String line, Anchor anchor) {}

    /// The line that follows an anchor.
    ///
    /// @param members the entry's JSON members without braces and without `seq`, ASCII only
    Link link(Anchor previous, String members) {
        long seq = previous.seq() + 1;
        String open = "{\"seq\":" + seq + "," + members;
        String mac = mac(previous, open);
        return new Link(open + ",\"mac\":\"" + mac + "\"}", new Anchor(seq, mac));
    }

    /// The anchor that a line claims to be; whether it is true is not looked at.
    ///
    /// @return empty if it is no line of ours
    static Optional<Anchor> claimed(String line) {
        int open = Math.max(0, line.length() - TRAILER_OCTETS);
        Matcher trailer = TRAILER.matcher(line).region(open, line.length());
        Matcher seq = SEQ.matcher(line);
        return trailer.matches() && seq.lookingAt()
                ? Optional.of(new Anchor(Long.parseLong(seq.group(1)), trailer.group(1)))
                : Optional.empty();
    }

    /// Whether a line is the one that follows an anchor.
    ///
    /// @param claim what the line claims to be
    boolean follows(Anchor previous, String line, Anchor claim) {
        return claim.seq() == previous.seq() + 1 && claim.mac().equals(mac(previous, open(line)));
    }

    /// What proves a line of the head file.
    String headProof(Anchor anchor) {
        return HexFormat.of().formatHex(vault.mac("audit-head", octets(anchor.toString())));
    }

    private String mac(Anchor previous, String open) {
        return HexFormat.of().formatHex(vault.mac("audit", previous.octets(), octets(open)));
    }

    private static String open(String line) {
        return line.substring(0, line.length() - TRAILER_OCTETS);
    }

    private static byte[] octets(String line) {
        return line.getBytes(StandardCharsets.ISO_8859_1);
    }
}
