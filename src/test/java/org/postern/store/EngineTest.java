package org.postern.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.result.ResultIterable;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Statements stay prepared from one transaction to the next, and nothing else of them stays.
class EngineTest {
    private static final String KNOWN = "SELECT name FROM kept WHERE name <= :last ORDER BY name";

    private Connection real;
    private Jdbi jdbi;
    private int prepared;

    @BeforeEach
    void open() throws SQLException {
        real = DriverManager.getConnection("jdbc:hsqldb:mem:engine", "SA", "");
        Connection counting =
                (Connection)
                        Proxy.newProxyInstance(
                                Connection.class.getClassLoader(),
                                new Class<?>[] {Connection.class},
                                (_, method, arguments) -> {
                                    if (method.getName().equals("close")) {
                                        return null;
                                    }
                                    if (method.getName().equals("prepareStatement")) {
                                        prepared++;
                                    }
                                    try {
                                        return method.invoke(real, arguments);
                                    } catch (InvocationTargetException e) {
                                        throw e.getCause();
                                    }
                                });
        jdbi = Jdbi.create(() -> counting);
        Engine.KeptStatements kept = new Engine.KeptStatements(counting);
        jdbi.setStatementBuilderFactory(_ -> kept);
        jdbi.useHandle(handle -> {
            handle.execute("CREATE TABLE kept (name VARCHAR(10), number BIGINT)");
            batch(handle, Map.of("a", "1", "b", "1", "c", "1"));
        });
        prepared = 0;
    }

    @AfterEach
    void close() throws SQLException {
        real.createStatement().execute("SHUTDOWN");
    }

    private static ResultIterable<String> names(Handle handle, String last) {
        return handle.createQuery(KNOWN).bind("last", last).mapTo(String.class);
    }

    /// @param rows numbers by their names
    private static void batch(Handle handle, Map<String, String> rows) {
        PreparedBatch batch =
                handle.prepareBatch("INSERT INTO kept VALUES (:name, CAST(:number AS BIGINT))");
        rows.forEach((name, number) -> batch.bind("name", name).bind("number", number).add());
        batch.execute();
    }

    @Test
    void aStatementIsPreparedOnce() {
        for (int round = 0; round < 3; round++) {
            assertEquals(List.of("a", "b"), jdbi.withHandle(it -> names(it, "b").list()));
            jdbi.useHandle(it -> it.execute("UPDATE kept SET number = ? WHERE name = ?", 2, "a"));
        }
        assertEquals(2, prepared);
    }

    @Test
    void oneThatIsReadIsAnotherOne() {
        for (int round = 0; round < 3; round++) {
            assertEquals(
                    List.of("a[a, b, c]", "b[a, b, c]"),
                    jdbi.withHandle(it ->
                            names(it, "b").stream()
                                    .map(each -> each + names(it, "c").list())
                                    .toList()));
        }
        // The inner one is kept, and the outer one is prepared in each round.
        assertEquals(4, prepared);
    }

    @Test
    void nothingOfABatchThatFailedStays() {
        for (int round = 0; round < 3; round++) {
            assertThrows(
                    JdbiException.class,
                    () -> jdbi.useTransaction(it -> batch(it, Map.of("d", "no number"))));
            jdbi.useTransaction(it -> batch(it, Map.of("e", "1")));
            assertEquals(List.of("a", "b", "c", "e"), jdbi.withHandle(it -> names(it, "z").list()));
            jdbi.useHandle(it -> it.execute("DELETE FROM kept WHERE name = 'e'"));
        }
        // The batch itself was prepared before all this.
        assertEquals(2, prepared);
    }

    @Test
    void ofManyTheOldestGoes() {
        for (int i = 0; i <= Engine.KeptStatements.KEPT_MAX; i++) {
            String sql = "SELECT COUNT(*) FROM kept WHERE number <> " + i;
            jdbi.useHandle(it -> it.createQuery(sql).mapTo(Integer.class).one());
        }
        int before = prepared;
        jdbi.useHandle(it -> names(it, "b").list());
        assertEquals(before + 1, prepared);
    }
}
