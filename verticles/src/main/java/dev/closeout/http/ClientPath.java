package dev.closeout.http;

import dev.closeout.message.ClientId;

/** The client id in a URL's last segment, percent-encoded as RFC 3986 says. */
public final class ClientPath {
    private ClientPath() {}

    /**
     * The client id of {@code /connect/<id>}.
     *
     * @throws IllegalArgumentException with a sentence for the client
     */
    public static String read(String path) {
        return ClientId.read(PercentEncoding.decode(path.substring(path.lastIndexOf('/') + 1)));
    }
}
