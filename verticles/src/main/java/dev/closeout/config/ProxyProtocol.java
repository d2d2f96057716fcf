package dev.closeout.config;

/** Whether connections come through a proxy that says who the peer is. */
public enum ProxyProtocol {
    OFF,
    /** Each begins with a header of the PROXY protocol, version 1 or 2. */
    REQUIRED
}
