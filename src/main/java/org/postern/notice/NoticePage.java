package org.postern.notice;

/// The HTML around the words of a notice: one card, the clinician's face and name, light and dark.
///
/// Mail programs know little CSS. What must not fail stands in attributes; the style sheet only
/// adds the dark theme and the phone's width.
final class NoticePage {
    private static final String PAGE =
            """
            <!DOCTYPE html>
            <html>
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="supported-color-schemes" content="light dark">
            <title>@CLINIC@</title>
            <style>
            :root { color-scheme: light dark; supported-color-schemes: light dark; }
            .quiet { color: #566069; font-size: 14px; line-height: 1.5; }
            .code { font-size: 32px; letter-spacing: 6px; font-weight: bold; }
            hr { border: 0; border-top: 1px solid #d9dee2; margin: 28px 0; }
            p { margin: 0 0 16px; }
            @media (prefers-color-scheme: dark) {
              .ground { background: #14181b !important; }
              .card { background: #1f252a !important; color: #e9edf0 !important; }
              .quiet { color: #a9b4bc !important; }
              .words a:not(.button) { color: #9cc9ff !important; }
              hr { border-color: #3a444c; }
            }
            </style>
            </head>
            <body class="ground" style="margin:0;padding:0;background:#eef1f3">
            <table role="presentation" class="ground" width="100%" cellpadding="0" cellspacing="0" \
            style="background:#eef1f3"><tr><td align="center" style="padding:24px 12px">
            <table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" \
            style="max-width:480px;background:#ffffff;color:#1d2429;border-radius:12px;\
            border-top:6px solid @COLOUR@;font:17px/1.5 -apple-system,'Segoe UI',Roboto,\
            'Helvetica Neue',Arial,sans-serif">
            <tr><td style="padding:24px 24px 0">@FACE@</td></tr>
            <tr><td class="words" style="padding:20px 24px 24px">
            @WORDS@
            </td></tr>
            </table></td></tr></table>
            </body>
            </html>
            """;

    private static final String FACE =
            """
            <table role="presentation" cellpadding="0" cellspacing="0" dir="@DIR@"><tr>
            <td style="@GAP@"><img src="cid:photo" width="64" height="64" \
            alt="@ALT@" style="display:block;border-radius:32px"></td>
            <td style="font-size:18px"><b>@NAME@</b><br><span class="quiet">@CLINIC@</span></td>
            </tr></table>\
            """;

    private static final String NAME =
            "<div dir=\"@DIR@\"><b style=\"font-size:18px\">@NAME@</b><br>"
                    + "<span class=\"quiet\">@CLINIC@</span></div>";

    private static final String BUTTON =
            "display:inline-block;padding:14px 28px;border-radius:8px;font-weight:bold;"
                    + "background:@COLOUR@;color:#ffffff;text-decoration:none";

    private static final String CLINIC_ONLY =
            "<div dir=\"@DIR@\"><b style=\"font-size:18px\">@CLINIC@</b></div>";

    private NoticePage() {}

    /// @param words HTML, its values escaped
    /// @param direction of the first language
    static String around(String words, String direction, Letterhead from) {
        String face =
                from.clinician().isEmpty() ? CLINIC_ONLY : from.photo().isPresent() ? FACE : NAME;
        String name = NoticeTemplate.escape(from.clinician());
        // The button's look stands in the button: some programs drop the style sheet.
        String shown =
                words.replace("class=\"button\"", "class=\"button\" style=\"" + BUTTON + "\"");
        // Not every mail program knows the inline side of a box.
        String gap = direction.equals("rtl") ? "padding-left:14px" : "padding-right:14px";
        return PAGE.replace("@FACE@", face)
                .replace("@DIR@", direction)
                .replace("@GAP@", gap)
                .replace("@ALT@", name)
                .replace("@CLINIC@", NoticeTemplate.escape(from.clinic()))
                .replace("@NAME@", name)
                .replace("@WORDS@", shown)
                .replace("@COLOUR@", from.colour());
    }
}
