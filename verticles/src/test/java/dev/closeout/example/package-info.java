/** What the README shows, compiled and run by the tests: how others build on Closeout. */
@NullMarked
package dev.closeout.example;

import org.jspecify.annotations.NullMarked;
