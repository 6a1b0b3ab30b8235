package io.oxbow.s3stream.log;

import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takeover, step by step. Used by the log's own thread alone. */
final class Candidate {

    private static final Logger LOG = LoggerFactory.getLogger(Candidate.class);

    private final SlotObjects slots;
    private final EntryWriter writer;
    private final Follower follower;
    private final Replica replica;
    private final LogConfig config;

    Candidate(
            SlotObjects slots,
            EntryWriter writer,
            Follower follower,
            Replica replica,
            LogConfig config) {
        this.slots = slots;
        this.writer = writer;
        this.follower = follower;
        this.replica = replica;
        this.config = config;
    }

    /**
     * Returns when this process's TAKEOVER is the end of the chain.
     *
     * @throws LeaderAliveException when the leader of that moment is well
     */
    void takeOver(MetadataLog.LeaderCheck check) {
        while (true) {
            follower.catchUp();
            LogPosition place = replica.position();
            stopIfWell(place, check);
            UUID known = replica.clusterId();
            UUID clusterId = known == null ? writer.randomId() : known;
            int epoch = Math.addExact(place.leader().leaderEpoch(), 1);
            SlotObjects.Slot slot = writer.put(clusterId, place, epoch, new SlotEntry.Takeover());
            if (slot == null) {
                LOG.info("Takeover: slot {} is another's", place.slot() + 1);
                continue;
            }
            // Create-if-absent does not remember deletes: ours may lie in a hole, behind the end.
            if (slots.firstAfter(place.slot() + 1).isPresent()) {
                follower.restart("raced for slot " + (place.slot() + 1));
                continue;
            }
            replica.apply(slot);
            follower.reset();
            return;
        }
    }

    private void stopIfWell(LogPosition place, MetadataLog.LeaderCheck check) {
        boolean nobody = place.resigned();
        boolean self = place.leader().incarnation().equals(config.incarnation());
        if (!nobody && !self && check.isWell(place.leadership(false))) {
            throw new LeaderAliveException(
                    "node %d answers as leader of epoch %d"
                            .formatted(place.leader().nodeId(), place.leader().leaderEpoch()));
        }
    }
}
