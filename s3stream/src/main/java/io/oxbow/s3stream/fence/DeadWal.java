package io.oxbow.s3stream.fence;

import java.util.UUID;

/**
 * Volume of the write-ahead log of a node epoch that is fenced in the metadata log. A node that
 * stripes its WAL over several volumes has one of these for each, and each must be fenced.
 *
 * @param walId identity of the volume, as the node registered it
 */
public record DeadWal(int nodeId, long nodeEpoch, UUID walId) {

    @Override
    public String toString() {
        return "WAL %s of node %d at epoch %d".formatted(walId, nodeId, nodeEpoch);
    }
}
