package io.oxbow.s3stream.log;

import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.log.MetadataLog.Leadership;
import io.oxbow.s3stream.log.format.LogPosition;
import io.oxbow.s3stream.log.format.Slot;
import io.oxbow.s3stream.log.format.SlotEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes slots while this process leads: one in flight at a time, with everything that waits. Used
 * by the log's own thread alone.
 */
final class Leader {

    private static final Logger LOG = LoggerFactory.getLogger(Leader.class);

    private final EntryWriter writer;
    private final Replica replica;
    private final AppendQueue queue;
    private final ApplicationFeed feed;

    Leader(EntryWriter writer, Replica replica, AppendQueue queue, ApplicationFeed feed) {
        this.writer = writer;
        this.replica = replica;
        this.queue = queue;
        this.feed = feed;
    }

    /** Starts leadership after this process's TAKEOVER was applied. */
    void begin() {
        LogPosition place = replica.position();
        queue.lead(place.leader().leaderEpoch());
        feed.leaderChanged(Leadership.at(place, true));
        LOG.info("Leading at epoch {} from slot {}", place.leader().leaderEpoch(), place.slot());
    }

    /** Writes one slot; if another process's object is there, leadership of this process ends. */
    void write(AppendQueue.Group group) {
        var core = new ArrayList<byte[]>();
        group.units().forEach(unit -> core.addAll(unit.encoded()));
        var data = new SlotEntry.Data(group.batches(), List.copyOf(core));
        Slot slot = put(data);
        if (slot == null) {
            LOG.warn("Deposed: slot {} is another's", replica.position().slot() + 1);
            end();
            return;
        }
        List<ApplyResult> results = replica.apply(slot);
        queue.settled();
        int from = 0;
        for (AppendUnit unit : group.units()) {
            int to = from + unit.encoded().size();
            unit.complete(List.copyOf(results.subList(from, to)));
            from = to;
        }
    }

    /**
     * Checks whether another process's object lies in the slot that this process would write next.
     */
    SlotObjects.Sight lookAhead(SlotObjects slots) {
        long next = replica.position().slot() + 1;
        SlotObjects.Sight sight = slots.glance(next);
        if (sight == SlotObjects.Sight.TAKEN) {
            LOG.warn("Deposed while idle: slot {} is another's", next);
        }
        return sight;
    }

    /** Writes a RESIGN: this process puts nothing any more at this epoch. */
    void resign() {
        Slot slot = put(new SlotEntry.Resign(-1));
        if (slot != null) {
            replica.apply(slot);
        }
        end();
    }

    /** Ends leadership; the application is told before it hears of the next leader. */
    void end() {
        queue.depose();
        LogPosition place = replica.position();
        feed.leaderChanged(
                new MetadataLog.Leadership(
                        place.leader().leaderEpoch(),
                        -1,
                        place.leader().incarnation(),
                        false,
                        place.slot()));
    }

    private @Nullable Slot put(SlotEntry.Content content) {
        LogPosition place = replica.position();
        UUID clusterId = replica.clusterId();
        if (clusterId == null) {
            throw new IllegalStateException("leading a log that nobody created");
        }
        return writer.put(clusterId, place, place.leader().leaderEpoch(), content);
    }
}
