package io.oxbow.simulation.engine;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.ApplicationLog;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.simulation.world.Reply;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * A node's metadata log as its streams see it: appends go to the leader, here or elsewhere. When an
 * answer comes back, what it is about has been applied here.
 */
final class ForwardingLog implements MetadataLog {

    private static final Duration CATCH_UP_PAUSE = Duration.ofMillis(100);
    private static final int CATCH_UP_PAUSES = 100;

    /** A leader's answer to a forwarded append. */
    private sealed interface Answer {
        record Done(List<ApplyResult> results, long slot) implements Answer {}

        record Failed(LogAppendException cause) implements Answer {}
    }

    private final Life life;
    private final MetadataLog local;
    private final AnswerLedger answers;
    private final Network network;

    ForwardingLog(Life life, MetadataLog local, AnswerLedger answers, Network network) {
        this.life = life;
        this.local = local;
        this.answers = answers;
        this.network = network;
    }

    @Override
    public List<ApplyResult> append(List<CoreRecord> records) {
        Leadership leader = local.leadership();
        if (leader.here() || leader.nodeId() < 0) {
            return answers.append(local, records);
        }
        return switch (network.call(life, leader.incarnation(), peer -> serve(peer, records))) {
            case Reply.Answer<Answer>(Answer.Done done) -> caughtUp(done);
            case Reply.Answer<Answer>(Answer.Failed(var cause)) ->
                    throw new LogAppendException(
                            String.valueOf(cause.getMessage()), cause.retry(), cause);
            case Reply.Refused<Answer> refused ->
                    throw new LogAppendException("nobody leads there", Retry.RETRYABLE, null);
            case Reply.Silence<Answer> silence ->
                    throw new LogAppendException("no answer", Retry.UNKNOWN, null);
        };
    }

    /** Appends for another node; runs in a thread of this peer's. */
    private Answer serve(Life peer, List<CoreRecord> records) {
        MetadataLog log = peer.log();
        if (log == null) {
            return new Answer.Failed(new LogAppendException("starting", Retry.RETRYABLE, null));
        }
        try {
            List<ApplyResult> results = answers.append(log, records);
            return new Answer.Done(results, log.image().slot());
        } catch (LogAppendException e) {
            boolean stopped = e.retry() == Retry.FATAL;
            return new Answer.Failed(
                    stopped ? new LogAppendException("stopped", Retry.UNKNOWN, e) : e);
        }
    }

    private List<ApplyResult> caughtUp(Answer.Done done) {
        try {
            for (int i = 0; local.image().slot() < done.slot(); i++) {
                if (i == CATCH_UP_PAUSES) {
                    throw new LogAppendException(
                            "applied at slot %d, not here".formatted(done.slot()),
                            Retry.UNKNOWN,
                            null);
                }
                life.clock().sleep(CATCH_UP_PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogAppendException("interrupted", Retry.UNKNOWN, e);
        }
        return done.results();
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
