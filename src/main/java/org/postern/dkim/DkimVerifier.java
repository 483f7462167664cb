package org.postern.dkim;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postern.dkim.DkimSignature.Algorithm;
import org.postern.facts.Origin.Dkim;
import org.postern.facts.Origin.Verdict;
import org.postern.mail.Content;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;

/// Finds out whose signatures a message bears: RFC 6376 §6.1. The work is bounded: so many
/// signatures, one look-up for each, and one reading of the body for all of them, which is spared
/// if no signature over the header section holds.
public final class DkimVerifier {
    /// Signatures of one message that are looked at; more are ignored (RFC 6376 §6.1).
    public static final int SIGNATURES_MAX = 10;

    private static final int BLOCK_OCTETS = 16 * 1_024;

    private static final HexFormat HEX = HexFormat.of();

    private final InstantSource clock;

    /// Where keys are looked up.
    @FunctionalInterface
    public interface KeySource {
        /// The TXT records of a name, each joined from its strings; empty if there are none.
        ///
        /// @throws IOException if it cannot be found out now
        List<String> txt(String name) throws IOException;
    }

    public DkimVerifier(InstantSource clock) {
        this.clock = clock;
    }

    /// What is known of one signature: its verdict, or that the body decides.
    private sealed interface Finding {
        record Decided(Dkim verdict) implements Finding {}

        record BodyDecides(DkimSignature signature) implements Finding {}
    }

    /// One verdict for each signature that is looked at, in the order of the fields.
    ///
    /// @param header the header section of the content
    /// @throws IOException if the content cannot be read
    public List<Dkim> verify(HeaderSection header, Content content, KeySource keys)
            throws IOException {
        List<Finding> findings =
                header.all(DkimSignature.NAME).stream()
                        .limit(SIGNATURES_MAX)
                        .map(field -> judge(field, header, keys))
                        .toList();
        Map<BodyHash.Manner, BodyHash> hashes = new LinkedHashMap<>();
        for (Finding finding : findings) {
            if (finding instanceof Finding.BodyDecides(DkimSignature signature)) {
                hashes.computeIfAbsent(manner(signature), BodyHash::new);
            }
        }
        if (!hashes.isEmpty()) {
            read(content, header.octets(), List.copyOf(hashes.values()));
        }
        Map<BodyHash.Manner, Body> bodies = new HashMap<>();
        hashes.forEach((manner, hash) ->
                bodies.put(manner, new Body(HEX.formatHex(hash.finish()), hash.octets())));
        List<Dkim> verdicts = new ArrayList<>();
        for (Finding finding : findings) {
            verdicts.add(
                    switch (finding) {
                        case Finding.Decided(Dkim verdict) -> verdict;
                        case Finding.BodyDecides(DkimSignature signature) ->
                                judgeBody(signature, requireNonNull(bodies.get(manner(signature))));
                    });
        }
        return verdicts;
    }

    /// A body in one canonical form.
    ///
    /// @param digest in hexadecimal
    private record Body(String digest, long octets) {}

    private static BodyHash.Manner manner(DkimSignature signature) {
        return new BodyHash.Manner(signature.forms().body(), signature.claims().length());
    }

