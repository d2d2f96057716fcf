/** The life of a node with sockets: its incarnation and its lease, kept through workers anywhere. */
@NullMarked
package dev.closeout.lease;

import org.jspecify.annotations.NullMarked;
