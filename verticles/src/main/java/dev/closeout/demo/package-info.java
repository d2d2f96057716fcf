/**
 * {@code closeout demo}: shows on a bare machine that nothing stays behind. Two node processes, real clients, and figures
 * that the database answers for. Knows the program only as its user does.
 */
@NullMarked
package dev.closeout.demo;

import org.jspecify.annotations.NullMarked;
