package org.postern.incoming;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.mail.Address;
import org.postern.pki.CertificateAddresses;
import org.postern.pki.Identity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The keys by which one of the clinic's people reads mail, and nobody else does (C04).
record ReaderKeys(Keyring keyring) {
    private static final Logger LOG = LoggerFactory.getLogger(ReaderKeys.class);

    /// Keys of one reader.
    ///
    /// @param unreadable how many more there are whose files cannot be opened now
    record Found(List<Identity> readable, int unreadable) {}

    /// All of them, older ones as well. One that cannot be opened is in the way of nobody else, and
    /// not even of her other keys.
    Found of(Address reader) throws IOException {
        List<Identity> identities = new ArrayList<>();
        int unreadable = 0;
        for (Keyring.Entry entry : entriesOf(reader)) {
            try {
                identities.add(keyring.identity(entry));
            } catch (IOException e) {
                LOG.error(
                        "a key for S/MIME of {} cannot be read: {}",
                        entry.owner().word(),
                        e.getMessage());
                unreadable++;
            }
        }
        return new Found(identities, unreadable);
    }

    boolean areAny(Address reader) throws IOException {
        return !entriesOf(reader).isEmpty();
    }

    /// Hers, and those of the clinic as a whole: what a partner encrypts to the domain is for
    /// everybody in it.
    private List<Keyring.Entry> entriesOf(Address reader) throws IOException {
        return keyring.entries().stream()
                .filter(entry ->
                        switch (entry.owner()) {
                            case Owner.Person(Address address) ->
                                    address.key().equals(reader.key());
                            case Owner.Organisation() ->
                                    CertificateAddresses.domains(entry.certificate())
                                            .contains(reader.domain());
                            case Owner.Authority() -> false;
                        })
                .toList();
    }
}
