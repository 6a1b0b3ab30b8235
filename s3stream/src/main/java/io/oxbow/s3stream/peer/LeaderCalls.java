package io.oxbow.s3stream.peer;

import io.oxbow.s3stream.log.FollowedLog;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Answers of the metadata log's leader that are waited for. Once another leads, the answers of the
 * one before are not waited for any longer. Thread-safe.
 */
public final class LeaderCalls {

    private record Call(int leaderEpoch, Runnable giveUp) {}

    private final FollowedLog log;
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    public LeaderCalls(FollowedLog log) {
        this.log = log;
        log.onLeader(this::giveUpOthers);
    }

    /**
     * Blocks until the leader of an epoch has answered; empty when another leads before.
     *
     * @throws java.util.concurrent.CompletionException as {@code answer} ends
     */
    public <T> Optional<T> await(int leaderEpoch, CompletableFuture<T> answer) {
        CompletableFuture<Optional<T>> outcome = answer.thenApply(Optional::of);
        var call = new Call(leaderEpoch, () -> outcome.complete(Optional.empty()));
        calls.add(call);
        try {
            // A leader that came before the call was noted is not told any more.
            giveUpOthers(log.leadership().leaderEpoch());
            return outcome.join();
        } finally {
            calls.remove(call);
        }
    }

    private void giveUpOthers(int leaderEpoch) {
        for (Call call : calls) {
            if (call.leaderEpoch() != leaderEpoch) {
                call.giveUp().run();
            }
        }
    }
}
