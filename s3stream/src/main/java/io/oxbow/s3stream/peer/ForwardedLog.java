package io.oxbow.s3stream.peer;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.ApplicationLog;
import io.oxbow.s3stream.log.FollowedLog;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * Metadata log of a node in a cluster: appends go to the process that leads, this one or another.
 * When an append is answered, it has been applied here. Thread-safe.
 */
public final class ForwardedLog implements MetadataLog {

    /** Longest wait for what another process has appended to be applied here. */
    private static final Duration CATCH_UP = Duration.ofSeconds(10);

    private final FollowedLog local;
    private final LeaderLink link;
    private final LeaderCalls calls;

    /**
     * @param local belongs to this log from now on
     */
    public ForwardedLog(FollowedLog local, LeaderLink link) {
        this.local = local;
        this.link = link;
        this.calls = new LeaderCalls(local);
    }

    @Override
    public List<ApplyResult> append(List<CoreRecord> records) {
        Leadership leader = local.leadership();
        if (leader.here() || leader.nodeId() < 0 || records.isEmpty()) {
            return local.append(records);
        }
        return switch (answer(leader, records)) {
            case AppendAnswer.Done done -> applied(done);
            case AppendAnswer.NotMade(var why) ->
                    throw new LogAppendException(why, Retry.RETRYABLE, null);
            case AppendAnswer.Unknown(var why) ->
                    throw new LogAppendException(why, Retry.UNKNOWN, null);
        };
    }

    private AppendAnswer answer(Leadership leader, List<CoreRecord> records) {
        return calls.await(leader.leaderEpoch(), link.append(leader, records))
                .orElseGet(() ->
                        new AppendAnswer.Unknown(
                                "node %d leads no more".formatted(leader.nodeId())));
    }

    private List<ApplyResult> applied(AppendAnswer.Done done) {
        try {
            if (local.awaitApplied(done.slot(), CATCH_UP)) {
                return done.results();
            }
            throw new LogAppendException(
                    "slot %d is written, and not applied here yet".formatted(done.slot()),
                    Retry.UNKNOWN,
                    null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogAppendException("interrupted", Retry.UNKNOWN, e);
        }
    }

    @Override
    public UUID clusterId() {
        return local.clusterId();
    }

    @Override
    public CoreImage image() {
        return local.image();
    }

    @Override
    public void look() {
        local.look();
    }

    @Override
    public void leaderIsAt(int leaderEpoch, long slot) {
        local.leaderIsAt(leaderEpoch, slot);
    }

    @Override
    public ApplicationLog application() {
        return local.application();
    }

    @Override
    public Leadership leadership() {
        return local.leadership();
    }

    @Override
    public Leadership takeOver(LeaderCheck check) {
        return local.takeOver(check);
    }

    @Override
    public void snapshot() {
        local.snapshot();
    }

    @Override
    public void close() {
        local.close();
    }
}
