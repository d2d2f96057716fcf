/**
 * What things cost, as ratios between figures of one run. Not part of the tests: run by hand, {@code Bench} for all, {@code
 * Quiet} for what nodes spend on which nothing happens.
 */
@NullMarked
package dev.closeout.bench;

import org.jspecify.annotations.NullMarked;
