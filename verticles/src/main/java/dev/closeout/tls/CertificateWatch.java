package dev.closeout.tls;

import dev.closeout.config.ConfigurationException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether what certificate files hold has changed: their content, since links and whole folders are swapped. What cannot
 * be used is told of at the second look: the first may come while they are being written. Looks come one after the other.
 */
final class CertificateWatch {
    private static final Logger log = LoggerFactory.getLogger(CertificateWatch.class);

    private final CertificateFiles files;
    private final Counter renewed;
    private final Counter kept;
    private Certified current;
    private @Nullable String complaint;
    private boolean told;

    CertificateWatch(CertificateFiles files, Certified current, MeterRegistry registry) {
        this.files = files;
        this.current = current;
        this.renewed = registry.counter("closeout.certificate.reloads", "outcome", "renewed");
        this.kept = registry.counter("closeout.certificate.reloads", "outcome", "kept");
    }

    /** What is new and can be used; null otherwise. Blocks. */
    @Nullable Certified look() {
        try {
            var now = files.read();
            if (now.holdsTheSame(current)) {
                complaint = null;
                return null;
            }
            if (now.expires().isBefore(Instant.now())) {
                throw new ConfigurationException("%scertificate=%s: it ran out on %s"
                        .formatted(files.prefix(), files.certificate(), now.expires()));
            }
            complaint = null;
            current = now;
            renewed.increment();
            log.info("The certificate in {} was renewed; it runs out on {}", files.certificate(), now.expires());
            return now;
        } catch (ConfigurationException unusable) {
            complain(String.valueOf(unusable.getMessage()));
            return null;
        }
    }

    private void complain(String why) {
        if (!why.equals(complaint)) {
            complaint = why;
            told = false;
        } else if (!told) {
            told = true;
            kept.increment();
            log.warn(
                    "{}. The certificate that was read before, which runs out on {}, is kept.", why, current.expires());
        }
    }
}
