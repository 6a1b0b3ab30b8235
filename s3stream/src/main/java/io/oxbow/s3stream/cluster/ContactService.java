package io.oxbow.s3stream.cluster;

import io.oxbow.s3stream.log.FollowedLog;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.peer.LeaderLink;
import java.time.Duration;
import java.util.UUID;

/** Answers the signs of life of other nodes, while this process leads. Thread-safe. */
public final class ContactService {

    /**
     * Silence of the bucket after which a leader is not well: longer than an idle one takes between
     * two looks at the bucket.
     */
    private static final Duration BUCKET_SILENCE = Duration.ofSeconds(7);

    private final UUID incarnation;
    private final FollowedLog log;
    private final Contacts contacts;

    /**
     * @param incarnation of this process
     */
    public ContactService(UUID incarnation, FollowedLog log, Contacts contacts) {
        this.incarnation = incarnation;
        this.log = log;
        this.contacts = contacts;
    }

    /**
     * Notes that a node epoch lives, 0 for a process that has none yet.
     *
     * @param callee the process that the caller means: another may have its address by now
     * @param answered false if the caller had no answer to its last contact
     * @return WELL if this is it, leads at that epoch and reached the bucket lately
     */
    public LeaderLink.Contact heard(
            UUID callee, int leaderEpoch, long nodeEpoch, boolean answered) {
        MetadataLog.Leadership leadership = log.leadership();
        if (!callee.equals(incarnation)
                || !leadership.here()
                || leadership.leaderEpoch() != leaderEpoch) {
            return LeaderLink.Contact.of(LeaderLink.Sign.NOT_WELL);
        }
        contacts.heard(leaderEpoch, nodeEpoch, answered);
        boolean well = log.bucketSilence().compareTo(BUCKET_SILENCE) < 0;
        return new LeaderLink.Contact(
                well ? LeaderLink.Sign.WELL : LeaderLink.Sign.NOT_WELL, leadership.slot());
    }
}
