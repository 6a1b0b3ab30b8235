package io.oxbow.s3stream.log;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.log.MetadataLog.Leadership;
import io.oxbow.s3stream.log.format.LogPosition;
import io.oxbow.s3stream.log.format.LogSnapshot;
import io.oxbow.s3stream.log.format.Slot;
import io.oxbow.s3stream.log.format.SlotEntry;
import io.oxbow.s3stream.store.ReadAhead;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Follows the log: reads the chain of slots and applies it. A TAKEOVER is provisional, applied to
 * nothing, until something of its writer chains on it or a LIST made after reading it finds nothing
 * beyond: a stray one can have been put into a hole. Used by the log's own thread alone.
 */
final class Follower {

    /**
     * Number of restarts after which a broken chain counts as damage, if no newer snapshot explains
     * it.
     */
    private static final int RESTARTS_BEFORE_CORRUPT = 12;

    /**
     * Number of polls per LIST, which costs more than GET; a quiet follower lists for holes only
     * then.
     */
    private static final int LOOKS_PER_LIST = 10;

    /**
     * Number of slots found by a look after which there are many, and several are read at a time.
     */
    private static final int READS_BEFORE_AHEAD = 4;

    private final SlotObjects slots;
    private final Snapshots snapshots;
    private final Replica replica;
    private final ApplicationFeed feed;
    private final Pauses pauses;
    private final Clock clock;
    private final Duration endIsOld;
    private final ReadAhead<Slot> ahead;
    private final List<Slot> provisional = new ArrayList<>();
    private LogPosition head;
    private int fruitlessRestarts;
    private int quietLooks;

    /** Time at which all of the log was surely read; null when that is to be found out. */
    private @Nullable Long endSeenAt;

    /**
     * @param endIsOld time since the end was seen after which a missing slot may have been
     *     collected, and is looked for by LIST
     */
    Follower(
            SlotObjects slots,
            Snapshots snapshots,
            Replica replica,
            ApplicationFeed feed,
            Pauses pauses,
            Environment environment,
            Duration endIsOld) {
        this.slots = slots;
        this.snapshots = snapshots;
        this.replica = replica;
        this.feed = feed;
        this.pauses = pauses;
        this.clock = environment.clock();
        this.endIsOld = endIsOld;
        this.ahead = new ReadAhead<>(slots::readOnce, environment.threads());
        this.head = replica.position();
    }

    /** Starts from the newest snapshot, if there is one. */
    void begin() {
        LogSnapshot newest = snapshots.newestAfter(0);
        if (newest != null) {
            replica.load(newest);
        }
        reset();
    }

    /** Continues from what is applied, after this process led or lost a race. */
    void reset() {
        provisional.clear();
        head = replica.position();
        endSeenAt = null;
    }

    /**
     * Reads all that is new, at a follower's intervals or when it is asked for; costs few requests
     * when nothing is.
     */
    void look() {
        long began = clock.nanoTime();
        Slot next = slots.read(head.slot() + 1);
        boolean quiet = next == null && provisional.isEmpty() && endIsFresh();
        quietLooks = quiet ? quietLooks + 1 : 0;
        if (quiet && quietLooks % LOOKS_PER_LIST != 0) {
            endSeenAt = began;
        } else {
            catchUp();
        }
    }

    /** Returns true if a slot follows on what is applied. */
    boolean isNext(Slot slot) {
        return slot.entry().clusterId().equals(replica.clusterId())
                && replica.position().precedes(slot.entry());
    }

    /**
     * Applies the next slot as its leader has pushed it. That was written and known to be of the
     * chain before, a TAKEOVER too; what was read beyond may be a stray, and is read again.
     */
    void take(Slot pushed) {
        provisional.clear();
        replica.apply(pushed);
        head = replica.position();
        fruitlessRestarts = 0;
        if (!(pushed.entry().content() instanceof SlotEntry.Data)) {
            feed.leaderChanged(Leadership.at(replica.position(), false));
        }
    }

    private boolean endIsFresh() {
        Long seen = endSeenAt;
        return seen != null && clock.nanoTime() - seen < endIsOld.toNanos();
    }

    /** Drops from memory what the leader's newest snapshot covers. */
    void trim() {
        replica.adopt(snapshots.newestAfter(replica.snapshotSlot()));
    }

    /** Reads until a LIST after the last slot read finds nothing. */
    void catchUp() {
        int vanished = 0;
        int found = 0;
        while (true) {
            long began = clock.nanoTime();
            long wanted = head.slot() + 1;
            Slot next = read(wanted, found >= READS_BEFORE_AHEAD);
            if (next != null) {
                found++;
                accept(next);
                continue;
            }
            OptionalLong beyond = slots.firstAfter(head.slot());
            if (beyond.isEmpty()) {
                confirm();
                endSeenAt = began;
                return;
            }
            if (beyond.getAsLong() == wanted) {
                pauses.afterAttempt(++vanished);
            } else {
                restart("slot %d is missing, %d is not".formatted(wanted, beyond.getAsLong()));
            }
        }
    }

    /**
     * Reads a slot.
     *
     * @param isBehind true if slots that follow are read at the same time
     */
    private @Nullable Slot read(long slot, boolean isBehind) {
        if (isBehind && ahead.isEmpty()) {
            slots.listAfter(slot - 1, ReadAhead.OBJECTS_MAX)
                    .forEach(listed -> ahead.begin(listed.slot(), listed.bytes()));
        }
        Slot early = ahead.take(slot).orElse(null);
        return early != null ? early : slots.read(slot);
    }

    private void accept(Slot next) {
        if (!head.precedes(next.entry())) {
            restart("slot %d does not chain on what was read".formatted(next.entry().slot()));
            return;
        }
        head = head.after(next.entry(), next.hash());
        if (next.entry().content() instanceof SlotEntry.Takeover) {
            provisional.add(next);
            return;
        }
        confirm();
        replica.apply(next);
        fruitlessRestarts = 0;
        if (next.entry().content() instanceof SlotEntry.Resign) {
            feed.leaderChanged(Leadership.at(replica.position(), false));
        }
    }

    private void confirm() {
        for (Slot takeover : provisional) {
            replica.apply(takeover);
            feed.leaderChanged(Leadership.at(replica.position(), false));
        }
        provisional.clear();
        fruitlessRestarts = 0;
    }

    /** Drops provisional entries, and loads a newer snapshot if there is one. */
    void restart(String why) {
        LogSnapshot newer = snapshots.newestAfter(replica.position().slot());
        if (newer != null && replica.load(newer)) {
            fruitlessRestarts = 0;
        } else if (++fruitlessRestarts > RESTARTS_BEFORE_CORRUPT) {
            throw new CorruptException(
                    "the metadata log cannot be read beyond slot %d: %s, and no newer snapshot is valid"
                            .formatted(replica.position().slot(), why));
        } else {
            pauses.afterAttempt(fruitlessRestarts);
        }
        reset();
    }
}
