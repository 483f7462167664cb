package org.postern.rotation;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postern.caregiver.CaregiverTable;
import org.postern.check.PatientFile;
import org.postern.recognition.PictureWords;
import org.postern.rewrap.SealedColumn;
import org.postern.rewrap.SealedPlace;
import org.postern.store.Database;
import org.postern.vault.Vault;
import org.postern.writing.Unsent;

/// Every place in which something lies that is sealed under a key-encryption key, by its name for
/// people. Whoever seals something in a new place adds it here; until then `KekCount` finds it, and
/// no old key is retired.
public final class SealedPlaces {
    private SealedPlaces() {}

    /// @param files the places that are folders of files: the queue, and the bodies
    /// @param patients the file of the facts about patients
    public static Map<String, SealedPlace> of(
            Map<String, SealedPlace> files, Database database, Vault vault, Path patients) {
        Map<String, SealedPlace> all = new LinkedHashMap<>(files);
        all.put("patients", PatientFile.place(patients, vault));
        all.put("words of patients", PictureWords.place(database, vault));
        all.put("names of caregivers", CaregiverTable.place(database, vault));
        all.put("unsent words", Unsent.place(database, vault));
        all.put(
                "keys of outlines",
                new SealedColumn(database, vault, "imap_outline_key.line", List.of("owner_key")));
        all.put(
                "names of folders",
                new SealedColumn(database, vault, "imap_own_folder.name", List.of("shelf")));
        all.put(
                "names of subscribed folders",
                new SealedColumn(database, vault, "imap_subscription.name", List.of("word")));
        return all;
    }
}
