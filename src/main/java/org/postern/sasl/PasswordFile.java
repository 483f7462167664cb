package org.postern.sasl;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.postern.mail.Address;
import org.postern.precis.OpaqueString;
import org.postern.store.KeptFile;
import org.postern.vault.PasswordHash;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The users of the submission listeners, from a text file with one line for each:
///
/// ```
/// # who                    hash                      may also write as
/// alice@clinic.example:$argon2id$v=19$m=…:reception@clinic.example,info@clinic.example
/// ```
///
/// It is read again when it has changed, whole or not at all: a bad edit is logged with file and
/// line, and the users before it stay.
public final class PasswordFile implements Authenticator, Accounts {
    private static final Logger LOG = LoggerFactory.getLogger(PasswordFile.class);

    /// Each check takes tens of megabytes, so that a crowd of guessers must not run side by side.
    private static final int CHECKS_AT_ONCE = 4;

    /// Longer than this nobody waits for a turn; the client is told to come again.
    private static final int TURN_SECONDS_MAX = 20;

    private record User(Account account, String hash) {
        /// A hash is half a secret.
        @Override
        public String toString() {
            return account.address().toString();
        }
    }

    private record Users(Map<String, User> byKey, String hashForStrangers) {}

    private final Semaphore turns = new Semaphore(CHECKS_AT_ONCE, true);
    private final KeptFile<Users> users;

    /// A file that is not there yet lets nobody in; it is read when it comes.
    ///
    /// @throws IOException if the file cannot be read, or with file and line if a line is bad
    public PasswordFile(Path file) throws IOException {
        this.users = new KeptFile<>(file, PasswordFile::read);
    }

    private static Users nobody(Path file) {
        LOG.warn("{} is not there: nobody may submit until `user add` writes it", file);
        return new Users(Map.of(), PasswordHash.dummy());
    }

    @Override
    public Optional<Account> authenticate(String user, char[] secret) throws IOException {
        Users now = users.current();
        Optional<User> known = Address.parse(user).map(address -> now.byKey().get(address.key()));
        String hash = known.map(User::hash).orElse(now.hashForStrangers());
        boolean right = matches(secret, hash);
        return known.filter(found -> right).map(this::loggedIn);
    }

    /// Whoever is taken out of the file, gets another password, or may write as others than before,
    /// is out of sessions as well.
    private Account loggedIn(User user) {
        Account account = user.account();
        String key = account.address().key();
        return new Account(
                account.address(),
                account.sendAs(),
                Means.ORDINARY,
                () -> {
                    User now = users.current().byKey().get(key);
                    return now != null
                            && now.hash().equals(user.hash())
                            && now.account().mayAsMuchAs(account);
                });
    }

    @Override
    public Optional<Account> account(String user) {
        Users now = users.current();
        return Address.parse(user)
                .map(address -> now.byKey().get(address.key()))
                .map(User::account);
    }

    private boolean matches(char[] secret, String hash) throws IOException {
        try {
            if (!turns.tryAcquire(TURN_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IOException("too many passwords to check at once");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted before a password was checked", e);
        }
        try {
            return matchesEither(secret, hash);
        } finally {
            turns.release();
        }
    }

    /// As `user` writes it now, or as the client sent it, which is how it was hashed before secrets
    /// were prepared. Where the two differ both are looked at, also after the first one is right:
    /// the time tells about the secret that was sent, and nothing about the one that is kept.
    private static boolean matchesEither(char[] secret, String hash) {
        Optional<char[]> prepared =
                OpaqueString.prepared(secret).filter(text -> !Arrays.equals(text, secret));
        boolean right = PasswordHash.matches(secret, hash);
        if (prepared.isPresent()) {
            right |= PasswordHash.matches(prepared.get(), hash);
            Arrays.fill(prepared.get(), '\0');
        }
        return right;
    }

    private static Users read(Path file) throws IOException {
        Map<String, User> byKey = new HashMap<>();
        String hashForStrangers = PasswordHash.dummy();
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException _) {
            return nobody(file);
        } catch (MalformedInputException e) {
            throw new IOException(file + " is not UTF-8 text", e);
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String place = file + ":" + (i + 1) + ": ";
            User user = parse(line, place);
            // A real one costs what the others cost, also if they were made with other parameters.
            hashForStrangers = user.hash();
            if (byKey.put(user.account().address().key(), user) != null) {
                throw new IOException(
                        place + user + " stands here twice; remove one of the two lines");
            }
        }
        return new Users(Map.copyOf(byKey), hashForStrangers);
    }

    private static User parse(String line, String place) throws IOException {
        String[] fields = line.split(":", -1);
        if (fields.length < 2 || fields.length > 3) {
            throw new IOException(
                    place
                            + "a line is address:hash or address:hash:address,address;"
                            + " `user add` writes one");
        }
        Address address = address(fields[0], place);
        if (!PasswordHash.isValid(fields[1])) {
            throw new IOException(
                    place + "the second field is not an Argon2id hash; `user add` makes one");
        }
        Set<Address> sendAs = new HashSet<>();
        if (fields.length == 3 && !fields[2].isBlank()) {
            for (String other : fields[2].split(",", -1)) {
                sendAs.add(address(other, place));
            }
        }
        return new User(new Account(address, sendAs), fields[1]);
    }

    private static Address address(String text, String place) throws IOException {
        return Address.parse(text.strip())
                .orElseThrow(() ->
                        new IOException(place + "\"" + text.strip() + "\" is not a mail address"));
    }
}
