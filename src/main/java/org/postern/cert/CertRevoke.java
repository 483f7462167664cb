package org.postern.cert;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.keyring.IssuedBook;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.keyring.RevokedBook;

/// Revokes what the clinic's own authority has issued, and publishes that at once. From then on
/// nothing is signed with the key; mail that was encrypted to it can still be opened.
final class CertRevoke {
    private final OwnKeys own;
    private final IssuedBook issued;
    private final Acts acts;
    private final InstantSource clock;

    /// @param revoked how many certificates
    record Done(int revoked, List<String> sentences) {}

    CertRevoke(OwnKeys own, IssuedBook issued, Acts acts, InstantSource clock) {
        this.own = own;
        this.issued = issued;
        this.acts = acts;
        this.clock = clock;
    }

    /// @param number of the one that is meant; empty for all that are valid
    Done revoke(Owner owner, Optional<String> number, RevokedBook.Reason reason)
            throws IOException {
        List<String> sentences = new ArrayList<>();
        int revoked = 0;
        int ours = 0;
        Instant now = clock.instant();
        // Without a whole book, and the lists beside it, nothing is begun.
        own.keyring().revoked().lines();
        own.lists().unwritten();
        for (Keyring.Entry entry : all()) {
            boolean meant =
                    entry.owner().equals(owner)
                            && (number.isPresent()
                                    ? number.get().equals(String.valueOf(entry.number()))
                                    : entry.isValidAt(now));
            if (!meant) {
                continue;
            }
            String name = "%s (%d)".formatted(owner.word(), entry.number());
            if (!isOurs(entry)) {
                sentences.add(
                        name + " was issued by another authority; it has to be revoked there.");
                continue;
            }
            ours++;
            Acts.Begun act = acts.begin("certificate revoked", name + ", " + reason.word());
            if (own.keyring().revoked().add(entry, reason, now)) {
                act.done();
                revoked++;
                sentences.add(name + " is revoked: " + reason.word() + ".");
            } else {
                act.undone();
                sentences.add(name + " was revoked before.");
            }
        }
        if (sentences.isEmpty()) {
            sentences.add("There is no such certificate of " + owner.word() + ".");
        }
        if (ours > 0) {
            // Also for one that was revoked before: it may not have been published then.
            for (Path file : own.lists().write()) {
                sentences.add("Published in " + file);
            }
        }
        return new Done(revoked, sentences);
    }

    /// Also those whose keys are with people outside.
    private List<Keyring.Entry> all() throws IOException {
        List<Keyring.Entry> all = new ArrayList<>(own.keyring().entries());
        issued.all().forEach(it -> all.add(it.entry()));
        return all;
    }

    private boolean isOurs(Keyring.Entry entry) throws IOException {
        for (Keyring.Entry each : own.keyring().entries()) {
            if (each.owner() instanceof Owner.Authority
                    && entry.certificate()
                            .getIssuerX500Principal()
                            .equals(each.certificate().getSubjectX500Principal())) {
                return true;
            }
        }
        return false;
    }
}
