package org.postern.cert;

import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.Optional;
import org.postern.World;
import org.postern.acme.AcmeAuthority;
import org.postern.acme.AcmeFolder;
import org.postern.acme.PageCertificate;
import org.postern.acme.PageIdentity;
import org.postern.config.GatewayConfig;
import org.postern.config.GatewayConfig.PickupEndpoint;
import org.postern.config.GatewayConfig.PickupTls;
import org.postern.http.WebSettings;
import org.postern.net.TlsTrust;
import org.postern.operate.Rounds;
import org.postern.store.Disk;
import org.postern.store.FileDisk;

/// The certificate that the pages get by themselves, where the configuration says so.
public final class PageTls {
    private final PageIdentity identity;
    private final PageCertificate certificate;

    private PageTls(PageIdentity identity, PageCertificate certificate) {
        this.identity = identity;
        this.certificate = certificate;
    }

    /// Where it lies; empty where the pages have another certificate.
    public static Optional<AcmeFolder> folder(GatewayConfig config) {
        return folder(config, new FileDisk());
    }

    private static Optional<AcmeFolder> folder(GatewayConfig config, Disk disk) {
        PickupEndpoint pickup = config.listeners().pickup();
        return pickup == null || pickup.tls() != PickupTls.ACME
                ? Optional.empty()
                : Optional.of(
                        new AcmeFolder(
                                disk, config.storage().data().resolve("acme"), host(pickup)));
    }

    private static String host(PickupEndpoint pickup) {
        return URI.create(pickup.url()).getHost();
    }

    /// What shows the certificate that is there, and gets the next one; empty where the pages have
    /// another certificate.
    ///
    /// @throws IOException if a file that it needs cannot be used
    public static Optional<PageTls> open(
            GatewayConfig config, World world, PageCertificate.Journal journal) throws IOException {
        PickupEndpoint pickup = config.listeners().pickup();
        Optional<AcmeFolder> folder = folder(config, world.disk());
        if (pickup == null || pickup.acme() == null || folder.isEmpty()) {
            return Optional.empty();
        }
        GatewayConfig.Acme acme = pickup.acme();
        AcmeAuthority authority =
                new AcmeAuthority(
                        new AcmeAuthority.Terms(
                                acme.directory(), acme.contact(), trust(acme, world)),
                        folder.get(),
                        world.random());
        PageIdentity identity = new PageIdentity(host(pickup));
        PageCertificate certificate =
                new PageCertificate(
                        authority, folder.get(), identity, journal, world.clock(), world.random());
        certificate.open();
        return Optional.of(new PageTls(identity, certificate));
    }

    private static TlsTrust trust(GatewayConfig.Acme acme, World world) throws IOException {
        if (acme.trust() == null) {
            try {
                return TlsTrust.system(world.clock());
            } catch (GeneralSecurityException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
        return switch (TlsTrust.anchors(acme.trust(), world.clock())) {
            case TlsTrust.Loaded.Ready(TlsTrust trust) -> trust;
            case TlsTrust.Loaded.Unusable(String problem) -> throw new IOException(problem);
        };
    }

    /// What the pages show.
    public WebSettings.Tls identity() {
        return identity;
    }

    /// Looks after it, from the moment on at which the pages listen.
    public Rounds rounds() {
        return new Rounds("page certificate", PageCertificate.EVERY, certificate::look);
    }
}
