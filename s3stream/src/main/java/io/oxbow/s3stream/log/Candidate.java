package io.oxbow.s3stream.log;

import io.oxbow.s3stream.log.MetadataLog.Leadership;
import io.oxbow.s3stream.log.format.LogPosition;
import io.oxbow.s3stream.log.format.Slot;
import io.oxbow.s3stream.log.format.SlotEntry;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes leadership of the metadata log over, step by step. Used by the log's own thread alone. */
final class Candidate {

    private static final Logger LOG = LoggerFactory.getLogger(Candidate.class);

    private final SlotObjects slots;
    private final EntryWriter writer;
    private final Follower follower;
    private final Replica replica;
    private final LogConfig config;
    private final Newcomer newcomer;
    private final Pauses pauses;

    Candidate(
            SlotObjects slots,
            EntryWriter writer,
            Follower follower,
            Replica replica,
            LogConfig config,
            Newcomer newcomer,
            Pauses pauses) {
        this.newcomer = newcomer;
        this.pauses = pauses;
        this.slots = slots;
        this.writer = writer;
        this.follower = follower;
        this.replica = replica;
        this.config = config;
    }

    /**
     * Takes over; returns when this process's TAKEOVER is the end of the chain.
     *
     * @throws LeaderAliveException when the leader of that moment is well; nothing was put then
     */
    void takeOver(MetadataLog.LeaderCheck check) {
        while (true) {
            follower.catchUp();
            LogPosition place = replica.position();
            if (!mayTakeOver(place, check)) {
                continue;
            }
            if (pauses.unyielding(() -> leads(place))) {
                return;
            }
        }
    }

    /** Puts a TAKEOVER after {@code place}; returns true when it is the end of the chain. */
    private boolean leads(LogPosition place) {
        UUID known = replica.clusterId();
        UUID clusterId = known == null ? writer.randomId() : known;
        int epoch = Math.addExact(place.leader().leaderEpoch(), 1);
        Slot slot = writer.put(clusterId, place, epoch, new SlotEntry.Takeover());
        if (slot == null) {
            LOG.info("Takeover: slot {} is another's", place.slot() + 1);
            return false;
        }
        // Create-if-absent does not remember deletes: ours may lie in a hole, behind the end.
        if (slots.firstAfter(place.slot() + 1).isPresent()) {
            follower.restart("raced for slot " + (place.slot() + 1));
            return false;
        }
        replica.apply(slot);
        follower.reset();
        return true;
    }

    /**
     * Returns whether to take over; false when the log moved on meanwhile, so that the check has to
     * be made again.
     */
    private boolean mayTakeOver(LogPosition place, MetadataLog.LeaderCheck check) {
        boolean nobody = place.resigned();
        boolean self = place.leader().incarnation().equals(config.incarnation());
        if (nobody || self) {
            return true;
        }
        return switch (check.ask(Leadership.at(place, false))) {
            case WELL -> throw alive(place, "answers");
            case ENDED -> true;
            case SILENT -> isSilent(place, config.questions());
            case MISSED -> isSilent(place, config.members());
        };
    }

    private boolean isSilent(LogPosition place, LogConfig.Questions timing) {
        LOG.info(
                "Node {} leads at epoch {} and does not answer; asking it through the bucket",
                place.leader().nodeId(),
                place.leader().leaderEpoch());
        return switch (newcomer.ask(place, timing)) {
            case ANSWERED -> throw alive(place, "answers in the bucket");
            case SILENT -> true;
            case MOVED -> {
                follower.catchUp();
                LogPosition now = replica.position();
                if (now.leader().equals(place.leader()) && !now.resigned()) {
                    throw alive(place, "goes on writing");
                }
                yield false;
            }
        };
    }

    private static LeaderAliveException alive(LogPosition place, String how) {
        return new LeaderAliveException(
                "node %d %s as leader of epoch %d"
                        .formatted(place.leader().nodeId(), how, place.leader().leaderEpoch()));
    }
}
