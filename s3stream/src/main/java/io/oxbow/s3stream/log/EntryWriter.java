package io.oxbow.s3stream.log;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.log.format.LogPosition;
import io.oxbow.s3stream.log.format.Slot;
import io.oxbow.s3stream.log.format.SlotCodec;
import io.oxbow.s3stream.log.format.SlotEntry;
import io.oxbow.s3stream.log.format.SlotHash;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Puts this process's entries into the slots after a given position of the chain. */
final class EntryWriter {

    private final SlotObjects slots;
    private final LogConfig config;
    private final Environment environment;

    EntryWriter(SlotObjects slots, LogConfig config, Environment environment) {
        this.slots = slots;
        this.config = config;
        this.environment = environment;
    }

    UUID randomId() {
        return new UUID(environment.random().nextLong(), environment.random().nextLong());
    }

    /**
     * Puts {@code content} into the slot after {@code place}, at {@code leaderEpoch}. The bytes are
     * made once, whatever happens to the put.
     *
     * @return the slot, or null when another's object is there
     */
    @Nullable Slot put(
            UUID clusterId, LogPosition place, int leaderEpoch, SlotEntry.Content content) {
        var entry =
                new SlotEntry(
                        clusterId,
                        place.slot() + 1,
                        randomId(),
                        new SlotEntry.Writer(leaderEpoch, config.nodeId(), config.incarnation()),
                        place.link(),
                        environment.clock().wallMillis(),
                        content);
        byte[] bytes = SlotCodec.encode(entry);
        if (!slots.create(entry.slot(), entry.putId(), bytes)) {
            return null;
        }
        return new Slot(entry, SlotHash.of(bytes), bytes);
    }
}
