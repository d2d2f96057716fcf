/** Figures of a run, and the forms they are shown in: a table, JSON, curves. Nothing here measures. */
@NullMarked
package dev.closeout.bench.report;

import org.jspecify.annotations.NullMarked;
