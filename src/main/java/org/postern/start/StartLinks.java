package org.postern.start;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.statement.StatementContext;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.mailbox.PickupToken;
import org.postern.store.Database;
import org.postern.vault.LookupHash;

/// Links by which patients write first, in a table of the database: only the hash of a token is
/// kept. A link sends one message; looking at it changes nothing. If the database is lost, she asks
/// for another.
public final class StartLinks {
    /// Mail may be late, and a message wants to be thought over.
    public static final Duration LIFE = Duration.ofHours(24);

    private final Database database;
    private final RandomGenerator random;

    /// @param random cryptographically strong
    public StartLinks(Database database, RandomGenerator random) {
        this.database = database;
        this.random = random;
    }

    /// @param desk the name of the page it was asked on
    /// @param patient whose mailbox the link went to
    /// @param request names it in the audit
    /// @param sent its message, once it was sent
    record StartLink(String desk, Address patient, QueueId request, Optional<Sent> sent) {}

    /// What was sent with a link.
    ///
    /// @param hash of the token and what was written; empty if an earlier release sent it
    record Sent(Instant at, String hash) {
        /// Whether it was this.
        ///
        /// @param digest of the words and files
        boolean isOf(String token, String digest) {
            return hash.equals(sentHash(token, digest));
        }
    }

    /// Makes a link; durable on return. Old ones are forgotten.
    PickupToken make(StartLink link, Instant now) throws IOException {
        PickupToken token = PickupToken.next(random);
        boolean forgets = database.mayForget();
        database.change(handle -> {
            if (forgets) {
                handle.createUpdate("DELETE FROM start_link WHERE expires <= :now")
                        .bind("now", now.toEpochMilli())
                        .execute();
            }
            handle.createUpdate(
                            """
                            INSERT INTO start_link (token_hash, desk, patient, request, expires)
                            VALUES (:hash, :desk, :patient, :request, :expires)
                            """)
                    .bind("hash", hash(token))
                    .bind("desk", link.desk())
                    .bind("patient", link.patient().toString())
                    .bind("request", link.request().value())
                    .bind("expires", now.plus(LIFE).toEpochMilli())
                    .execute();
        });
        return token;
    }

    /// The link of a token, if it is alive. Unknown and old ones look the same.
    Optional<StartLink> find(String token, Instant now) throws IOException {
        if (!PickupToken.isWellFormed(token)) {
            return Optional.empty();
        }
        String hash = hash(new PickupToken(token));
        return database.read(handle ->
                handle.createQuery(
                                "SELECT * FROM start_link WHERE token_hash = :hash"
                                        + " AND expires > :now")
                        .bind("hash", hash)
                        .bind("now", now.toEpochMilli())
                        .map(StartLinks::row)
                        .findOne());
    }

    /// Notes that the message of a link was sent; the first time counts.
    ///
    /// @param digest of the words and files
    void markSent(String token, String digest, Instant now) throws IOException {
        database.change(handle ->
                handle.createUpdate(
                                "UPDATE start_link SET sent = :now, sent_hash = :sent"
                                        + " WHERE token_hash = :hash AND sent IS NULL")
                        .bind("now", now.toEpochMilli())
                        .bind("sent", sentHash(token, digest))
                        .bind("hash", hash(new PickupToken(token)))
                        .execute());
    }

    private static StartLink row(ResultSet row, StatementContext context) throws SQLException {
        long millis = row.getLong("sent");
        Optional<Instant> at =
                row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
        String what = Objects.requireNonNullElse(row.getString("sent_hash"), "");
        Optional<Sent> sent = at.map(it -> new Sent(it, what));
        return new StartLink(
                row.getString("desk"),
                Address.of(row.getString("patient")),
                new QueueId(row.getString("request")),
                sent);
    }

    private static String sentHash(String token, String digest) {
        return LookupHash.of("start-sent", token + " " + digest);
    }

    private static String hash(PickupToken token) {
        return LookupHash.of("start", token.value());
    }
}
