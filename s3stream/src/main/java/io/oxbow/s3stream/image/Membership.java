package io.oxbow.s3stream.image;

import java.util.UUID;

/**
 * Part of a registration by which a process is a member of a cluster of many nodes.
 *
 * @param rpcEndpoint HOST:PORT at which other nodes call the process; empty when it takes no calls
 * @param secret known to the processes of one data directory alone, {@link #NO_SECRET} without one:
 *     a later start on it may follow an earlier one that is not fenced
 * @param start number of starts on that data directory, this one included
 */
public record Membership(String rpcEndpoint, UUID secret, long start) {

    public static final UUID NO_SECRET = new UUID(0, 0);

    /** Membership of a process that serves its bucket alone. */
    public static final Membership ALONE = new Membership("", NO_SECRET, 0);

    /** Returns true if processes on this one's data directory are told from strangers. */
    public boolean hasSecret() {
        return !secret.equals(NO_SECRET);
    }

    public boolean isAlone() {
        return equals(ALONE);
    }
}
