package org.postern.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.ColonPrefixSqlParser;
import org.jdbi.v3.core.statement.DefaultStatementBuilder;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementBuilder;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/// HSQLDB while it runs in this process, from one opening to its end, with the connections to it.
final class Engine {
    private static final int CONNECTIONS_MAX = 8;
    private static final Duration CONNECTION_WAIT_MAX = Duration.ofSeconds(10);

    private final HikariDataSource pool;
    private final Jdbi jdbi;

    /// Of each connection.
    private final Map<Connection, KeptStatements> statements = new HashMap<>();

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
        // They lead nowhere but into this process.
        config.setMaxLifetime(0);
        config.setPoolName("database");
        this.pool = new HikariDataSource(config);
        this.jdbi = Jdbi.create(pool);
        jdbi.setStatementBuilderFactory(this::statements);
        SqlStatements settings = jdbi.getConfig(SqlStatements.class);
        settings.setTemplateCache(StatementCache.BUILDER);
        settings.setSqlParser(new ColonPrefixSqlParser(StatementCache.BUILDER));
    }

    private StatementBuilder statements(Connection proxy) {
        Connection connection = unwrapped(proxy);
        synchronized (statements) {
            @Nullable KeptStatements known = statements.get(connection);
            if (known == null) {
                statements.keySet().removeIf(Engine::isClosed);
                known = new KeptStatements(connection);
                statements.put(connection, known);
            }
            return known;
        }
    }

    private static Connection unwrapped(Connection proxy) {
        try {
            return proxy.unwrap(Connection.class);
        } catch (SQLException e) {
            throw new ConnectionException(e);
        }
    }

    private static boolean isClosed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException _) {
            return true;
        }
    }

    /// Prepared statements of one connection, kept from one piece of work to the next: the engine
    /// parses and plans a statement each time that nobody holds it prepared, which takes longer
    /// than most statements themselves. Used by whoever has the connection.
    static final class KeptStatements extends DefaultStatementBuilder {
        /// Of one connection; the one that was not used for longest goes.
        static final int KEPT_MAX = 200;

        private final Connection connection;
        private final LinkedHashMap<String, PreparedStatement> idle = new LinkedHashMap<>();

        /// As the engine was told of each; who closes one knows it by other words.
        private final IdentityHashMap<Statement, String> busy = new IdentityHashMap<>();

        KeptStatements(Connection connection) {
            this.connection = connection;
        }

        /// Who asks for the same while reading what it answered gets another one.
        @Override
        public PreparedStatement create(Connection proxy, String sql, StatementContext context)
                throws SQLException {
            @Nullable PreparedStatement known = idle.remove(sql);
            PreparedStatement statement =
                    known == null ? super.create(connection, sql, context) : known;
            busy.put(statement, sql);
            return statement;
        }

        @Override
        public void close(Connection proxy, String named, Statement statement) throws SQLException {
            @Nullable String sql = busy.remove(statement);
            if (sql == null
                    || !(statement instanceof PreparedStatement prepared)
                    || prepared.isClosed()
                    || idle.containsKey(sql)) {
                super.close(proxy, named, statement);
                return;
            }
            // Lets go of the last result and of what was bound.
            prepared.getMoreResults();
            prepared.clearBatch();
            prepared.clearParameters();
            idle.put(sql, prepared);
            if (idle.size() > KEPT_MAX) {
                idle.pollFirstEntry().getValue().close();
            }
        }
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
