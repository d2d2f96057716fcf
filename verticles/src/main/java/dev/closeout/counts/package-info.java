/**
 * How many connections each client has, across the cluster, in Hazelcast. These counts say when to look; PostgreSQL
 * says whether to act, so losing them all loses nothing.
 */
@NullMarked
package dev.closeout.counts;

import org.jspecify.annotations.NullMarked;
