package io.oxbow.simulation.engine;

import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.ApplicationLog;
import io.oxbow.s3stream.log.FollowedLog;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.IntConsumer;

/** Metadata log of a process, whose answers are compared with the canonical chain. */
final class AuditedLog implements FollowedLog {

    private final FollowedLog log;
    private final AnswerLedger answers;

    AuditedLog(FollowedLog log, AnswerLedger answers) {
        this.log = log;
        this.answers = answers;
    }

    @Override
    public List<ApplyResult> append(List<CoreRecord> records) {
        return answers.append(log, records);
    }

    @Override
    public List<ApplyResult> appendAt(int leaderEpoch, List<CoreRecord> records) {
        return answers.append(records, () -> log.appendAt(leaderEpoch, records));
    }

    @Override
    public boolean awaitApplied(long slot, Duration limit) throws InterruptedException {
        return log.awaitApplied(slot, limit);
    }

    @Override
    public boolean awaitEnd(Duration limit) throws InterruptedException {
        return log.awaitEnd(limit);
    }

    @Override
    public void onLeader(IntConsumer watcher) {
        log.onLeader(watcher);
    }

    @Override
    public void leaderIsAt(int leaderEpoch, long slot) {
        log.leaderIsAt(leaderEpoch, slot);
    }

    @Override
    public void onApplied(Runnable watcher) {
        log.onApplied(watcher);
    }

    @Override
    public List<byte[]> recent(long slot, int bytesMax) {
        return log.recent(slot, bytesMax);
    }

    @Override
    public long push(List<byte[]> slots, Duration limit) throws InterruptedException {
        return log.push(slots, limit);
    }

    @Override
    public Duration bucketSilence() {
        return log.bucketSilence();
    }

    @Override
    public void expectQuestions(boolean expected) {
        log.expectQuestions(expected);
    }

    @Override
    public void join() {
        log.join();
    }

    @Override
    public UUID clusterId() {
        return log.clusterId();
    }

    @Override
    public CoreImage image() {
        return log.image();
    }

    @Override
    public void look() {
        log.look();
    }

    @Override
    public ApplicationLog application() {
        return log.application();
    }

    @Override
    public Leadership leadership() {
        return log.leadership();
    }

    @Override
    public Leadership takeOver(LeaderCheck check) {
        return log.takeOver(check);
    }

    @Override
    public void snapshot() {
        log.snapshot();
    }

    @Override
    public void close() {
        log.close();
    }
}
