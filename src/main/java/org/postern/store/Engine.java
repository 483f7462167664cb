package org.postern.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/// HSQLDB while it runs in this process, from one opening to its end, with the connections to it.
final class Engine {
    private static final int CONNECTIONS_MAX = 8;
    private static final Duration CONNECTION_WAIT_MAX = Duration.ofSeconds(10);

    private final HikariDataSource pool;
    private final Jdbi jdbi;

    Engine(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(DatabaseFiles.USER);
        config.setPassword("");
        config.setMaximumPoolSize(CONNECTIONS_MAX);
        config.setConnectionTimeout(CONNECTION_WAIT_MAX.toMillis());
        config.setPoolName("database");
        this.pool = new HikariDataSource(config);
        this.jdbi = Jdbi.create(pool);
    }

    DataSource source() {
        return pool;
    }

    <T> T inTransaction(HandleCallback<T, RuntimeException> work) {
        return jdbi.inTransaction(work);
    }

    /// Empties the log into the data file.
    void checkpoint() {
        jdbi.useHandle(handle -> handle.execute("CHECKPOINT"));
    }

    /// Writes all out and ends; idempotent.
    ///
    /// @throws JdbiException if it was not all written
    void shutDown() {
        end("SHUTDOWN");
    }

    /// Ends without writing what is in memory, as a crash would; idempotent.
    void abandon() {
        end("SHUTDOWN IMMEDIATELY");
    }

    private void end(String how) {
        try (pool) {
            if (!pool.isClosed()) {
                try (Handle handle = jdbi.open()) {
                    handle.execute(how);
                }
            }
        }
    }
}
