package org.postern.store;

import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.cache.JdbiCache;
import org.jdbi.v3.core.cache.JdbiCacheBuilder;
import org.jdbi.v3.core.cache.JdbiCacheLoader;

/// What Jdbi has made of the statements in this program. There are some dozens of them, all of them
/// constants, so none is ever thrown out; and a statement that is known is found without a lock,
/// for which many virtual threads would queue up.
///
/// @param <K> what a statement is found by
/// @param <V> what was made of it
final class StatementCache<K, V> implements JdbiCache<K, V> {
    static final JdbiCacheBuilder BUILDER = new Builder();

    private final ConcurrentHashMap<K, V> known = new ConcurrentHashMap<>();
    private final JdbiCacheLoader<K, V> loader;

    private StatementCache(JdbiCacheLoader<K, V> loader) {
        this.loader = loader;
    }

    @Override
    public V get(K key) {
        return getWithLoader(key, loader);
    }

    @Override
    public V getWithLoader(K key, JdbiCacheLoader<K, V> otherwise) {
        V value = known.get(key);
        return value == null ? known.computeIfAbsent(key, otherwise::create) : value;
    }

    /// Nothing is counted.
    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // by the interface
    public <T> T getStats() {
        return (T) Integer.valueOf(known.size());
    }

    private static final class Builder implements JdbiCacheBuilder {
        @Override
        public <K, V> JdbiCache<K, V> build() {
            return new StatementCache<>(_ -> {
                throw new IllegalStateException("a cache that was not told what to make");
            });
        }

        @Override
        public <K, V> JdbiCache<K, V> buildWithLoader(JdbiCacheLoader<K, V> loader) {
            return new StatementCache<>(loader);
        }

        @Override
        public JdbiCacheBuilder maxSize(int size) {
            return this;
        }
    }
}
