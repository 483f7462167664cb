package org.postern.device;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.postern.mail.Address;
import org.postern.scram.ScramVerifier;
import org.postern.store.Database;
import org.postern.store.Disk;
import org.postern.vault.LookupHash;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The passwords of devices, in a table of the database. Each is random, is shown once, and is kept
/// as a hash by which it is found, with what SCRAM needs of it as it is shown. Where the database
/// is lost they are, and people make new ones. Where it goes back to an older state, those that
/// were taken back since stay so.
///
/// One has the form `app-xxxx-xxxx-xxxx-xxxx-xxxx-xxxx`: 120 random bits in letters and digits that
/// are not mistaken for one another. Whatever has this form is looked up here and asked of nobody
/// else, so that a device whose password was taken back locks nobody out at the clinic's own
/// server.
public final class AppPasswords {
    /// The name of the file of those that were taken back.
    public static final String REVOKED = "app-passwords.revoked";

    private static final Logger LOG = LoggerFactory.getLogger(AppPasswords.class);

    /// Of one person, at the same time.
    public static final int PERSON_MAX = 20;

    public static final int LABEL_CHARACTERS_MAX = 60;

    private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
    private static final int GROUPS = 6;
    private static final int GROUP_CHARACTERS = 4;
    private static final int ID_CHARACTERS = 8;
    private static final String PREFIX = "app";
    private static final Pattern FORM =
            Pattern.compile(PREFIX + "[" + ALPHABET + "]{" + GROUPS * GROUP_CHARACTERS + "}");

    /// The hyphens of Unicode besides our own: HYPHEN and NON-BREAKING HYPHEN.
    private static final Pattern PARTING = Pattern.compile("[-\\u2010\\u2011\\p{Zs}]");

    /// As long as one may be that is written with blanks or hyphens.
    private static final int WRITTEN_CHARACTERS_MAX = 60;

    private static final String HASH_LABEL = "app-password";

    private final Database database;
    private final RandomGenerator random;
    private final InstantSource clock;
    private final RevokedIds revoked;
    private final byte[] saltSecret;

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    private AppPasswords(
            Database database,
            RevokedIds revoked,
            byte[] saltSecret,
            RandomGenerator random,
            InstantSource clock) {
        this.saltSecret = saltSecret;
        this.database = database;
        this.revoked = revoked;
        this.random = random;
        this.clock = clock;
    }

    /// The file of those that were taken back, and where it is.
    public record Revoked(Disk disk, Path file) {}

    /// @param taken a file that lies apart from the database and its backups
    /// @param random cryptographically strong
    /// @throws IOException if the file cannot be read, or one of the two not be written
    public static AppPasswords open(
            Database database, Revoked taken, RandomGenerator random, InstantSource clock)
            throws IOException {
        RevokedIds revoked = RevokedIds.open(taken.disk(), taken.file());
        byte[] saltSecret = ScramRows.saltSecret(database, random);
        AppPasswords passwords = new AppPasswords(database, revoked, saltSecret, random, clock);
        List<AppPassword> back =
                passwords.all().stream().filter(it -> revoked.has(it.id())).toList();
        if (!back.isEmpty()) {
            LOG.warn("{} app passwords had come back with an older database", back.size());
            database.write(handle -> delete(handle, back));
        }
        return passwords;
    }

    /// One that was made just now.
    ///
    /// @param secret to be shown once
    public record Made(AppPassword password, String secret) {
        /// Without the secret.
        @Override
        public String toString() {
            return "Made[" + password.id() + "]";
        }
    }

    /// Makes one; durable on return.
    ///
    /// @param label at most `LABEL_CHARACTERS_MAX` characters
    /// @return empty if the owner has as many as there may be
    public Optional<Made> make(Address owner, String label) throws IOException {
        StringBuilder secret = new StringBuilder(PREFIX);
        for (int i = 0; i < GROUPS; i++) {
            secret.append('-').append(letters(GROUP_CHARACTERS));
        }
        String written = secret.toString();
        String hash = LookupHash.of(HASH_LABEL, written.replace("-", ""));
        ScramVerifier verifier = ScramVerifier.of(written, salt(owner.key()));
        AppPassword password =
                new AppPassword(nextId(), owner, label, true, today(), Optional.empty());
        boolean made =
                database.write(handle -> {
                    boolean room = of(handle, owner).size() < PERSON_MAX;
                    if (room) {
                        insert(handle, password, hash);
                        ScramRows.keep(handle, password, verifier);
                    }
                    return room;
                });
        return made ? Optional.of(new Made(password, written)) : Optional.empty();
    }

    private static void insert(Handle handle, AppPassword password, String hash) {
        handle.createUpdate(
                        """
                        INSERT INTO app_password (app_password_id, owner, owner_key, label,
                            secret_hash, created)
                        VALUES (:id, :owner, :key, :label, :hash, :created)
                        """)
                .bind("id", password.id())
                .bind("owner", password.owner().toString())
                .bind("key", password.owner().key())
                .bind("label", password.label())
                .bind("hash", hash)
                .bind("created", password.created().toEpochDay())
                .execute();
    }

