package org.postern.access;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.postern.mail.Address;
import org.postern.store.Database;
import org.postern.vault.LookupHash;

/// The remembered devices in a table of the database. Of what a device carries only hashes are
/// stored. Whoever has its cookie is let in, so the secret changes at each session, and an old one
/// that comes back shows that there are two who have it: then nobody has.
public final class DeviceTable {
    /// How long the secret before the newest is good still: two pages may be opened at once.
    static final Duration GRACE = Duration.ofSeconds(60);

    /// Of one patient; beyond them the one that was not used for the longest time is forgotten.
    static final int DEVICES_MAX = 20;

    private static final int NAME_CHARS_MAX = 60;

    private final Database database;
    private final RandomGenerator random;

    /// Recognising reads, judges and rotates as one step.
    private final Object rotating = new Object();

    /// @param random cryptographically strong
    public DeviceTable(Database database, RandomGenerator random) {
        this.database = database;
        this.random = random;
    }

    /// What a cookie was found to be.
    sealed interface Found {
        /// @param next the secret from now on; empty where another request has just got one
        record Known(Device device, Optional<DeviceSecret> next) implements Found {}

        /// An old secret came back: the device is forgotten now, with its sessions.
        record Stolen(Device device) implements Found {}

        record Unknown() implements Found {}
    }

    private record Row(
            Device device,
            String secretHash,
            Optional<String> formerHash,
            boolean seen,
            Instant rotated) {}

    /// Remembers a device, durable on return.
    DeviceSecret remember(Address patient, String name, Passed passed, Instant now)
            throws IOException {
        DeviceSecret secret = DeviceSecret.next(random);
        String shown = name.substring(0, Math.min(name.length(), NAME_CHARS_MAX));
        database.change(handle -> {
            handle.createUpdate(
                            """
                            INSERT INTO device (id_hash, patient, patient_key, name, secret_hash,
                                seen, rotated, created, used, check_word, checked)
                            VALUES (:id, :patient, :key, :name, :secret,
                                FALSE, :now, :now, :now, :word, :checked)
                            """)
                    .bind("id", handle(secret))
                    .bind("patient", patient.toString())
                    .bind("key", patient.key())
                    .bind("name", shown)
                    .bind("secret", hash(secret))
                    .bind("now", now.toEpochMilli())
                    .bind("word", passed.check().word())
                    .bind("checked", passed.at().toEpochMilli())
                    .execute();
            list(handle, patient).stream()
                    .skip(DEVICES_MAX)
                    .forEach(surplus -> forget(handle, surplus.handle()));
        });
        return secret;
    }

    /// The device of a cookie, without any change: for what only looks.
    Optional<Device> look(DeviceSecret secret, Instant now) throws IOException {
        return database.read(handle -> row(handle, handle(secret)))
                .filter(row -> row.device().isAlive(now) && isGood(row, hash(secret), now))
                .map(Row::device);
    }

    /// Whose device a cookie names, whether its secret is good or not.
    Optional<Address> owner(DeviceSecret secret) throws IOException {
        return database.read(handle -> row(handle, handle(secret)))
                .map(row -> row.device().patient());
    }

    /// Recognises a device at the beginning of a session, and gives it its next secret.
    Found recognise(DeviceSecret secret, Instant now) throws IOException {
        synchronized (rotating) {
            Optional<Row> found = database.read(handle -> row(handle, handle(secret)));
            if (found.isEmpty()) {
                return new Found.Unknown();
            }
            Row row = found.get();
            Device device = row.device();
            if (!device.isAlive(now)) {
                if (database.mayForget()) {
                    database.change(handle -> forget(handle, device.handle()));
                }
                return new Found.Unknown();
            }
            String given = hash(secret);
            if (!isGood(row, given, now)) {
                database.change(handle -> forget(handle, device.handle()));
                return new Found.Stolen(device);
            }
            boolean newest = given.equals(row.secretHash());
            if (!newest && now.isBefore(row.rotated().plus(GRACE))) {
                return new Found.Known(device, Optional.empty());
            }
            DeviceSecret next = secret.rotated(random);
            database.change(handle -> rotate(handle, new Rotation(given, next, now)));
            return new Found.Known(device, Optional.of(next));
        }
    }

