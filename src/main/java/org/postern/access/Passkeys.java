package org.postern.access;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.AttestedCredentialDataConverter;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecord;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.AuthenticationRequest;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.RegistrationRequest;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.server.ServerProperty;
import com.webauthn4j.util.exception.WebAuthnException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.postern.http.FormFields;
import org.postern.http.WebRequest;
import org.postern.mail.Address;
import org.postern.store.Database;
import org.postern.vault.LookupHash;
import org.postern.vault.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/// The passkeys of patients (WebAuthn level 3): added by somebody who has shown who she is, and
/// from then on the strongest check, which no copy of our page can ask for. Only public keys are
/// stored. What kind of authenticator it is nobody asks; that it verified its user is required.
public final class Passkeys {
    private static final Logger LOG = LoggerFactory.getLogger(Passkeys.class);

    private static final ObjectMapper JSON = new ObjectMapper();

    /// Of one patient.
    static final int KEYS_MAX = 20;

    private static final int FIELD_CHARS_MAX = 20_000;
    private static final int NAME_CHARS_MAX = 60;

    private static final List<PublicKeyCredentialParameters> ALGORITHMS =
            List.of(
                    new PublicKeyCredentialParameters(
                            PublicKeyCredentialType.PUBLIC_KEY, COSEAlgorithmIdentifier.ES256),
                    new PublicKeyCredentialParameters(
                            PublicKeyCredentialType.PUBLIC_KEY, COSEAlgorithmIdentifier.RS256));

    private final Database database;
    private final Vault vault;
    private final Challenges challenges;
    private final ObjectConverter converter = new ObjectConverter();
    private final AttestedCredentialDataConverter keys =
            new AttestedCredentialDataConverter(converter);
    private final WebAuthnManager webAuthn =
            WebAuthnManager.createNonStrictWebAuthnManager(converter);

    public Passkeys(Database database, Vault vault, Challenges challenges) {
        this.database = database;
        this.vault = vault;
        this.challenges = challenges;
    }

    /// What a browser sends, in base64url as it came.
    ///
    /// @param data the attestation object, or the authenticator data
    /// @param signature empty where a key is added
    /// @param origin of our pages, as browsers write it
    public record Response(
            String id, String clientData, String data, String signature, String origin) {
        /// As the script of the page put it into the form.
        public static Response of(WebRequest request, FormFields form) {
            return new Response(
                    form.text("id"),
                    form.text("client"),
                    form.text("data"),
                    form.text("signature"),
                    request.origin());
        }
    }

    /// One key, as it is listed.
    public record Passkey(String handle, String name, Instant used) {}

    /// A challenge for a browser that wants to add a key for a patient, or to show one.
    public String challenge(Address patient, Instant now) {
        return challenges.next(purpose(patient), now);
    }

    /// Names a patient to her authenticator: stable, and tells nothing.
    public String user(Address patient) {
        return base64(vault.mac("passkey-user", octets(patient.key())));
    }

