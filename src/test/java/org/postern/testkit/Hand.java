package org.postern.testkit;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;

/// A hand on a phone that counts what it does: taps, and keys of the screen's keyboard. It can do
/// nothing else, so whatever a flow reached, it reached by these.
public final class Hand {
    private final Page page;
    private int taps;
    private int keys;

    /// @param page on a screen that can be touched
    public Hand(Page page) {
        this.page = page;
    }

    /// Touches what has this look, which must be on the screen and uncovered.
    public void tap(String selector) {
        tap(page.locator(selector).first());
    }

    public void tap(Locator target) {
        taps++;
        target.tap();
    }

    /// Touches what leads to another page, and waits for that.
    public void follow(String selector) {
        PatientBrowser.follow(page, () -> tap(selector));
    }

    /// Types into the field that has the focus; before one has it, nobody sees a cursor.
    public void type(String text) {
        page.locator("input:focus, textarea:focus").waitFor();
        keys += text.length();
        page.keyboard().type(text);
    }

    public int taps() {
        return taps;
    }

    public int keys() {
        return keys;
    }
}
