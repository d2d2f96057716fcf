/**
 * The program. Read it in this order: {@code shared} (messages, lane, counts), then here {@code connection}, {@code tcp}
 * and {@code http} for those who own connections, {@code lease}, {@code worker} for those who clean up, and {@code node},
 * which puts them together.
 */
@NullMarked
package dev.closeout;

import org.jspecify.annotations.NullMarked;
