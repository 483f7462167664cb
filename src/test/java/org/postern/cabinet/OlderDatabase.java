package org.postern.cabinet;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;

/// A database in memory, of which a test says how far it was brought: what a later release makes of
/// the rows of an earlier one.
final class OlderDatabase implements AutoCloseable {
    private final String url;
    private final Connection kept;
    final Statement sql;

    /// @param name no other test's
    /// @param version as which release has it
    OlderDatabase(String name, String version) throws SQLException {
        url = "jdbc:hsqldb:mem:" + name;
        kept = DriverManager.getConnection(url, "SA", "");
        sql = kept.createStatement();
        migrate(version);
    }

    /// Brings it to a later release.
    void migrate(String version) {
        Flyway.configure()
                .loggers("slf4j")
                .dataSource(url, "SA", "")
                .locations("classpath:db/migration")
                .target(version)
                .load()
                .migrate();
    }

    @Override
    public void close() throws SQLException {
        sql.execute("SHUTDOWN");
        kept.close();
    }
}
