/**
 * Faults on purpose: whole nodes, a real PostgreSQL and real clients, while processes are killed and networks cut. Begin
 * with {@link dev.closeout.fault.FaultSuite}. Nothing here may look into a node: it judges by what clients saw and by what
 * the database holds.
 */
@NullMarked
package dev.closeout.fault;

import org.jspecify.annotations.NullMarked;
