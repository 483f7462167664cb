package org.postern.acme;

import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.mail.Address;
import org.postern.net.TlsMaterial;
import org.postern.net.TlsTrust;
import org.postern.pki.KeyKind;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Identifier;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.OrderBuilder;
import org.shredzone.acme4j.PollableResource;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.RenewalInfo;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.TlsAlpn01Challenge;
import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.exception.AcmeUserActionRequiredException;

/// An authority that speaks ACME (RFC 8555), asked by acme4j. The host is proved by TLS-ALPN-01
/// (RFC 8737): on the very port on which the pages are, so that no listener in clear is needed.
public final class AcmeAuthority implements Authority {
    /// Of each question.
    private static final Duration ANSWER_MAX = Duration.ofSeconds(20);

    /// From the moment at which the authority may look at the proof, and for the certificate.
    private static final Duration STEP_MAX = Duration.ofMinutes(2);

    private static final Set<Status> ENDS = EnumSet.of(Status.VALID, Status.INVALID);

    private final Terms terms;
    private final AcmeFolder folder;
    private final SecureRandom random;

    /// Whom is asked, and by whom. That there are such terms means that the clinic agreed to those
    /// of the authority.
    ///
    /// @param contact whom the authority may write to
    /// @param trust who vouches for the directory's own server
    public record Terms(URI directory, Address contact, TlsTrust trust) {}

    /// @param folder with the key of the account, and the name of the host
    public AcmeAuthority(Terms terms, AcmeFolder folder, SecureRandom random) {
        this.terms = terms;
        this.folder = folder;
        this.random = random;
    }

    @Override
    public List<X509Certificate> issue(KeyPair key, Optional<X509Certificate> replaced, Door door)
            throws AuthorityException {
        return asked(session -> {
            Login login =
                    new AccountBuilder()
                            .addContact("mailto:" + terms.contact())
                            .agreeToTermsOfService()
                            .useKeyPair(folder.account(random))
                            .createLogin(session);
            OrderBuilder wanted = login.newOrder().domain(folder.host());
            if (replaced.isPresent() && hasRenewalInfo(session)) {
                wanted.replaces(replaced.get());
            }
            Order order = wanted.create();
            for (Authorization authorization : order.getAuthorizations()) {
                prove(authorization, door);
            }
            order.execute(key);
            await(order);
            if (order.getStatus() != Status.VALID) {
                throw refused("the authority issued nothing", order.getError());
            }
            return order.getCertificate().getCertificateChain();
        });
    }

    private void prove(Authorization authorization, Door door)
            throws AcmeException, AuthorityException, InterruptedException {
        if (authorization.getStatus() == Status.VALID) {
            return;
        }
        TlsAlpn01Challenge challenge =
                authorization
                        .findChallenge(TlsAlpn01Challenge.class)
                        .orElseThrow(() ->
                                new AuthorityException(
                                        "the authority takes no proof by TLS-ALPN-01", null));
        // acme4j signs proofs by RSA alone.
        KeyPair key = KeyKind.RSA_2048.generate(random);
        X509Certificate proof = challenge.createCertificate(key, Identifier.dns(folder.host()));
        try {
            door.show(TlsMaterial.of(key.getPrivate(), List.of(proof)));
        } catch (GeneralSecurityException e) {
            throw new AuthorityException("the proof cannot be shown", e);
        }
        try {
            challenge.trigger();
            await(authorization);
            if (authorization.getStatus() != Status.VALID) {
                challenge.fetch();
                throw refused(
                        "the authority did not find the proof at port 443 of " + folder.host(),
                        challenge.getError());
            }
        } finally {
            door.hide();
        }
    }

    private static void await(PollableResource resource)
            throws AcmeException, InterruptedException {
        var _ = resource.waitForStatus(ENDS, STEP_MAX);
    }

    private static AuthorityException refused(String what, Optional<Problem> problem) {
        return new AuthorityException(
                what + problem.flatMap(Problem::getDetail).map(it -> ": " + it).orElse(""), null);
    }

    @Override
    public Optional<Window> window(X509Certificate certificate) throws AuthorityException {
        return asked(session -> {
            if (!hasRenewalInfo(session)) {
                return Optional.empty();
            }
            // It is asked without an account: RFC 9773 §4.1.
            Login nobody = session.login(terms.directory().toURL(), folder.account(random));
            RenewalInfo info = nobody.bindRenewalInfo(certificate);
            info.fetch();
            return Optional.of(
                    new Window(info.getSuggestedWindowStart(), info.getSuggestedWindowEnd()));
        });
    }

    private static boolean hasRenewalInfo(Session session) throws AcmeException {
        return session.resourceUrlOptional(Resource.RENEWAL_INFO).isPresent();
    }

    private interface Question<T> {
        T put(Session session)
                throws AcmeException, AuthorityException, InterruptedException, IOException;
    }

    private <T> T asked(Question<T> question) throws AuthorityException {
        try (Connections connections = new Connections(terms.trust().client())) {
            Session session = new Session(terms.directory(), connections);
            session.networkSettings().setTimeout(ANSWER_MAX);
            return question.put(session);
        } catch (AcmeUserActionRequiredException e) {
            throw new AuthorityException(
                    "the authority wants a person to look at its terms: " + e.getMessage(), e);
        } catch (AcmeRateLimitedException e) {
            throw new AuthorityException(words(e), e, e.getRetryAfter());
        } catch (AcmeException | RuntimeException e) {
            throw new AuthorityException(words(e), e);
        } catch (GeneralSecurityException e) {
            throw new AuthorityException("this Java runtime cannot ask by TLS", e);
        } catch (IOException e) {
            throw new AuthorityException("the key of the account: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AuthorityException("the gateway stops", e);
        }
    }

    /// The innermost words say most: that a host does not answer, or whose certificate is wrong.
    private static String words(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String why = String.valueOf(thrown.getMessage());
        return cause == thrown ? why : why + " (" + cause.getMessage() + ")";
    }
}
