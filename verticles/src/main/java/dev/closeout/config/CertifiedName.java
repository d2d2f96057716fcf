package dev.closeout.config;

/** What in a certificate says which client it is of. */
public enum CertifiedName {
    /** The subject's common name. */
    CN,
    /** A subject alternative name that is a DNS name. */
    SAN_DNS,
    /** A subject alternative name that is a URI, the whole of it. */
    SAN_URI
}
