package org.postern.testkit;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Pictures of all screens for people to look at, `-Dgallery=FOLDER`; without it none are taken.
/// The folder's `index.html` shows each screen once in every look.
public final class Gallery {
    private static final String PROPERTY = "gallery";

    private Gallery() {}

    public static boolean isWanted() {
        return !System.getProperty(PROPERTY, "").isEmpty();
    }

    /// Takes the whole page as it is drawn now.
    ///
    /// @param look such as `390-dark-es`
    /// @param screen its name; they are shown in the order of their names
    public static void take(Page page, String look, String screen) throws IOException {
        if (!isWanted()) {
            return;
        }
        Path folder = Path.of(System.getProperty(PROPERTY));
        Files.createDirectories(folder);
        page.screenshot(
                new Page.ScreenshotOptions()
                        .setPath(folder.resolve(screen + "." + look + ".png"))
                        .setFullPage(true));
    }

    /// Writes the page that shows what lies in the folder.
    public static void index() throws IOException {
        if (!isWanted()) {
            return;
        }
        Path folder = Path.of(System.getProperty(PROPERTY));
        Map<String, List<String>> screens = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".png"))
                    .sorted()
                    .forEach(name ->
                            screens.computeIfAbsent(
                                            name.substring(0, name.indexOf('.')),
                                            _ -> new ArrayList<>())
                                    .add(name));
        }
        StringBuilder page = new StringBuilder();
        page.append(
                """
                <!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Gallery</title>
                <style>body { font: 16px sans-serif; margin: 1rem }
                .row { display: flex; gap: 1rem; overflow-x: auto; align-items: start }
                figure { margin: 0 } img { height: 32rem; border: 1px solid #999 }</style>
                <h1>Every screen in every look</h1>
                """);
        screens.forEach((screen, files) -> {
            page.append("<h2 id=\"").append(screen).append("\">").append(screen);
            page.append("</h2><div class=\"row\">\n");
            for (String file : files) {
                String look = file.substring(screen.length() + 1, file.length() - 4);
                page.append("<figure><figcaption>").append(look).append("</figcaption><a href=\"");
                page.append(file).append("\"><img loading=\"lazy\" alt=\"\" src=\"").append(file);
                page.append("\"></a></figure>\n");
            }
            page.append("</div>\n");
        });
        Files.writeString(folder.resolve("index.html"), page.append("</html>\n"));
    }
}
