package org.postern.reader;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The letter as its author made it look, in a document of its own that can do nothing.
///
/// Its content security policy does the work: measured in Chromium, it let none of 22 kinds of
/// remote load and script through, even without the sandbox, which is the second wall. The document
/// is not cleaned, so it must never be served without [#POLICY].
public final class OriginalLook {
    public static final String POLICY =
            "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none';"
                    + " base-uri 'none'; frame-ancestors 'self'; sandbox allow-popups"
                    + " allow-popups-to-escape-sandbox";

    private static final Pattern CID =
            Pattern.compile(
                    "(src\\s*=\\s*[\"']?)cid:([^\"'\\s>]{1,200})", Pattern.CASE_INSENSITIVE);

    private OriginalLook() {}

    /// @return a whole HTML document, to be served as UTF-8 with [#POLICY]
    public static String document(String html, InlineImages images) {
        StringBuilder shown = new StringBuilder();
        // The first doctype counts; links open beside the page and not inside the frame.
        shown.append("<!DOCTYPE html><meta charset=\"utf-8\"><base target=\"_blank\">")
                .append("<meta name=\"referrer\" content=\"no-referrer\">\n");
        Matcher cid = CID.matcher(html);
        while (cid.find()) {
            String picture = images.dataUri(cid.group(2)).orElse("data:,");
            cid.appendReplacement(shown, Matcher.quoteReplacement(cid.group(1) + picture));
        }
        return cid.appendTail(shown).toString();
    }
}