    /// The newest secret, or the one before it: for a short time, and as long as nobody showed the
    /// newest one. On a telephone a response gets lost now and then, and a device that never got
    /// its new secret is no thief.
    private static boolean isGood(Row row, String given, Instant now) {
        return given.equals(row.secretHash())
                || (row.formerHash().filter(given::equals).isPresent()
                        && (!row.seen() || now.isBefore(row.rotated().plus(GRACE))));
    }

    /// @param former hash of the secret that was shown
    private record Rotation(String former, DeviceSecret next, Instant now) {}

    private static void rotate(Handle handle, Rotation rotation) {
        handle.createUpdate(
                        """
                        UPDATE device SET secret_hash = :secret, former_hash = :former,
                            seen = FALSE, rotated = :now, used = :now
                        WHERE id_hash = :id
                        """)
                .bind("secret", hash(rotation.next()))
                .bind("former", rotation.former())
                .bind("now", rotation.now().toEpochMilli())
                .bind("id", handle(rotation.next()))
                .execute();
    }

    static void markSeen(Handle handle, String device) {
        handle.createUpdate("UPDATE device SET seen = TRUE WHERE id_hash = :id")
                .bind("id", device)
                .execute();
    }

    /// Notes that a check was passed on a device.
    void notePassed(String device, Passed passed) throws IOException {
        database.change(handle ->
                handle.createUpdate(
                                """
                                UPDATE device SET check_word = :word, checked = :checked
                                WHERE id_hash = :id
                                """)
                        .bind("word", passed.check().word())
                        .bind("checked", passed.at().toEpochMilli())
                        .bind("id", device)
                        .execute());
    }

    /// The devices of a patient, the one used last first.
    public List<Device> of(Address patient, Instant now) throws IOException {
        return database.read(handle -> list(handle, patient)).stream()
                .filter(device -> device.isAlive(now))
                .toList();
    }

    /// Forgets a device of a patient, and ends its sessions; durable on return. Nothing happens if
    /// it is not hers.
    public void forget(Address patient, String device) throws IOException {
        database.change(handle -> {
            boolean hers =
                    list(handle, patient).stream().anyMatch(each -> each.handle().equals(device));
            if (hers) {
                forget(handle, device);
            }
        });
    }

    private static void forget(Handle handle, String device) {
        SessionTable.closeOn(handle, device);
        handle.createUpdate("DELETE FROM device WHERE id_hash = :id").bind("id", device).execute();
    }

    private static List<Device> list(Handle handle, Address patient) {
        return handle.createQuery(
                        """
                        SELECT * FROM device WHERE patient_key = :patient
                        ORDER BY used DESC, created DESC, id_hash
                        """)
                .bind("patient", patient.key())
                .map(DeviceTable::device)
                .list();
    }

    private static Optional<Row> row(Handle handle, String device) {
        return handle.createQuery("SELECT * FROM device WHERE id_hash = :id")
                .bind("id", device)
                .map((row, context) ->
                        new Row(
                                device(row, context),
                                row.getString("secret_hash"),
                                Optional.ofNullable(row.getString("former_hash")),
                                row.getBoolean("seen"),
                                Instant.ofEpochMilli(row.getLong("rotated"))))
                .findOne();
    }

    private static Device device(ResultSet row, StatementContext context) throws SQLException {
        return new Device(
                row.getString("id_hash"),
                Address.of(row.getString("patient")),
                row.getString("name"),
                Instant.ofEpochMilli(row.getLong("created")),
                Instant.ofEpochMilli(row.getLong("used")),
                SessionTable.passed(row));
    }

    private static String handle(DeviceSecret secret) {
        return LookupHash.of("device-id", secret.id());
    }

    private static String hash(DeviceSecret secret) {
        return LookupHash.of("device", secret.secret());
    }
}
