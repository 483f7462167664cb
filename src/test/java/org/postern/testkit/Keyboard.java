package org.postern.testkit;

import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;

/// Walks through a page by the Tab key alone: every control is reached, in the order in which the
/// page is read, and shows that it has the focus (WCAG 2.1.1, 2.4.3, 2.4.7, 2.4.11).
public final class Keyboard {
    /// All that can be reached, in the order of the document; of a group of radio buttons the
    /// first. Puts the focus before it.
    private static final String BEGIN =
            """
            () => {
              const groups = new Set();
              window.reachable = [...document.querySelectorAll(
                'a[href], button, input, textarea, summary, iframe')].filter(e => {
                  if (e.type === 'hidden' || e.disabled || !e.checkVisibility()) return false;
                  if (e.type !== 'radio') return true;
                  const first = !groups.has(e.name);
                  groups.add(e.name);
                  return first;
                });
              const begin = document.createElement('span');
              begin.tabIndex = -1;
              document.body.prepend(begin);
              begin.focus();
              begin.remove();
              return window.reachable.length;
            }
            """;

    /// What has the focus: its place in the order, whether that shows, whether it is covered.
    private static final String STEP =
            """
            async () => {
              // What a page does about a focus that went elsewhere comes a moment later.
              await new Promise(done => requestAnimationFrame(() => setTimeout(done, 20)));
              const e = document.activeElement, box = e.getBoundingClientRect();
              const style = getComputedStyle(e);
              const x = box.left + Math.min(box.width / 2, 20);
              const y = box.top + Math.min(box.height / 2, 20);
              const top = document.elementFromPoint(x, y);
              return [window.reachable.indexOf(e), e.outerHTML.slice(0, 100),
                box.top + scrollY, box.height,
                style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
                !!top && (top === e || e.contains(top) || top.contains(e))];
            }
            """;

    private record Step(
            int place, String name, double y, double height, boolean marked, boolean uncovered) {
        static Step of(List<?> told) {
            return new Step(
                    ((Number) told.get(0)).intValue(),
                    String.valueOf(told.get(1)),
                    ((Number) told.get(2)).doubleValue(),
                    ((Number) told.get(3)).doubleValue(),
                    (Boolean) told.get(4),
                    (Boolean) told.get(5));
        }
    }

    private Keyboard() {}

    /// What is wrong, one line each.
    public static List<String> findings(Page page) {
        List<String> findings = new ArrayList<>();
        int count = ((Number) page.evaluate(BEGIN)).intValue();
        double before = 0;
        for (int i = 0; i < count; i++) {
            page.keyboard().press("Tab");
            Step step = Step.of((List<?>) page.evaluate(STEP));
            String name = "key Tab " + (i + 1) + ", " + step.name();
            if (step.place() != i) {
                findings.add(name + ": is number " + step.place() + " in reading order");
                return findings;
            }
            if (!step.marked()) {
                findings.add(name + ": does not show the focus");
            }
            if (!step.uncovered()) {
                findings.add(name + ": is covered");
            }
            if (step.y() + step.height() < before) {
                findings.add(name + ": the focus jumps up");
            }
            before = step.y();
        }
        return findings;
    }
}
