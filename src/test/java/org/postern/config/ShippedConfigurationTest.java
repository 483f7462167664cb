package org.postern.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.mail.Domain;
import org.postern.testkit.Accepted;

/// The folder that is shipped is the one a new clinic begins with.
class ShippedConfigurationTest {
    private static final Path SHIPPED = Path.of("policy-config");

    @Test
    void itIsFreeOfErrors() {
        assertEquals(List.of(), Configuration.load(SHIPPED).problems());
    }

    @Test
    void itSaysWhatTheReadmePromises() {
        Configuration shipped = Accepted.value(Configuration.load(SHIPPED));
        Set<Domain> own = Set.of(new Domain("mapleclinic.example"));
        assertEquals(own, shipped.gateway().site().domains());
        assertEquals(Path.of("data").toAbsolutePath(), shipped.gateway().storage().data());
        assertEquals(5, shipped.policy().rules().size());
    }
}