    private static void read(Content content, int bodyAt, List<? extends OutputStream> hashes)
            throws IOException {
        byte[] block = new byte[BLOCK_OCTETS];
        try (InputStream in = content.open()) {
            in.skipNBytes(bodyAt);
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                for (OutputStream hash : hashes) {
                    hash.write(block, 0, n);
                }
            }
        }
    }

    /// Everything but the body.
    private Finding judge(HeaderField field, HeaderSection header, KeySource keys) {
        return switch (DkimSignature.read(field)) {
            case DkimSignature.Read.Bad(var domain, String reason) ->
                    new Finding.Decided(
                            new Dkim(Verdict.PERMERROR, domain.orElse(null), "", reason));
            case DkimSignature.Read.Good(DkimSignature signature) ->
                    judge(signature, header, keys)
                            .<Finding>map(Finding.Decided::new)
                            .orElseGet(() -> new Finding.BodyDecides(signature));
        };
    }

    /// @return empty if the body decides
    private Optional<Dkim> judge(DkimSignature signature, HeaderSection header, KeySource keys) {
        if (clock.instant().getEpochSecond() > signature.claims().expiry()) {
            return Optional.of(verdict(Verdict.POLICY, signature, "the signature has expired"));
        }
        List<String> records;
        try {
            records = keys.txt(signature.selector() + "._domainkey." + signature.domain());
        } catch (IOException e) {
            String reason = "the key cannot be looked up now";
            return Optional.of(verdict(Verdict.TEMPERROR, signature, reason));
        }
        if (records.isEmpty()) {
            return Optional.of(verdict(Verdict.PERMERROR, signature, "there is no such key"));
        }
        // §6.1.2: with several records any may be taken; the first is.
        return switch (KeyRecord.read(records.getFirst(), signature.algorithm())) {
            case KeyRecord.Read.Bad(String reason) ->
                    Optional.of(verdict(Verdict.PERMERROR, signature, reason));
            case KeyRecord.Read.Unacceptable(String reason) ->
                    Optional.of(verdict(Verdict.POLICY, signature, reason));
            case KeyRecord.Read.Good(KeyRecord key) -> judgeHeader(signature, header, key);
        };
    }

    private static Optional<Dkim> judgeHeader(
            DkimSignature signature, HeaderSection header, KeyRecord key) {
        if (key.strict() && !signature.claims().identity().equals("@" + signature.domain())) {
            String reason = "i= is below d=, and the key forbids that";
            return Optional.of(verdict(Verdict.PERMERROR, signature, reason));
        }
        try {
            if (isTrue(signature, header, key)) {
                return Optional.empty();
            }
        } catch (GeneralSecurityException e) {
            // A signature of a wrong length; nothing else is left that could be wrong.
        }
        return Optional.of(verdict(Verdict.FAIL, signature, "the signature is not true"));
    }

    private static boolean isTrue(DkimSignature signature, HeaderSection header, KeyRecord key)
            throws GeneralSecurityException {
        byte[] signed =
                SignedHeader.octets(
                        header, signature.headers(), signature.forms().header(), signature.field());
        Signature check = signatureOf(signature.algorithm());
        check.initVerify(key.key());
        check.update(hashedFor(signature.algorithm(), signed));
        return check.verify(signature.hashes().signatureOctets());
    }

    static Signature signatureOf(Algorithm algorithm) throws NoSuchAlgorithmException {
        return switch (algorithm) {
            case RSA -> Signature.getInstance("SHA256withRSA");
            case ED25519 -> Signature.getInstance("Ed25519");
        };
    }

    /// RFC 8463 §3: Ed25519 signs the hash of the header section, and hashes that again by itself.
    static byte[] hashedFor(Algorithm algorithm, byte[] signed) throws NoSuchAlgorithmException {
        return switch (algorithm) {
            case RSA -> signed;
            case ED25519 -> MessageDigest.getInstance("SHA-256").digest(signed);
        };
    }

    private static Dkim judgeBody(DkimSignature signature, Body body) {
        if (!body.digest().equals(HEX.formatHex(signature.hashes().bodyOctets()))) {
            return verdict(Verdict.FAIL, signature, "the body is not the one that was signed");
        }
        long length = signature.claims().length();
        if (length == BodyHash.ALL || length == body.octets()) {
            return verdict(Verdict.PASS, signature, "");
        }
        // §8.2: what is behind l= anybody may have added.
        return length < body.octets()
                ? verdict(Verdict.POLICY, signature, "a part of the body is not signed")
                : verdict(Verdict.PERMERROR, signature, "l= is more than there is");
    }

    private static Dkim verdict(Verdict verdict, DkimSignature signature, String reason) {
        return new Dkim(verdict, signature.domain(), signature.hashes().abbreviation(), reason);
    }
}
