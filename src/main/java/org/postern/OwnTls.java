package org.postern;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.function.Supplier;
import org.postern.config.GatewayConfig.OwnCertificate;
import org.postern.net.TlsMaterial;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The gateway's own certificate. A renewed one is used from the next handshake on; one that cannot
/// be used leaves the old one in place.
final class OwnTls implements Supplier<TlsMaterial> {
    private static final Logger LOG = LoggerFactory.getLogger(OwnTls.class);

    private final OwnCertificate files;
    private final World world;
    private FileTime stamp;
    private TlsMaterial material;

    private OwnTls(OwnCertificate files, World world, TlsMaterial material, FileTime stamp) {
        this.files = files;
        this.world = world;
        this.material = material;
        this.stamp = stamp;
    }

    static OwnTls load(OwnCertificate files, World world) throws IOException {
        return switch (TlsMaterial.load(
                files.certificate(), files.key(), world.clock().instant())) {
            case TlsMaterial.Loaded.Ready(TlsMaterial material, var warnings) -> {
                warnings.forEach(warning -> LOG.warn("{}", warning));
                yield new OwnTls(files, world, material, stamp(files));
            }
            case TlsMaterial.Loaded.Unusable(String problem) -> throw new StartException(problem);
        };
    }

    @Override
    public synchronized TlsMaterial get() {
        FileTime now = stampOrOld();
        if (!now.equals(stamp)) {
            stamp = now;
            try {
                material = load(files, world).material;
                LOG.info("the certificate of {} is in use", files.certificate());
            } catch (IOException e) {
                LOG.error("the new certificate is not used, the old one stays: {}", e.getMessage());
            }
        }
        return material;
    }

    private FileTime stampOrOld() {
        try {
            return stamp(files);
        } catch (IOException e) {
            return stamp;
        }
    }

    private static FileTime stamp(OwnCertificate files) throws IOException {
        FileTime certificate = Files.getLastModifiedTime(files.certificate());
        FileTime key = Files.getLastModifiedTime(files.key());
        return certificate.compareTo(key) > 0 ? certificate : key;
    }
}
