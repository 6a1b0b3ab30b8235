package io.oxbow.s3stream.log.format;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import java.util.UUID;

/**
 * Position in the chain of slots, with all that is needed to check and to write the next slot.
 *
 * @param slot the last one before, 0 at the start
 * @param putId of that slot
 * @param hash of that slot
 * @param leader who led at it; epoch 0 and node -1 at the start
 * @param resigned whether that leader has left since
 * @param applicationEnd the application's next offset
 */
public record LogPosition(
        long slot,
        UUID putId,
        SlotHash hash,
        SlotEntry.Writer leader,
        boolean resigned,
        long applicationEnd) {

    private static final UUID NO_ID = new UUID(0, 0);

    public static final LogPosition START =
            new LogPosition(0, NO_ID, SlotHash.NONE, new SlotEntry.Writer(0, -1, NO_ID), true, 0);

    public SlotEntry.Link link() {
        return new SlotEntry.Link(putId, hash, applicationEnd);
    }

    public boolean precedes(SlotEntry next) {
        return next.slot() == slot + 1
                && next.previous().putId().equals(putId)
                && next.previous().hash().equals(hash);
    }

    /**
     * Returns the position after {@code next}, which must chain on this one.
     *
     * @throws CorruptException when it chains but breaks a rule of the log
     */
    public LogPosition after(SlotEntry next, SlotHash nextHash) {
        boolean takeover = next.content() instanceof SlotEntry.Takeover;
        int epoch = next.leader().leaderEpoch();
        boolean rightful =
                takeover
                        ? epoch == leader.leaderEpoch() + 1
                        : !resigned && next.leader().equals(leader);
        if (!precedes(next) || !rightful || next.previous().applicationEnd() != applicationEnd) {
            throw new CorruptException(
                    "slot %d, written by %s, cannot follow slot %d, led by %s%s, at application offset %d"
                            .formatted(
                                    next.slot(),
                                    next.leader(),
                                    slot,
                                    leader,
                                    resigned ? " (resigned)" : "",
                                    applicationEnd));
        }
        return new LogPosition(
                next.slot(),
                next.putId(),
                nextHash,
                next.leader(),
                next.content() instanceof SlotEntry.Resign,
                next.applicationEnd());
    }

    void write(BinaryWriter out) {
        out.int64(slot);
        out.uuid(putId);
        hash.write(out);
        out.int32(leader.leaderEpoch());
        out.int32(leader.nodeId());
        out.uuid(leader.incarnation());
        out.int8(resigned ? 1 : 0);
        out.int64(applicationEnd);
    }

    static LogPosition read(BinaryReader in) {
        return new LogPosition(
                in.int64(),
                in.uuid(),
                SlotHash.read(in),
                new SlotEntry.Writer(in.int32(), in.int32(), in.uuid()),
                in.int8() != 0,
                in.int64());
    }
}
