/** TLS: files of certificates and keys, and what is made of them for ports and clients. Knows no transport and no database. */
@NullMarked
package dev.closeout.tls;

import org.jspecify.annotations.NullMarked;
