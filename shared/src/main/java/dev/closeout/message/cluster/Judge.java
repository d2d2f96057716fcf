package dev.closeout.message.cluster;

/**
 * A process that may declare others dead: it has workers, and a lease of its own.
 *
 * @param process names one run of the program, whatever lives it has in the database; no other run ever has the same name
 * @param host where its event bus listens: an address
 * @param port where its event bus listens: while it runs, this port takes connections
 */
public record Judge(String process, String host, int port) {}
