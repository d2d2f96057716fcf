/**
 * Sockets of a start that are nobody's: what a node does with connections is done with made-up ones before there are real
 * ones, so that these find code that is compiled. Nothing here is known to the cluster, the metrics or the limits.
 */
@NullMarked
package dev.closeout.rehearsal;

import org.jspecify.annotations.NullMarked;
