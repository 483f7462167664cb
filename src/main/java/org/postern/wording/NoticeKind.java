package org.postern.wording;

import java.util.List;
import java.util.Locale;

/// What a template is for, and so which places, such as `{{clinician}}`, it may name and which one
/// it must. A place that begins with `#`, such as `{{#pin}}`, leaves nothing behind itself and
/// keeps its line only where it holds.
public enum NoticeKind {
    /// A message waits.
    PICKUP(
            "link",
            "clinician clinic host link notme phone typed word #birth-date #code #pin #text"),
    /// A message still waits.
    REMINDER(
            "link",
            "clinician clinic host link notme phone typed word #birth-date #code #pin #text"),
    /// The answer to ordinary mail.
    ANSWER("link", "clinician clinic host link phone typed word #birth-date #code #pin #text"),
    /// The mailed code of one check.
    CODE("code", "clinic code host minutes phone"),
    /// Somebody asked by this address to write to a clinician.
    START("link", "clinician clinic host hours link phone"),
    /// Something waits that somebody may read for a patient.
    CAREGIVER("link", "clinician clinic host hours link phone"),
    /// Something odd happened on the page. `#tries` and the like keep a line only then.
    ALERT("phone", "clinic host phone #tries #stolen #new-device #new-caregiver #ordinary-mail"),

    // To clinicians; their words are not the clinic's to edit.
    RECEIPT("patient", "patient sent when device #commands " + NoticeKind.CHECKS),
    DIGEST("#rows", "#rows"),
    DIGEST_ROW("patient", "patient sent when device #commands " + NoticeKind.CHECKS),
    UNREAD("patient", "patient sent days phone #no-phone #commands"),
    RETURNED("patient", "patient sent phone status #no-phone #commands #address #full #other"),
    ORDINARY("#other", "#other"),
    STRANGER("patient", "patient sent phone id #no-phone #commands"),
    /// Asks somebody to decide about held mail.
    HELD_ASK(
            "id",
            "id sender count link reason until limit #two-people #late-release #late-reject #page"
                    + " #no-page"),
    /// Tells how much held mail waits.
    HELD_DIGEST("#rows", "count ending link until limit #rows #two-people #page #no-page"),
    HELD_ROW("count", "count reason rule more"),
    /// Tells an originator that mail of hers is held.
    HELD("recipients", "id sent recipients reason who until #nobody #late-release #late-reject"),
    /// Tells her that it goes out.
    HELD_DONE("recipients", "id sent recipients by way #late #released"),
    DONE(
            "patient",
            "patient sent until #commands #recalled #extended #expired #reminded #gone"
                    + " #unknown");

    private static final String CHECKS =
            "#birth-date #pin #sms #passkey #device-code #known #code #none";

    /// A subject may be so long.
    public static final int SUBJECT_CHARS_MAX = 150;

    /// And a text, or its HTML.
    public static final int PART_CHARS_MAX = 8 * 1024;

    private final String needed;
    private final String places;

    NoticeKind(String needed, String places) {
        this.needed = needed;
        this.places = places;
    }

    /// Those that go to patients, whose words are the clinic's to edit.
    public static List<NoticeKind> toPatients() {
        return List.of(PICKUP, REMINDER, ANSWER, CODE, START, CAREGIVER, ALERT);
    }

    /// As its files are named.
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The place without which it is of no use.
    public String needed() {
        return needed;
    }

    /// All that it may name.
    public List<String> places() {
        return List.of(places.split(" "));
    }
}
