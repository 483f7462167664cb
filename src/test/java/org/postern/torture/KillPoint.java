package org.postern.torture;

import static org.postern.torture.HaltRule.When.AFTER;
import static org.postern.torture.HaltRule.When.BEFORE;
import static org.postern.torture.HaltRule.When.HALFWAY;

import java.util.List;
import org.postern.torture.Reach.Absent;
import org.postern.torture.Reach.Elsewhere;
import org.postern.torture.Reach.Io;
import org.postern.torture.Reach.Peer;
import org.postern.torture.Reach.Recovery;
import org.postern.torture.Reach.Reload;

/// The points at which the process may end, each with its meaning and the ways to reach it. A large
/// message goes into a file at once, a small one into the journal, so that some points exist twice.
enum KillPoint {
    K01("half of the body received", new Peer(Moment.HALF_SENT, Kind.COLLEAGUE)),
    K02("final dot received", new Peer(Moment.DOT_SENT, Kind.COLLEAGUE)),
    K03(
            "file or journal partly written",
            new Io(Kind.LARGE, HALFWAY, "write spool/tmp/ID"),
            new Io(Kind.COLLEAGUE, HALFWAY, "write spool/journal/# M")),
    K04(
            "all written, before the sync",
            new Io(Kind.LARGE, BEFORE, "sync spool/tmp/ID"),
            new Io(Kind.PARTNER, BEFORE, "sync spool/journal/# M")),
    K05("synced, before the rename", new Io(Kind.LARGE, BEFORE, "rename spool/tmp/ID")),
    K06("renamed, before the names are synced", new Io(Kind.LARGE, BEFORE, "sync spool", 1, 2)),
    K07(
            "durable, before the 250 is written",
            new Io(Kind.LARGE, AFTER, "sync spool", 1, 2),
            new Io(Kind.COLLEAGUE, AFTER, "sync spool/journal/# M")),
    K08("250 written, not read", new Peer(Moment.REPLY_UNREAD, Kind.COLLEAGUE)),
    K09(
            "policy has decided, nothing is recorded",
            new Io(Kind.COLLEAGUE, BEFORE, "write audit/#.jsonl", 1, 2)),
    K10(
            "decision recorded, nothing encrypted yet",
            new Io(Kind.PARTNER, AFTER, "sync spool/journal/# M")),
    K11("half of the encrypted message written", new Peer(Moment.HALF_ENCRYPTED, Kind.PARTNER)),
    K12("encrypted copy synced", new Absent("an encrypted copy is never stored")),
    K13("working copy not yet deleted", new Absent("there is no working copy in clear")),
    K14(
            "next hop chosen and connected",
            new Peer(Moment.CONNECTED, Kind.COLLEAGUE, 1),
            new Peer(Moment.CONNECTED, Kind.PARTNER, 1),
            new Peer(Moment.CONNECTED, Kind.PROVED, 1)),
    K15("MAIL answered", new Peer(Moment.MAIL_TAKEN, Kind.PROVED)),
    K16("RCPT partly answered", new Peer(Moment.SECOND_RCPT, Kind.SEVERAL)),
    K17("final dot sent, reply not read", new Peer(Moment.DOT_TAKEN, Kind.PARTNER)),
    K18("remote 250 read, result not recorded", new Peer(Moment.DOT_ANSWERED, Kind.COLLEAGUE)),
    K19(
            "results of some of several recipients recorded",
            new Io(Kind.PROTECTED_SEVERAL, AFTER, "sync spool/ID", 1, 3),
            new Io(Kind.MIXED_REPLIES, HALFWAY, "write spool/ID", 1, 2)),
    K20(
            "all recipients final, before the message is retired",
            new Io(Kind.COLLEAGUE, BEFORE, "write spool/journal/# G"),
            new Io(Kind.LARGE, BEFORE, "delete spool/ID")),
    K21("deleted, before the names are synced", new Io(Kind.LARGE, AFTER, "delete spool/ID")),
    K22(
            "report composed, before it is queued",
            new Io(Kind.FAILING, BEFORE, "write spool/journal/# M", 2, 2)),
    K23(
            "report queued, before the original is closed",
            new Io(Kind.FAILING, AFTER, "sync spool/journal/# M", 2, 2)),
    K24("body written, before the database", new Io(Kind.PATIENT, AFTER, "sync bodies")),
    K25(
            "in the database, before the queue knows",
            new Io(Kind.PATIENT, BEFORE, "write audit/#.jsonl", 2, 4)),
    K26(
            "IMAP, between the two halves",
            new Elsewhere("ImapKillStory, killed at random, and FilingCrashTest")),
    K27(
            "mail for pickup stored, notice not queued; or queued, and nobody knows it",
            new Io(Kind.PATIENT, BEFORE, "write spool/journal/# M", 2, 2),
            new Io(Kind.PATIENT, AFTER, "sync spool/journal/# M", 2, 2)),
    K28(
            "audit entry partly written; written, before the head",
            new Io(Kind.COLLEAGUE, HALFWAY, "write audit/#.jsonl"),
            new Io(Kind.COLLEAGUE, BEFORE, "write audit/head")),
    K29(
            "rotation of the master key",
            new Elsewhere("BodyRewrapCrashTest and SpoolRewrapCrashTest")),
    K30("destruction of a body", new Elsewhere("MailboxForgetCrashTest")),
    K31(
            "policy reloaded, and not audited; and audited",
            new Reload(BEFORE, "write audit/#.jsonl"),
            new Reload(AFTER, "sync audit/#.jsonl")),
    K32(
            "the database writes itself out",
            new Elsewhere("Torture, killed while stopping: its files are not on our disk")),
    K33(
            "inside recovery, twice and three times",
            new Recovery(
                    new Io(Kind.COLLEAGUE, AFTER, "sync spool/journal/# M"),
                    new Io(Kind.COLLEAGUE, HALFWAY, "write spool/tmp/ID"),
                    new Io(Kind.COLLEAGUE, BEFORE, "rename spool/tmp/ID"),
                    new Io(Kind.COLLEAGUE, BEFORE, "delete spool/journal/#")),
            new Recovery(
                    new Io(Kind.COLLEAGUE, AFTER, "sync spool/journal/# R"),
                    new Io(Kind.COLLEAGUE, HALFWAY, "write audit/#.jsonl", 2, 1),
                    new Io(Kind.COLLEAGUE, BEFORE, "write audit/head", 2, 1),
                    new Io(Kind.COLLEAGUE, BEFORE, "delete spool/ID"))),
    K34(
            "a new file of journal or audit begun",
            new Io(Kind.COLLEAGUE, AFTER, "append spool/journal/#", 1, 0),
            new Io(Kind.COLLEAGUE, BEFORE, "sync spool/journal", 1, 0),
            new Elsewhere("AuditFileTest and AuditOnBadDiskTest, with small files"));

    private final String meaning;

    // List.of makes it immutable; its type does not say so.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<Reach> reaches;

    KillPoint(String meaning, Reach... reaches) {
        this.meaning = meaning;
        this.reaches = List.of(reaches);
    }

    String meaning() {
        return meaning;
    }

    List<Reach> reaches() {
        return reaches;
    }
}
