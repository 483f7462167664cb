package org.postern.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Names a browser coarsely, so that a person recognises it and nobody else learns much.
final class Device {
    /// The first word found wins: a Chrome also says Safari, an iPhone also says Mac OS X.
    private static final List<String> SYSTEMS =
            List.of("iPhone", "iPad", "Android", "Windows", "CrOS", "Macintosh", "Linux");

    private static final List<List<String>> BROWSERS =
            List.of(
                    List.of("Edg", "Edge"),
                    List.of("OPR", "Opera"),
                    List.of("SamsungBrowser", "Samsung Internet"),
                    List.of("Firefox", "Firefox"),
                    List.of("FxiOS", "Firefox"),
                    List.of("CriOS", "Chrome"),
                    List.of("Chrome", "Chrome"),
                    List.of("Safari", "Safari"));

    private Device() {}

    static String name(@Nullable String userAgent) {
        if (userAgent == null) {
            return "unknown";
        }
        String system =
                SYSTEMS.stream().filter(userAgent::contains).findFirst().orElse("unknown system");
        String browser =
                BROWSERS.stream()
                        .filter(known -> userAgent.contains(known.getFirst()))
                        .map(List::getLast)
                        .findFirst()
                        .orElse("unknown browser");
        return system.replace("Macintosh", "Mac") + ", " + browser;
    }
}
