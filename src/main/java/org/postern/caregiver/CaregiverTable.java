package org.postern.caregiver;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;
import org.postern.check.PatientFile;
import org.postern.mail.Address;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.PickupToken;
import org.postern.rewrap.SealedColumn;
import org.postern.rewrap.SealedPlace;
import org.postern.store.Database;
import org.postern.vault.LookupHash;
import org.postern.vault.SealBrokenException;
import org.postern.vault.SealedText;
import org.postern.vault.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Caregivers and their links, in two tables of the database. Names are sealed, codes and tokens
/// are hashes. A session of a caregiver asks this table at each request: an end is one at the next.
public final class CaregiverTable {
    private static final Logger LOG = LoggerFactory.getLogger(CaregiverTable.class);

    /// At the same time, for one patient.
    public static final int PATIENT_MAX = 5;

    /// Who could not be told of a message is told later, as long as it is new.
    public static final Duration LATE_MAX = Duration.ofDays(3);

    private static final int CODE_DIGITS = 8;
    private static final int CODES = 100_000_000;
    private static final int ID_OCTETS = 16;

    private final Database database;
    private final Vault vault;
    private final RandomGenerator random;

    /// @param random cryptographically strong
    public CaregiverTable(Database database, Vault vault, RandomGenerator random) {
        this.database = database;
        this.vault = vault;
        this.random = random;
    }

    /// What somebody who invites says.
    ///
    /// @param life how long she may read along
    public record Invitation(
            Address patient,
            Address address,
            String name,
            boolean sensitive,
            Caregiver.By by,
            Duration life) {
        /// Without the name.
        @Override
        public String toString() {
            return "Invitation[" + by + "]";
        }
    }

    /// What came of it.
    public sealed interface Invited {
        /// @param code to be told to the caregiver, never mailed; it is kept as a hash only
        record Done(Caregiver caregiver, String code) implements Invited {
            /// Without the code.
            @Override
            public String toString() {
                return "Done[" + caregiver + "]";
            }
        }

        /// The patient has as many as there may be.
        record TooMany() implements Invited {}
    }

    /// Invites; durable on return. Somebody who is there already gets a new code, and her old links
    /// and sessions end.
    public Invited invite(Invitation invitation, Instant now) throws IOException {
        if (!hasRoom(invitation, now)) {
            return new Invited.TooMany();
        }
        byte[] octets = new byte[ID_OCTETS];
        random.nextBytes(octets);
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
        String code = ("%0" + CODE_DIGITS + "d").formatted(random.nextInt(CODES));
        Caregiver caregiver =
                new Caregiver(
                        id,
                        invitation.patient(),
                        invitation.address(),
                        invitation.name(),
                        invitation.sensitive(),
                        invitation.by(),
                        now,
                        now.plus(invitation.life()));
        String hash = PatientFile.hashOfPin(vault, account(caregiver), code);
        String name = SealedText.sealLine(vault, invitation.name(), id);
        boolean forgets = database.mayForget();
        database.change(handle -> {
            end(handle, invitation.patient(), invitation.address(), now);
            forgetOld(handle, now, forgets);
            insert(handle, caregiver, name, hash);
        });
        return new Invited.Done(caregiver, code);
    }

    /// Whether one more may read along for the patient, or this one again.
    public boolean hasRoom(Invitation invitation, Instant now) throws IOException {
        long others =
                of(invitation.patient(), now).stream()
                        .filter(it -> !it.address().key().equals(invitation.address().key()))
                        .count();
        return others < PATIENT_MAX;
    }

    /// Where the sealed names lie, for whoever brings them under another key.
    public static SealedPlace place(Database database, Vault vault) {
        return new SealedColumn(database, vault, "caregiver.name", List.of("caregiver_id"));
    }

    private static void insert(Handle handle, Caregiver caregiver, String name, String hash) {
        handle.createUpdate(
                        """
                        INSERT INTO caregiver (caregiver_id, patient, patient_key, address,
                            address_key, name, code_hash, sensitive, invited, invited_by, ends)
                        VALUES (:id, :patient, :patientKey, :address, :addressKey, :name, :hash,
                            :sensitive, :invited, :by, :ends)
                        """)
                .bind("id", caregiver.id())
                .bind("patient", caregiver.patient().toString())
                .bind("patientKey", caregiver.patient().key())
                .bind("address", caregiver.address().toString())
                .bind("addressKey", caregiver.address().key())
                .bind("name", name)
                .bind("hash", hash)
                .bind("sensitive", caregiver.sensitive())
                .bind("invited", caregiver.invited().toEpochMilli())
                .bind("by", caregiver.by().word())
                .bind("ends", caregiver.ends().toEpochMilli())
                .execute();
    }

