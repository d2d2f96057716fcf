/**
 * What things cost, as ratios between figures of one run. Not part of the tests: run by hand, {@code Bench} by itself, {@code
 * SideBySide} against another build.
 */
@NullMarked
package dev.closeout.bench;

import org.jspecify.annotations.NullMarked;