    private String nextId() {
        String id;
        do {
            id = letters(ID_CHARACTERS);
        } while (revoked.has(id));
        return id;
    }

    private String letters(int count) {
        StringBuilder letters = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            letters.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return letters.toString();
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    /// Those of a person, the oldest first.
    public List<AppPassword> of(Address owner) throws IOException {
        return database.read(handle -> of(handle, owner));
    }

    /// Those of everybody, by address.
    public List<AppPassword> all() throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                """
                                SELECT * FROM app_password
                                ORDER BY owner_key, created, app_password_id
                                """)
                        .map((row, _) -> password(row))
                        .list());
    }

    private static List<AppPassword> of(Handle handle, Address owner) {
        return handle.createQuery(
                        """
                        SELECT * FROM app_password WHERE owner_key = :key
                        ORDER BY created, app_password_id
                        """)
                .bind("key", owner.key())
                .map((row, _) -> password(row))
                .list();
    }

    static AppPassword password(ResultSet row) throws SQLException {
        long used = row.getLong("used");
        Optional<LocalDate> last =
                row.wasNull() ? Optional.empty() : Optional.of(LocalDate.ofEpochDay(used));
        return new AppPassword(
                row.getString("app_password_id"),
                Address.of(row.getString("owner")),
                row.getString("label"),
                ScramRows.isThere(row),
                LocalDate.ofEpochDay(row.getLong("created")),
                last);
    }

    /// Takes passwords of a person back; durable on return. Nobody logs in with them any more, and
    /// sessions that were begun with them are over at their next command. They are noted apart from
    /// the database first, so that none comes back with an older state of it.
    ///
    /// @param id of one of them; empty for all
    /// @return which were there
    public List<AppPassword> revoke(Address owner, Optional<String> id) throws IOException {
        List<AppPassword> found =
                of(owner).stream().filter(it -> id.isEmpty() || it.id().equals(id.get())).toList();
        if (found.isEmpty()) {
            return found;
        }
        revoked.add(found.stream().map(AppPassword::id).toList());
        listeners.forEach(Runnable::run);
        return database.write(handle -> delete(handle, found));
    }

    /// @return which were there
    private static List<AppPassword> delete(Handle handle, List<AppPassword> passwords) {
        return passwords.stream()
                .filter(it ->
                        handle.execute(
                                        "DELETE FROM app_password WHERE app_password_id = ?",
                                        it.id())
                                == 1)
                .toList();
    }

    /// @param listener is told after some were taken back
    public void whenRevoked(Runnable listener) {
        listeners.add(listener);
    }

    /// Whether one that was found is still good.
    boolean isGood(AppPassword password) {
        return !revoked.has(password.id());
    }

    /// A secret as it is hashed; what parts its groups and capital letters do not count. Text that
    /// is pasted out of a letter or a page may have blanks and hyphens there at which no line ends.
    ///
    /// @return empty if it has not the form of an app password
    static Optional<String> form(char[] secret) {
        if (secret.length > WRITTEN_CHARACTERS_MAX) {
            return Optional.empty();
        }
        String joined = PARTING.matcher(new String(secret)).replaceAll("");
        String plain = joined.toLowerCase(Locale.ROOT);
        return FORM.matcher(plain).matches() ? Optional.of(plain) : Optional.empty();
    }

    /// @param form of a secret
    Optional<AppPassword> find(String form) throws IOException {
        String hash = LookupHash.of(HASH_LABEL, form);
        Optional<AppPassword> found =
                database.read(handle ->
                        handle.createQuery("SELECT * FROM app_password WHERE secret_hash = :hash")
                                .bind("hash", hash)
                                .map((row, _) -> password(row))
                                .findOne());
        return found.filter(this::isGood);
    }

    /// The salt of a name, whoever has it: RFC 5802 §2.2.
    byte[] salt(String ownerKey) {
        return ScramVerifier.salt(saltSecret, ownerKey);
    }

    /// Those of a person that were not taken back and can be proved by SCRAM.
    List<ScramRows.Kept> verifiers(String ownerKey) throws IOException {
        return database.read(handle -> ScramRows.of(handle, ownerKey)).stream()
                .filter(each -> isGood(each.password()))
                .toList();
    }

    /// Notes the day of a log-in: one change of the database a day and device.
    void use(AppPassword password) throws IOException {
        LocalDate today = today();
        if (!password.used().equals(Optional.of(today))) {
            database.change(handle ->
                    handle.execute(
                            "UPDATE app_password SET used = ? WHERE app_password_id = ?",
                            today.toEpochDay(),
                            password.id()));
        }
    }
}
