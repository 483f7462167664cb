package org.postern.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds the route of a request: paths of fixed and captured segments, matched octet by octet.
///
/// Nothing is decoded or normalised. A segment is made of unreserved characters (RFC 3986 §2.3)
/// alone, so that `%2e`, `;` and empty segments match no route.
public final class Router {
    /// Answers the requests of one path pattern and method.
    @FunctionalInterface
    public interface Route {
        /// @throws BadRequest if the request cannot be served as it stands
        /// @throws IOException if the world failed; the client sees 503 and may try again
        WebResponse answer(WebRequest request) throws IOException;
    }

    private static final int PATH_CHARS_MAX = 200;

    private final List<Entry> entries = new ArrayList<>();

    private record Entry(String method, List<String> segments, String name, Route route) {}

    /// What was found for a path and a method.
    sealed interface Found {
        /// @param name the pattern, which may stand in a log where the path must not
        record Match(String name, Route route, Map<String, String> captured) implements Found {}

        record OtherMethods(Set<String> allowed) implements Found {}

        record Nothing() implements Found {}
    }

    /// GET, and with it HEAD: RFC 9110 §9.3.2.
    ///
    /// @param pattern such as `/m/{token}`
    public Router get(String pattern, Route route) {
        return add("GET", pattern, route);
    }

    public Router post(String pattern, Route route) {
        return add("POST", pattern, route);
    }

    private Router add(String method, String pattern, Route route) {
        entries.add(new Entry(method, segments(pattern), method + " " + pattern, route));
        return this;
    }

    /// Every route as the log names it, such as `GET /m/{token}`, in their order.
    public List<String> names() {
        return entries.stream().map(Entry::name).toList();
    }

    Found find(String method, String path) {
        if (path.length() > PATH_CHARS_MAX || !path.startsWith("/")) {
            return new Found.Nothing();
        }
        String wanted = method.equals("HEAD") ? "GET" : method;
        List<String> given = segments(path);
        Set<String> allowed = new LinkedHashSet<>();
        for (Entry entry : entries) {
            Map<String, String> captured = new HashMap<>();
            if (matches(entry.segments(), given, captured)) {
                if (entry.method().equals(wanted)) {
                    return new Found.Match(entry.name(), entry.route(), Map.copyOf(captured));
                }
                allowed.add(entry.method());
                if (entry.method().equals("GET")) {
                    allowed.add("HEAD");
                }
            }
        }
        return allowed.isEmpty() ? new Found.Nothing() : new Found.OtherMethods(allowed);
    }

    private static List<String> segments(String path) {
        return List.of(path.substring(1).split("/", -1));
    }

    private static boolean matches(
            List<String> pattern, List<String> given, Map<String, String> captured) {
        if (pattern.size() != given.size()) {
            return false;
        }
        for (int i = 0; i < pattern.size(); i++) {
            String expected = pattern.get(i);
            String segment = given.get(i);
            if (expected.startsWith("{")) {
                if (segment.isEmpty() || !isUnreserved(segment)) {
                    return false;
                }
                captured.put(expected.substring(1, expected.length() - 1), segment);
            } else if (!expected.equals(segment)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isUnreserved(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean good =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || "-._~".indexOf(c) >= 0;
            if (!good) {
                return false;
            }
        }
        return true;
    }
}
