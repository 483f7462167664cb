package org.postern.testkit;

import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;

/// What is wrong with a page as it is drawn now: text or boxes that run over an edge, targets too
/// small for a finger, and what axe-core finds. An empty list is a sound page.
public final class Soundness {
    /// Links and buttons smaller than 44 pixels, those inside a letter's text aside.
    private static final String SMALL_TARGETS =
            """
            () => [...document.querySelectorAll('a, button, input, textarea, summary, .choice')]
              .filter(e => !e.closest('.words p, .skip') && !e.classList.contains('skip')
                && !['hidden', 'radio', 'checkbox'].includes(e.type) && e.checkVisibility())
              .filter(e => e.getBoundingClientRect().height < 44)
              .map(e => e.outerHTML.slice(0, 120))
            """;

    /// Text that does not fit into its box, where the box hides it.
    private static final String CUT_OFF =
            """
            () => [...document.querySelectorAll('main *, header *, footer *')]
              .filter(e => e.checkVisibility() && !e.classList.contains('unseen')
                && getComputedStyle(e).overflowX === 'hidden' && e.tagName !== 'INPUT'
                && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))
              .map(e => e.outerHTML.slice(0, 120))
            """;

    private static final String WIDER_THAN_SCREEN =
            "() => document.documentElement.scrollWidth - window.innerWidth";

    private Soundness() {}

    /// Whether all fits its width and its boxes.
    ///
    /// @param where what a finding begins with
    public static List<String> fit(Page page, String where) {
        List<String> findings = new ArrayList<>();
        int over = ((Number) page.evaluate(WIDER_THAN_SCREEN)).intValue();
        if (over > 0) {
            findings.add(where + ": " + over + " pixels too wide");
        }
        for (Object cut : (List<?>) page.evaluate(CUT_OFF)) {
            findings.add(where + ": cut off: " + cut);
        }
        return findings;
    }

    /// The same, and whether a finger can hit everything.
    public static List<String> measured(Page page, String where) {
        List<String> findings = new ArrayList<>(fit(page, where));
        for (Object small : (List<?>) page.evaluate(SMALL_TARGETS)) {
            findings.add(where + ": too small: " + small);
        }
        return findings;
    }

    /// The same, and all that axe-core finds.
    public static List<String> whole(Page page, String where) {
        List<String> findings = new ArrayList<>(measured(page, where));
        Axe.findings(page).forEach(finding -> findings.add(where + ": " + finding));
        return findings;
    }

    /// What fits, what a finger can hit, and what axe-core finds of colours alone: for a second
    /// theme of a page that was looked at as a whole.
    public static List<String> coloured(Page page, String where) {
        List<String> findings = new ArrayList<>(measured(page, where));
        Axe.colours(page).forEach(finding -> findings.add(where + ": " + finding));
        return findings;
    }
}
