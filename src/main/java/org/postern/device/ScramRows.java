package org.postern.device;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;
import org.postern.scram.ScramVerifier;
import org.postern.store.Database;

/// What SCRAM needs of app passwords, beside them in their table, and the secret of which the salts
/// are made. It lies in the same database: where one goes back to an older state the other does.
final class ScramRows {
    private static final int SECRET_OCTETS = 32;

    private ScramRows() {}

    /// One that can be proved by SCRAM.
    record Kept(AppPassword password, ScramVerifier verifier) {}

    /// The one secret there is; made, durably, where there is none yet.
    static byte[] saltSecret(Database database, RandomGenerator random) throws IOException {
        Optional<String> there = database.read(ScramRows::saltSecret);
        if (there.isPresent()) {
            return Base64.getDecoder().decode(there.get());
        }
        byte[] made = new byte[SECRET_OCTETS];
        random.nextBytes(made);
        database.write(handle ->
                handle.execute(
                        "INSERT INTO scram_salt (secret) VALUES (?)",
                        Base64.getEncoder().encodeToString(made)));
        return made;
    }

    private static Optional<String> saltSecret(Handle handle) {
        return handle.createQuery("SELECT secret FROM scram_salt").mapTo(String.class).findOne();
    }

    static void keep(Handle handle, AppPassword password, ScramVerifier verifier) {
        handle.createUpdate(
                        """
                        UPDATE app_password SET stored_key = :stored, server_key = :server
                        WHERE app_password_id = :id
                        """)
                .bind("stored", verifier.storedKey())
                .bind("server", verifier.serverKey())
                .bind("id", password.id())
                .execute();
    }

    static List<Kept> of(Handle handle, String ownerKey) {
        return handle.createQuery(
                        """
                        SELECT * FROM app_password
                        WHERE owner_key = :key AND stored_key IS NOT NULL
                        ORDER BY created, app_password_id
                        """)
                .bind("key", ownerKey)
                .map((row, _) -> new Kept(AppPasswords.password(row), verifier(row)))
                .list();
    }

    private static ScramVerifier verifier(ResultSet row) throws SQLException {
        return new ScramVerifier(row.getString("stored_key"), row.getString("server_key"));
    }

    static boolean isThere(ResultSet row) throws SQLException {
        return row.getString("stored_key") != null;
    }
}
