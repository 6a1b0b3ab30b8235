package io.oxbow.s3stream.fence;

/**
 * Key of a node at a device, made from node id and node epoch. Its 64 bits are, from most to least
 * significant, {@code 0x4f}, the low 16 bits of the node's number, and 40 bits of its epoch. Node
 * epochs are unique in a lineage, so keys are too; the rest is for people who look at the device.
 */
public record ReservationKey(long value) {

    private static final long TAG = 0x4fL;
    private static final int EPOCH_BITS = 40;
    private static final long EPOCH_MAX = (1L << EPOCH_BITS) - 1;

    public ReservationKey {
        if (value == 0) {
            throw new IllegalArgumentException("a reservation key of 0 means none");
        }
    }

    public static ReservationKey of(int nodeId, long nodeEpoch) {
        if (nodeEpoch < 0 || nodeEpoch > EPOCH_MAX) {
            throw new IllegalArgumentException(
                    "node epoch %d does not fit into a reservation key (0 to %d)"
                            .formatted(nodeEpoch, EPOCH_MAX));
        }
        return new ReservationKey(TAG << 56 | (nodeId & 0xffffL) << EPOCH_BITS | nodeEpoch);
    }

    static ReservationKey of(DeadWal wal) {
        return of(wal.nodeId(), wal.nodeEpoch());
    }

    /** Returns the key as tools for devices print it. */
    @Override
    public String toString() {
        return "0x%016x".formatted(value);
    }
}
