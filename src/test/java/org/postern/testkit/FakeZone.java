package org.postern.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What the domain name system of a test knows, in the words of a zone file. A name that has
/// anything exists; every other one does not.
public final class FakeZone {
    private final Map<String, List<Entry>> entries = new ConcurrentHashMap<>();
    private final Map<String, Trouble> troubles = new ConcurrentHashMap<>();
    private final Set<String> secure = Collections.synchronizedSet(new HashSet<>());
    private volatile long ttl = 300;

    /// @param type such as `MX`
    /// @param text as a zone file has it, names with their last dot
    record Entry(String type, String text) {}

    /// What goes wrong with a name.
    public enum Trouble {
        /// SERVFAIL, which is also what a validating resolver says to a bogus answer.
        FAILS,
        /// No answer at all.
        SILENT,
        /// NOERROR, no record, and no SOA that would prove it.
        PROVES_NOTHING,
        /// The answer is marked as cut, over TCP as well.
        CUT
    }

    public FakeZone mx(String domain, int preference, String host) {
        return add(domain, "MX", preference + " " + host + ".");
    }

    /// RFC 7505.
    public FakeZone nullMx(String domain) {
        return add(domain, "MX", "0 .");
    }

    /// An IPv4 or IPv6 address.
    public FakeZone address(String host, String address) {
        return add(host, address.indexOf(':') < 0 ? "A" : "AAAA", address);
    }

    public FakeZone txt(String name, String... strings) {
        return add(name, "TXT", '"' + String.join("\" \"", strings) + '"');
    }

    /// @param text such as `3 1 1 00ff`
    public FakeZone tlsa(String name, String text) {
        return add(name, "TLSA", text);
    }

    /// @param text such as `3 0 0 308201…`
    public FakeZone smimea(String name, String text) {
        return add(name, "SMIMEA", text);
    }

    public FakeZone alias(String name, String target) {
        return add(name, "CNAME", target + ".");
    }

    /// The name exists, whatever it has.
    public FakeZone exists(String name) {
        of(name);
        return this;
    }

    private List<Entry> of(String name) {
        return entries.computeIfAbsent(name, _ -> Collections.synchronizedList(new ArrayList<>()));
    }

    /// What the name has vanishes; it does not exist any more.
    public FakeZone forget(String name) {
        entries.remove(name);
        return this;
    }

    /// DNSSEC proves what is said about these names.
    public FakeZone secure(String... names) {
        secure.addAll(List.of(names));
        return this;
    }

    public FakeZone trouble(String name, Trouble trouble) {
        troubles.put(name, trouble);
        return this;
    }

    /// Nothing goes wrong with the name any more.
    public FakeZone mended(String name) {
        troubles.remove(name);
        return this;
    }

    public FakeZone ttl(long seconds) {
        ttl = seconds;
        return this;
    }

    private FakeZone add(String name, String type, String text) {
        of(name).add(new Entry(type, text));
        return this;
    }

    long ttl() {
        return ttl;
    }

    boolean isKnown(String name) {
        return entries.containsKey(name);
    }

    boolean isSecure(String name) {
        return secure.contains(name);
    }

    @org.jspecify.annotations.Nullable
    Trouble trouble(String name) {
        return troubles.get(name);
    }

    List<String> texts(String name, String type) {
        return entries.getOrDefault(name, List.of()).stream()
                .filter(entry -> entry.type().equals(type))
                .map(Entry::text)
                .toList();
    }
}
