/** A node as its cluster knows it: its incarnation and its lease, kept through workers anywhere, and when it must end by itself. */
@NullMarked
package dev.closeout.lease;

import org.jspecify.annotations.NullMarked;
