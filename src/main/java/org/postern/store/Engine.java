package org.postern.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.ColonPrefixSqlParser;
import org.jdbi.v3.core.statement.SqlStatements;

/// HSQLDB while it runs in this process, from one opening to its end, with the connections to it.
final class Engine {
    private static final int CONNECTIONS_MAX = 8;
    private static final Duration CONNECTION_WAIT_MAX = Duration.ofSeconds(10);

    private final HikariDataSource pool;
    private final Jdbi jdbi;

    /// The pool gives a connection to whoever asks in the right moment, and lets others wait for
    /// seconds; here they take turns.
    private final Semaphore turns = new Semaphore(CONNECTIONS_MAX, true);

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
        SqlStatements statements = jdbi.getConfig(SqlStatements.class);
        statements.setTemplateCache(StatementCache.BUILDER);
        statements.setSqlParser(new ColonPrefixSqlParser(StatementCache.BUILDER));
    }

    DataSource source() {
        return pool;
    }

    /// @throws JdbiException if no connection was free in time, or the database failed
    <T> T inTransaction(HandleCallback<T, RuntimeException> work) {
        boolean mine = false;
        try {
            mine = turns.tryAcquire(CONNECTION_WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS);
            if (!mine) {
                throw new ConnectionException(
                        new SQLTransientConnectionException("all connections stayed busy"));
            }
            return jdbi.inTransaction(work);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectionException(e);
        } finally {
            if (mine) {
                turns.release();
            }
        }
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

    /// By a connection of its own, behind the end of the pool: one that the pool opens in the
    /// background would start the database again that was just shut down.
    private void end(String how) {
        if (!pool.isClosed()) {
            pool.close();
            Jdbi.create(pool.getJdbcUrl(), DatabaseFiles.USER, "")
                    .useHandle(handle -> handle.execute(how));
        }
    }
}
