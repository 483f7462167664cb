package org.postern.pki;

import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.postern.mail.Address;
import org.postern.mail.Domain;

/// What a certificate shall say.
///
/// @param names the subject alternative names; none leaves the extension out
/// @param usage bits of BC's `KeyUsage`; 0 leaves the extension out
/// @param purposes none leaves the extended key usage out
/// @param signature JCA's name of the signature algorithm; empty for the usual one of the issuer
/// @param opens the content ciphers that its owner's program opens (RFC 4262); none leaves the
///   extension out
public record CertificateRequest(
        String commonName,
        List<GeneralName> names,
        int usage,
        List<KeyPurposeId> purposes,
        Validity validity,
        KeyKind kind,
        String signature,
        List<ASN1ObjectIdentifier> opens) {
    public CertificateRequest {
        names = List.copyOf(names);
        purposes = List.copyOf(purposes);
        opens = List.copyOf(opens);
    }

    /// One that says nothing of what its owner's program opens.
    public CertificateRequest(
            String commonName,
            List<GeneralName> names,
            int usage,
            List<KeyPurposeId> purposes,
            Validity validity,
            KeyKind kind,
            String signature) {
        this(commonName, names, usage, purposes, validity, kind, signature, List.of());
    }

    /// A TLS server's certificate for host names (dNSName) and IP addresses (iPAddress).
    public static CertificateRequest server(KeyKind kind, Validity validity, String... hosts) {
        List<GeneralName> names = Arrays.stream(hosts).map(CertificateRequest::host).toList();
        return new CertificateRequest(
                hosts.length == 0 ? "server" : hosts[0],
                names,
                KeyUsage.digitalSignature | KeyUsage.keyEncipherment,
                List.of(KeyPurposeId.id_kp_serverAuth),
                validity,
                kind,
                "");
    }

    /// A person's S/MIME certificate, to sign and to be encrypted to: RFC 8550 §4.4.2.
    public static CertificateRequest person(KeyKind kind, Validity validity, Address address) {
        return new CertificateRequest(
                address.toString(),
                List.of(new GeneralName(GeneralName.rfc822Name, address.toString())),
                usage(kind),
                List.of(KeyPurposeId.id_kp_emailProtection),
                validity,
                kind,
                "");
    }

    /// An organisation's S/MIME certificate for all of its domains (dNSName). It names no mailbox,
    /// so that none of its people's addresses contradicts it (RFC 8550 §3).
    ///
    /// @param name as people know it
    public static CertificateRequest organisation(
            KeyKind kind, Validity validity, String name, List<Domain> domains) {
        return new CertificateRequest(
                name,
                domains.stream()
                        .map(domain -> new GeneralName(GeneralName.dNSName, domain.name()))
                        .toList(),
                usage(kind),
                List.of(KeyPurposeId.id_kp_emailProtection),
                validity,
                kind,
                "");
    }

    private static int usage(KeyKind kind) {
        return switch (kind) {
            case RSA_1024, RSA_2048, RSA_3072 ->
                    KeyUsage.digitalSignature | KeyUsage.keyEncipherment;
            case P_256, P_384, P_521 -> KeyUsage.digitalSignature | KeyUsage.keyAgreement;
            case ED25519 -> KeyUsage.digitalSignature;
            case X25519 -> KeyUsage.keyAgreement;
            // RFC 9935 §5: nothing else.
            case ML_KEM_768, ML_KEM_1024 -> KeyUsage.keyEncipherment;
        };
    }

    /// The same with other alternative names.
    public CertificateRequest withNames(GeneralName... others) {
        return new CertificateRequest(
                commonName, List.of(others), usage, purposes, validity, kind, signature, opens);
    }

    /// The same with another key usage.
    public CertificateRequest withUsage(int other) {
        return new CertificateRequest(
                commonName, names, other, purposes, validity, kind, signature, opens);
    }

    /// The same with other purposes.
    public CertificateRequest withPurposes(KeyPurposeId... others) {
        return new CertificateRequest(
                commonName, names, usage, List.of(others), validity, kind, signature, opens);
    }

    /// The same, signed by another algorithm.
    public CertificateRequest withSignature(String algorithm) {
        return new CertificateRequest(
                commonName, names, usage, purposes, validity, kind, algorithm, opens);
    }

    /// The same, saying which content ciphers its owner's program opens.
    public CertificateRequest withCiphers(ASN1ObjectIdentifier... ciphers) {
        return new CertificateRequest(
                commonName, names, usage, purposes, validity, kind, signature, List.of(ciphers));
    }

    private static GeneralName host(String host) {
        boolean isAddress = host.contains(":") || host.chars().allMatch(c -> c <= '9');
        return new GeneralName(isAddress ? GeneralName.iPAddress : GeneralName.dNSName, host);
    }
}
