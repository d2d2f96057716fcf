/**
 * What is asked of the workers besides cleaning up: who is where, messages and groups, leases, and owners that compare. Each
 * answers from PostgreSQL or from the counts, and is in nobody's way.
 */
@NullMarked
package dev.closeout.worker.request;

import org.jspecify.annotations.NullMarked;
