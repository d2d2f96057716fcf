package dev.closeout.door;

import dev.closeout.fixture.TlsFiles;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** What a node shows on its doors, and asks of its clients. */
enum Security {
    PLAIN,
    TLS,
    MUTUAL;

    /** What a node is told, as names and values. */
    List<String> settings() {
        var settings = new ArrayList<String>();
        if (this != PLAIN) {
            settings.addAll(List.of(TlsFiles.node()));
        }
        if (this == MUTUAL) {
            settings.addAll(List.of("TLS_CLIENT_AUTH", "required", "TLS_CA", TlsFiles.OURS.file("authority.crt")));
        }
        return settings;
    }

    /** The client's side; null: none. */
    @Nullable SSLContext context() {
        return switch (this) {
            case PLAIN -> null;
            case TLS -> TlsFiles.client();
            case MUTUAL -> TlsFiles.client(TlsFiles.OURS, "alice");
        };
    }

    /** The same for Vert.x. */
    HttpClientOptions options() {
        var options = new HttpClientOptions();
        if (this != PLAIN) {
            options.setSsl(true)
                    .setUseAlpn(true)
                    .setTrustOptions(new PemTrustOptions().addCertPath(TlsFiles.OURS.file("authority.crt")));
        }
        if (this == MUTUAL) {
            options.setKeyCertOptions(new PemKeyCertOptions()
                    .addCertPath(TlsFiles.OURS.file("alice.crt"))
                    .addKeyPath(TlsFiles.OURS.file("alice.key")));
        }
        return options;
    }
}
