package io.oxbow.s3stream.image;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Part of a registration by which a process is a member of a cluster of many nodes.
 *
 * @param rpcEndpoint HOST:PORT at which other nodes call the process; empty when it takes no calls
 * @param secret known to the processes of one data directory alone, {@link #NO_SECRET} without one:
 *     a later start on it may follow an earlier one that is not fenced
 * @param start number of starts on that data directory, this one included
 * @param clientEndpoints HOST:PORT of each address that Kafka's clients are told, which no other
 *     node may have; empty when it is not known
 */
public record Membership(
        String rpcEndpoint, UUID secret, long start, List<String> clientEndpoints) {

    public static final UUID NO_SECRET = new UUID(0, 0);

    /** Membership of a process that serves its bucket alone. */
    public static final Membership ALONE = new Membership("", NO_SECRET, 0);

    public Membership {
        clientEndpoints = List.copyOf(clientEndpoints);
    }

    /** Makes a membership whose addresses for clients are not known. */
    public Membership(String rpcEndpoint, UUID secret, long start) {
        this(rpcEndpoint, secret, start, List.of());
    }

    /** Returns true if processes on this one's data directory are told from strangers. */
    public boolean hasSecret() {
        return !secret.equals(NO_SECRET);
    }

    /** Returns an address that both have, or null. */
    public @Nullable String sharedWith(Membership other) {
        if (!rpcEndpoint.isEmpty() && rpcEndpoint.equals(other.rpcEndpoint)) {
            return rpcEndpoint;
        }
        return clientEndpoints.stream()
                .filter(other.clientEndpoints::contains)
                .findFirst()
                .orElse(null);
    }

    public boolean isAlone() {
        return equals(ALONE);
    }

    /** Returns all but the secret: records are shown in logs and answers. */
    @Override
    public String toString() {
        return "Membership[rpcEndpoint=%s, start=%d, clientEndpoints=%s]"
                .formatted(rpcEndpoint, start, clientEndpoints);
    }
}
