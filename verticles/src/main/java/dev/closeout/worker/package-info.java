/**
 * The worker side: the only code that speaks to PostgreSQL. It takes messages and turns them into short, set-based
 * transactions. Begin with {@link dev.closeout.worker.Workers}. Nothing here knows of sockets.
 */
@NullMarked
package dev.closeout.worker;

import org.jspecify.annotations.NullMarked;
