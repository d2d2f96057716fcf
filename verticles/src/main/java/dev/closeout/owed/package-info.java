/**
 * For verticles of one's own: handlers without whose answer a release is not done. It knows messages only, so it works on
 * any node of the cluster, with workers or without.
 */
@NullMarked
package dev.closeout.owed;

import org.jspecify.annotations.NullMarked;
