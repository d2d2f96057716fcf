package dev.closeout.config;

/** How a connection to PostgreSQL is encrypted, and what is asked of the server: libpq's {@code sslmode}. */
public enum SslMode {
    DISABLE,
    /** Only where the server takes nothing else. */
    ALLOW,
    /** Where the server offers it. Keeps no one out who stands between. */
    PREFER,
    /** Always; whoever answers is taken for the server, unless a root certificate is set. */
    REQUIRE,
    /** The server's certificate is of an authority that is trusted. */
    VERIFY_CA,
    /** And it names the host. */
    VERIFY_FULL;

    /** Whether the server must prove who it is. */
    public boolean verifies() {
        return this == VERIFY_CA || this == VERIFY_FULL;
    }
}
