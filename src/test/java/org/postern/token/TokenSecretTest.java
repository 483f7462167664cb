package org.postern.token;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.security.ProviderException;
import java.security.UnrecoverableKeyException;
import java.util.List;
import javax.security.auth.login.FailedLoginException;
import javax.security.auth.login.LoginException;
import org.junit.jupiter.api.Test;

/// Which failures of a token are about the PIN, as the provider of the JDK hands them on: those
/// alone are not tried again, because tokens lock.
class TokenSecretTest {
    private static Throwable load(Throwable... causes) {
        Throwable outer = new IOException("load failed");
        Throwable at = outer;
        for (Throwable cause : causes) {
            at.initCause(cause);
            at = cause;
        }
        return outer;
    }

    @Test
    void aPinThatIsRefusedIsToldApart() {
        for (Throwable about :
                List.of(
                        load(new UnrecoverableKeyException(), new FailedLoginException()),
                        load(new LoginException(), new ProviderException("CKR_PIN_INCORRECT")),
                        load(new LoginException(), new ProviderException("CKR_PIN_LOCKED")),
                        load(new LoginException(), new ProviderException("CKR_PIN_LEN_RANGE")))) {
            assertTrue(TokenSecret.isAboutPin(about), about::toString);
        }
    }

    @Test
    void whateverElseATokenSaysIsTriedAgain() {
        for (Throwable passing :
                List.of(
                        load(),
                        load(new LoginException(), new ProviderException("CKR_DEVICE_ERROR")),
                        load(new LoginException(), new ProviderException("CKR_DEVICE_REMOVED")),
                        load(new ProviderException("CKR_TOKEN_NOT_PRESENT")),
                        load(new LoginException("no password provided")),
                        load(new LoginException(), new ProviderException("CKR_HOST_MEMORY")))) {
            assertFalse(TokenSecret.isAboutPin(passing), passing::toString);
        }
    }
}