    /// The names of a patient's keys, for her browser.
    public List<String> credentials(Address patient) throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                "SELECT credential FROM passkey WHERE patient_key = :patient"
                                        + " ORDER BY used DESC, id_hash")
                        .bind("patient", patient.key())
                        .mapTo(String.class)
                        .list());
    }

    public List<Passkey> of(Address patient) throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                "SELECT id_hash, name, used FROM passkey"
                                        + " WHERE patient_key = :patient ORDER BY used DESC")
                        .bind("patient", patient.key())
                        .map((row, _) ->
                                new Passkey(
                                        row.getString(1),
                                        row.getString(2),
                                        Instant.ofEpochMilli(row.getLong(3))))
                        .list());
    }

    /// Adds a key of a patient, durable on return.
    ///
    /// @return false if the response is not right, or no response at all, or she has too many
    public boolean add(Address patient, String name, Response response, Instant now)
            throws IOException {
        Optional<DefaultChallenge> challenge = spent(patient, response, now);
        if (challenge.isEmpty() || of(patient).size() >= KEYS_MAX) {
            return false;
        }
        RegistrationData data;
        try {
            data =
                    webAuthn.verify(
                            new RegistrationRequest(
                                    decoded(response.data()), decoded(response.clientData())),
                            new RegistrationParameters(
                                    server(response, challenge.get()), ALGORITHMS, true, true));
        } catch (WebAuthnException | JacksonException | IllegalArgumentException e) {
            LOG.info("A passkey was not added: {}", e.getClass().getSimpleName());
            return false;
        }
        var attestation = data.getAttestationObject();
        if (attestation == null) {
            return false;
        }
        var authenticator = attestation.getAuthenticatorData();
        AttestedCredentialData key = authenticator.getAttestedCredentialData();
        if (key == null) {
            return false;
        }
        String credential = base64(key.getCredentialId());
        String shown = name.substring(0, Math.min(name.length(), NAME_CHARS_MAX));
        String flags = authenticator.isFlagBE() ? "1 " : "0 ";
        database.change(handle -> {
            delete(handle, hash(credential));
            handle.createUpdate(
                            """
                            INSERT INTO passkey (id_hash, credential, patient, patient_key, name,
                                public_data, uses, created, used)
                            VALUES (:hash, :credential, :patient, :key, :name,
                                :data, :uses, :now, :now)
                            """)
                    .bind("hash", hash(credential))
                    .bind("credential", credential)
                    .bind("patient", patient.toString())
                    .bind("key", patient.key())
                    .bind("name", shown)
                    .bind("data", flags + base64(keys.convert(key)))
                    .bind("uses", authenticator.getSignCount())
                    .bind("now", now.toEpochMilli())
                    .execute();
        });
        return true;
    }

    /// Whether a response shows a key of this patient. Its counter goes forward, or it is refused:
    /// then there are two of it.
    public boolean shows(Address patient, Response response, Instant now) throws IOException {
        Optional<DefaultChallenge> challenge = spent(patient, response, now);
        Optional<CredentialRecord> known = record(patient, response.id());
        if (challenge.isEmpty() || known.isEmpty()) {
            return false;
        }
        try {
            AuthenticationData data =
                    webAuthn.verify(
                            new AuthenticationRequest(
                                    decoded(response.id()),
                                    decoded(response.data()),
                                    decoded(response.clientData()),
                                    decoded(response.signature())),
                            new AuthenticationParameters(
                                    server(response, challenge.get()),
                                    known.get(),
                                    List.of(decoded(response.id())),
                                    true,
                                    true));
            var authenticator = data.getAuthenticatorData();
            if (authenticator == null) {
                return false;
            }
            long uses = authenticator.getSignCount();
            database.change(handle ->
                    handle.createUpdate(
                                    "UPDATE passkey SET uses = :uses, used = :now"
                                            + " WHERE id_hash = :hash")
                            .bind("uses", uses)
                            .bind("now", now.toEpochMilli())
                            .bind("hash", hash(response.id()))
                            .execute());
            return true;
        } catch (WebAuthnException | JacksonException | IllegalArgumentException e) {
            LOG.info("A passkey was refused: {}", e.getClass().getSimpleName());
            return false;
        }
    }

    /// Forgets a key of a patient; nothing happens if it is not hers.
    public void forget(Address patient, String handle) throws IOException {
        database.change(rows ->
                rows.createUpdate(
                                "DELETE FROM passkey WHERE id_hash = :hash"
                                        + " AND patient_key = :patient")
                        .bind("hash", handle)
                        .bind("patient", patient.key())
                        .execute());
    }

    /// The challenge of a response, if it was ours for this patient; it is used up by this.
    private Optional<DefaultChallenge> spent(Address patient, Response response, Instant now) {
        boolean sane =
                List.of(response.id(), response.clientData(), response.data(), response.signature())
                        .stream()
                        .allMatch(field -> field.length() <= FIELD_CHARS_MAX);
        if (!sane) {
            return Optional.empty();
        }
        try {
            String text =
                    JSON.readTree(decoded(response.clientData())).path("challenge").asText("");
            return challenges.spend(purpose(patient), text, now)
                    ? Optional.of(new DefaultChallenge(decoded(text)))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Optional<CredentialRecord> record(Address patient, String credential)
            throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                "SELECT public_data, uses FROM passkey WHERE id_hash = :hash"
                                        + " AND patient_key = :patient")
                        .bind("hash", hash(credential))
                        .bind("patient", patient.key())
                        .map((row, _) -> record(row.getString(1), row.getLong(2)))
                        .findOne());
    }

    private CredentialRecord record(String kept, long uses) {
        boolean movable = kept.startsWith("1");
        AttestedCredentialData key = keys.convert(decoded(kept.substring(2)));
        return new CredentialRecordImpl(
                new NoneAttestationStatement(),
                Boolean.TRUE,
                movable,
                Boolean.FALSE,
                uses,
                key,
                null,
                null,
                null,
                Set.of());
    }

    private static ServerProperty server(Response response, DefaultChallenge challenge) {
        Origin origin = new Origin(response.origin());
        String host = URI.create(response.origin()).getHost();
        return ServerProperty.builder().origin(origin).rpId(host).challenge(challenge).build();
    }

    private static void delete(Handle handle, String hash) {
        handle.createUpdate("DELETE FROM passkey WHERE id_hash = :hash")
                .bind("hash", hash)
                .execute();
    }

    private static String purpose(Address patient) {
        return "passkey of " + patient.key();
    }

    private static String hash(String credential) {
        return LookupHash.of("passkey", credential);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] decoded(String base64) {
        return Base64.getUrlDecoder().decode(base64);
    }

    private static String base64(byte[] octets) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }
}
