/** What things cost, as ratios between figures of one run. Not part of the tests: run {@code Bench} by hand. */
@NullMarked
package dev.closeout.bench;

import org.jspecify.annotations.NullMarked;
