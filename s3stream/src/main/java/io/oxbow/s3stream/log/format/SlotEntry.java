package io.oxbow.s3stream.log.format;

import java.util.List;
import java.util.UUID;

/**
 * Entry of one slot of the log.
 *
 * @param leader who wrote it
 * @param putId random per entry: tells one's own object from a rival's after an unknown outcome
 * @param previous what it chains on
 */
public record SlotEntry(
        UUID clusterId,
        long slot,
        UUID putId,
        Writer leader,
        Link previous,
        long appendTimeMillis,
        Content content) {

    public record Writer(int leaderEpoch, int nodeId, UUID incarnation) {}

    /** Link to the slot before. */
    public record Link(UUID putId, SlotHash hash, long applicationEnd) {}

    public sealed interface Content {}

    /** The writer leads from here on, if nothing lies beyond. */
    public record Takeover() implements Content {}

    /** Records of both families. */
    public record Data(List<List<byte[]>> batches, List<byte[]> core) implements Content {}

    /**
     * The writer puts nothing after this entry.
     *
     * @param successor node that should take over, -1 for any
     */
    public record Resign(int successor) implements Content {}

    public long applicationEnd() {
        long end = previous.applicationEnd();
        if (content instanceof Data data) {
            for (List<byte[]> batch : data.batches()) {
                end += batch.size();
            }
        }
        return end;
    }
}