    /// All who read along for a patient now, the first invited first.
    public List<Caregiver> of(Address patient, Instant now) throws IOException {
        List<Row> rows =
                database.read(handle ->
                        handle.createQuery(
                                        """
                                        SELECT * FROM caregiver WHERE patient_key = :patient
                                            AND revoked IS NULL AND ends > :now
                                        ORDER BY invited, caregiver_id
                                        """)
                                .bind("patient", patient.key())
                                .bind("now", now.toEpochMilli())
                                .map((row, context) -> row(row))
                                .list());
        List<Caregiver> caregivers = new ArrayList<>();
        for (Row row : rows) {
            caregivers.add(opened(row));
        }
        return caregivers;
    }

    /// Somebody who reads along now; empty if she does not any more.
    public Optional<Caregiver> find(String id, Instant now) throws IOException {
        Optional<Row> row = alive(id, now);
        return row.isEmpty() ? Optional.empty() : Optional.of(opened(row.get()));
    }

    /// The hash of a caregiver's code, for the examiner.
    public Optional<String> codeHash(String id, Instant now) throws IOException {
        return alive(id, now).map(Row::codeHash);
    }

    private Optional<Row> alive(String id, Instant now) throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                """
                                SELECT * FROM caregiver WHERE caregiver_id = :id
                                    AND revoked IS NULL AND ends > :now
                                """)
                        .bind("id", id)
                        .bind("now", now.toEpochMilli())
                        .map((row, context) -> row(row))
                        .findOne());
    }

    /// Ends it for one of a patient's caregivers; durable on return. Nothing happens if she is not
    /// one of hers.
    ///
    /// @return whether there was somebody
    public boolean end(Address patient, Address address, Instant now) throws IOException {
        return database.write(handle -> end(handle, patient, address, now)) > 0;
    }

    /// What is over is not kept: the audit knows of it. A link that was mailed is kept as long as
    /// `untold` looks for whom to mail, for it says who was.
    private static void forgetOld(Handle handle, Instant now, boolean forgets) {
        if (!forgets) {
            return;
        }
        String links =
                "DELETE FROM caregiver_link"
                        + " WHERE expires <= ? OR (expires <= ? AND mailed IS NULL)";
        long at = now.toEpochMilli();
        handle.execute(links, now.minus(LATE_MAX).toEpochMilli(), at);
        handle.execute("DELETE FROM caregiver WHERE revoked <= ? OR ends <= ?", at, at);
    }

    private static int end(Handle handle, Address patient, Address address, Instant now) {
        return handle.createUpdate(
                        """
                        UPDATE caregiver SET revoked = :now WHERE patient_key = :patient
                            AND address_key = :address AND revoked IS NULL
                        """)
                .bind("now", now.toEpochMilli())
                .bind("patient", patient.key())
                .bind("address", address.key())
                .execute();
    }

    // -- links --

    /// @param message what the link was made for
    public record Link(Caregiver caregiver, MessageKey message) {}

    /// Makes a link to a message; durable on return.
    public PickupToken link(Caregiver caregiver, MessageKey message, Instant now, Instant expires)
            throws IOException {
        PickupToken token = PickupToken.next(random);
        boolean forgets = database.mayForget();
        database.change(handle -> {
            forgetOld(handle, now, forgets);
            handle.createUpdate(
                            """
                            INSERT INTO caregiver_link (token_hash, caregiver_id, message_key,
                                expires)
                            VALUES (:hash, :id, :message, :expires)
                            """)
                    .bind("hash", hash(token))
                    .bind("id", caregiver.id())
                    .bind("message", message.value())
                    .bind("expires", expires.toEpochMilli())
                    .execute();
        });
        return token;
    }

    /// Notes that the mail with a link is on disk.
    public void mailed(PickupToken token, Instant now) throws IOException {
        database.change(handle ->
                handle.createUpdate(
                                "UPDATE caregiver_link SET mailed = :now WHERE token_hash = :hash")
                        .bind("now", now.toEpochMilli())
                        .bind("hash", hash(token))
                        .execute());
    }

    /// Whether somebody has a mail about a message.
    public boolean isMailed(String id, MessageKey message) throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                        """
                                        SELECT COUNT(*) FROM caregiver_link WHERE caregiver_id = :id
                                            AND message_key = :message AND mailed IS NOT NULL
                                        """)
                                .bind("id", id)
                                .bind("message", message.value())
                                .mapTo(Long.class)
                                .one()
                        > 0);
    }

    /// Somebody who was invited before a message could be read, and has no mail about it.
    public record Untold(String caregiver, MessageKey message) {}

    /// All of them, of messages that are kept since an instant and whose patients have their
    /// notice. Of some the reason is that they may not read it. A clock that was or is wrong makes
    /// them fewer, never more.
    ///
    /// @param ahead how far the mailbox's own time is ahead of the wall clock
    public List<Untold> untold(Instant since, Instant now, Duration ahead) throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                """
                                SELECT c.caregiver_id, m.message_key FROM caregiver c
                                    JOIN message m ON m.patient_key = c.patient_key
                                WHERE c.revoked IS NULL AND c.ends > :now
                                    AND m.direction = 'TO_PATIENT' AND m.notified = TRUE
                                    AND m.recalled IS NULL
                                    AND GREATEST(LEAST(m.kept - :ahead, :now),
                                        CASE WHEN m.arrived > :now THEN 0 ELSE m.arrived END)
                                        > GREATEST(c.invited, :since)
                                    AND NOT EXISTS (SELECT 1 FROM caregiver_link l
                                        WHERE l.caregiver_id = c.caregiver_id
                                            AND l.message_key = m.message_key
                                            AND l.mailed IS NOT NULL)
                                ORDER BY m.arrived, c.caregiver_id
                                """)
                        .bind("now", now.toEpochMilli())
                        .bind("since", since.toEpochMilli())
                        .bind("ahead", Math.max(0, ahead.toMillis()))
                        .map((row, context) ->
                                new Untold(row.getString(1), new MessageKey(row.getString(2))))
                        .list());
    }

    /// What a link leads to, if it and its caregiver are alive. All others look the same.
    public Optional<Link> link(String token, Instant now) throws IOException {
        if (!PickupToken.isWellFormed(token)) {
            return Optional.empty();
        }
        String hash = hash(new PickupToken(token));
        Optional<String[]> found =
                database.read(handle ->
                        handle.createQuery(
                                        """
                                        SELECT caregiver_id, message_key FROM caregiver_link
                                        WHERE token_hash = :hash AND expires > :now
                                        """)
                                .bind("hash", hash)
                                .bind("now", now.toEpochMilli())
                                .map((row, context) ->
                                        new String[] {row.getString(1), row.getString(2)})
                                .findOne());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Optional<Caregiver> caregiver = find(found.get()[0], now);
        return caregiver.map(it -> new Link(it, new MessageKey(found.get()[1])));
    }

    /// The name under which a caregiver's wrong codes are counted: hers for this patient alone, so
    /// that nobody's tries are mixed with another's.
    public static Address account(Caregiver caregiver) {
        return new Address("caregiver-" + caregiver.id(), caregiver.patient().domain());
    }

    private record Row(
            String id,
            Address patient,
            Address address,
            String name,
            String codeHash,
            boolean sensitive,
            Caregiver.By by,
            Instant invited,
            Instant ends) {}

    private Caregiver opened(Row row) {
        return new Caregiver(
                row.id(),
                row.patient(),
                row.address(),
                name(row),
                row.sensitive(),
                row.by(),
                row.invited(),
                row.ends());
    }

    /// A name that does not open must not keep a patient's notice back; the address stands for it.
    private String name(Row row) {
        try {
            return SealedText.openLine(vault, row.name(), row.id());
        } catch (SealBrokenException e) {
            LOG.error("The name of caregiver {} does not open: {}", row.id(), e.getMessage());
            return row.address().toString();
        }
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                row.getString("caregiver_id"),
                Address.of(row.getString("patient")),
                Address.of(row.getString("address")),
                row.getString("name"),
                row.getString("code_hash"),
                row.getBoolean("sensitive"),
                row.getString("invited_by").equals(Caregiver.By.CLINIC.word())
                        ? Caregiver.By.CLINIC
                        : Caregiver.By.PATIENT,
                Instant.ofEpochMilli(row.getLong("invited")),
                Instant.ofEpochMilli(row.getLong("ends")));
    }

    private static String hash(PickupToken token) {
        return LookupHash.of("caregiver", token.value());
    }
}
