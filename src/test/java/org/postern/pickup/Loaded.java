package org.postern.pickup;

import com.microsoft.playwright.Page;
import org.jspecify.annotations.Nullable;
import org.postern.language.Language;

/// A page that was reached, and the same one in another language where its address alone shows it:
/// the answer to a form, and what somebody opened on it, are gone with another load.
final class Loaded {
    /// Every box and control with its state, and none of the words.
    private static final String BOXES =
            """
            () => [...document.querySelectorAll('body *')].map(e => [e.tagName, e.className, e.id,
              e.name, e.hidden, e.open, e.checked, e.checkVisibility(), !!e.value,
              e === document.activeElement].join()).join(' ')
            """;

    private final Page page;
    private @Nullable String method;
    private @Nullable String boxes;

    private Loaded(Page page) {
        this.page = page;
    }

    /// Watches a page from its beginning on.
    static Loaded in(Page page) {
        Loaded loaded = new Loaded(page);
        page.onRequest(request -> {
            if (request.isNavigationRequest() && request.frame().equals(page.mainFrame())) {
                loaded.method = request.method();
            }
        });
        return loaded;
    }

    /// Notes how it stands now.
    void remember() {
        boxes = String.valueOf(page.evaluate(BOXES));
    }

    /// Loads what was remembered in another language.
    ///
    /// @return false if that is another page, or none that can be loaded again
    boolean again(Language language) {
        if (!"GET".equals(method)) {
            return false;
        }
        String[] parts = page.url().split("#", 2);
        String bare = parts[0].replaceFirst("([?&])lang=[^&]*&?", "$1").replaceFirst("[?&]$", "");
        String more = bare.contains("?") ? "&lang=" : "?lang=";
        String place = parts.length > 1 ? "#" + parts[1] : "";
        page.navigate(bare + more + language.tag() + place);
        return String.valueOf(page.evaluate(BOXES)).equals(boxes);
    }
}
